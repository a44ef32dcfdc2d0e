planner-and = und
planner-or = oder
planner-unavailable = Das konnte ich gerade nicht nachsehen. Versuch es bitte gleich noch einmal, oder ich hole jemanden aus dem Team dazu.
planner-garbled = Das konnte ich leider nicht lesen. Schreib mir bitte in ein paar Worten, was du suchst.
planner-unclear = Das habe ich noch nicht verstanden. Sag mir zum Beispiel, welches Produkt du suchst, oder frag nach Versand und Rückgabe.
planner-all-right = Alles klar. Sag einfach, was du stattdessen brauchst.
planner-greet = Hallo! Wonach suchst du heute?
planner-thanks = Gern geschehen! Kann ich noch etwas für dich tun?
planner-bye = Bis bald, und einen schönen Tag dir!
planner-ai = Ich bin der Assistent des Shops, eine KI und kein Mensch. Wenn du lieber mit einem Menschen sprechen möchtest, sag es einfach.
planner-maker = Ich bin der Assistent dieses Shops, eine KI. Mehr über meine Technik weiß ich nicht, aber mit den Produkten kenne ich mich aus.
planner-abilities = Ich finde Produkte für dich, beantworte Fragen dazu, lege sie in deinen Warenkorb, begleite dich bis zur Bestellung und danach, kenne die Regeln des Shops und hole auf Wunsch einen Menschen dazu.
planner-off-topic = Dabei kann ich dir nicht helfen, aber bei allem rund um diesen Shop gern: Was suchst du?
planner-insult = Schade, dass ich dir nicht helfen konnte. Sag mir, was du brauchst, oder ich hole einen Menschen dazu.
planner-no-orders-taken = Darauf kann ich nicht eingehen. Preise, Regeln und Rechte lassen sich im Chat nicht ändern, bei Produkten und Fragen zum Shop helfe ich gern.
planner-no-discount = Rabatte oder andere Preise kann ich nicht gewähren; es gilt der Preis, der beim Produkt steht.
planner-found = { $has_titles ->
    [0] Diese { $count } passen.
   *[other] { $count ->
        [one] Das passt: { $titles }.
       *[other] Diese { $count } passen: { $titles }.
    }
}
planner-best-rated = Am besten bewertet ist { $title } mit { NUMBER($rating, maximumFractionDigits: 1) } von 5 Sternen bei { $count ->
    [one] einer Bewertung
   *[other] { $count } Bewertungen
}.
planner-relaxed = Ganz genau so habe ich nichts. Ohne die Vorgabe bei { $fields } { $count ->
    [one] passt
   *[other] passen diese { $count }
}{ $has_titles ->
    [0] .
   *[other] : { $titles }.
}
planner-filter-unknown = „{ $values }“ gibt es bei uns nicht als Auswahl. { $count ->
    [0] Etwas Ähnliches habe ich auch nicht gefunden.
    [one] Am nächsten kommt: { $titles }.
   *[other] Am nächsten kommen diese { $count }{ $has_titles ->
        [0] .
       *[other] : { $titles }.
    }
}
planner-not-carried = „{ $query }“ führen wir leider nicht.
planner-closest = { $count ->
    [one] Am ehesten verwandt: { $titles }.
   *[other] Am ehesten verwandt sind diese { $count }{ $has_titles ->
        [0] .
       *[other] : { $titles }.
    }
}
planner-out-of-reach = In dieser Preislage habe ich nichts Passendes. { $has_nearest ->
    [one] Das Nächste kostet { $nearest }
   *[other] Das Nächste liegt außerhalb
}{ $has_titles ->
    [0] .
   *[other] : { $titles }.
}
planner-nothing = Zu „{ $query }“ habe ich nichts gefunden. Magst du es mit anderen Worten beschreiben?
planner-same-search = Danach habe ich schon gesucht: Mehr als das Gezeigte gibt die Auswahl nicht her. Soll ich nach etwas anderem schauen?
planner-more = { $count ->
    [one] Eins habe ich noch: { $titles }.
   *[other] Diese { $count } habe ich noch{ $has_titles ->
        [0] .
       *[other] : { $titles }.
    }
}
planner-no-more = Das waren schon alle, die dazu passen. Soll ich anders suchen, zum Beispiel ohne eine der Vorgaben?
planner-field-color = Farbe
planner-field-size = Größe
planner-field-price-max = Preis
planner-field-price-min = Preis
planner-field-price = Preis
planner-field-rating-min = Bewertung
planner-field-rating = Bewertung
planner-field-brand = Marke
planner-field-in-stock = Verfügbarkeit
planner-field-category = Kategorie
planner-option-color = Farbe
planner-option-colo = Farbe
planner-option-size = Größe
planner-option-siz = Größe
planner-option-capacity = Kapazität
planner-option-width = Breite
planner-option-flavour = Geschmack
planner-option-length = Länge
planner-option-volume = Volumen
planner-not-shown = { $count ->
    [0] Bisher habe ich dir noch nichts gezeigt, worauf sich das beziehen könnte. Was suchst du?
    [one] Gezeigt habe ich nur ein Produkt, deshalb weiß ich nicht, welches du meinst.
   *[other] Das habe ich nicht gezeigt: In der Liste stehen { $count } Produkte. Welches meinst du?
}
planner-which = Welches meinst du? { $products }
planner-which-asked = Dazu brauche ich das Produkt: Meinst du eins von diesen?
planner-which-item = Welchen Artikel im Warenkorb meinst du? { $items }
planner-choose-option = Welche Ausführung von { $title } darf es sein? { $options }
planner-no-such-option = „{ $said }“ gibt es bei { $title } nicht. Es gibt: { $offered }.
planner-which-instead = Was davon darf es sein?
planner-sold-out = { $title } in { $asked } ist leider ausverkauft. Auf Lager sind: { $instead }. Möchtest du eins davon?
planner-sold-out-all = { $title } in { $asked } ist leider ausverkauft, und auch sonst ist nichts davon da.
planner-all-sold-out = { $title } ist leider ganz ausverkauft.
planner-put = { $quantity } × { $title } { $quantity ->
    [one] liegt
   *[other] liegen
} im Warenkorb. { $has_total ->
    [0] {""}
   *[other] Summe im Warenkorb: { $total }.
}
planner-only-left = Von { $asked } { $left ->
    [one] ist nur noch ein Stück da. Soll ich das nehmen?
   *[other] sind nur noch { $left } da. Soll ich { $left } nehmen?
}
planner-only-left-kept = Von { $title } { $left ->
    [0] ist nichts mehr da
    [one] ist nur noch ein Stück da
   *[other] sind nur noch { $left } da
}; im Warenkorb bleibt alles, wie es ist.
planner-gone = { $asked } ist leider gerade ausverkauft. Darf es eine andere Ausführung sein?
planner-this-variant = Diese Ausführung
planner-price-unknown = Den Preis dieser Ausführung gibt es nur auf Anfrage. Soll ich jemanden aus dem Team dazuholen?
planner-not-put = Das hat leider nicht geklappt, am Warenkorb hat sich nichts geändert. Soll ich jemanden aus dem Team dazuholen?
planner-cart = Im Warenkorb: { $items }. { $has_total ->
    [0] {""}
   *[other] Zusammen { $total }.
}
planner-cart-total = { $count ->
    [0] Dein Warenkorb ist leer.
    [one] Im Warenkorb liegt jetzt ein Artikel für { $total }.
   *[other] Im Warenkorb liegen jetzt { $count } Artikel für { $total }.
}
planner-cart-empty = Dein Warenkorb ist leer.
planner-cart-emptied = Erledigt, dein Warenkorb ist jetzt leer.
planner-removed = { $title } ist aus dem Warenkorb entfernt. { $count ->
    [0] Er ist jetzt leer.
   *[other] Summe jetzt: { $total }.
}
planner-stated = Zu { $title } steht im Shop: { $text }
planner-stated-only = Der Shop gibt zu { $title } nur an: { $text } Mehr kann ich dir dazu nicht versprechen. Soll ich jemanden aus dem Team dazuholen?
planner-about = { $title } ({ $price }): { $text } Soll ich es in den Warenkorb legen?
planner-not-for-option = Für { $asked } steht das nicht eigens da.
planner-not-stated = Dazu steht leider nichts bei { $title }. Soll ich jemanden aus dem Team fragen?
planner-price = { $title } kostet { $price }.
planner-in-stock = { $title } ist auf Lager. { $has_options ->
    [0] {""}
   *[other] Verfügbar sind { $options }.
}
planner-option-there = Ja, { $title } gibt es in { $asked }: { $there } ist auf Lager.
planner-option-gone = In { $asked } ist { $title } leider ausverkauft. Auf Lager: { $instead }.
planner-values = { $title } ist zu haben in { $option }: { $values }.
planner-values-gone = Ausverkauft: { $values }.
planner-no-choice = Bei { $title } kann man { $option } nicht wählen.
planner-rated = { $title } hat { NUMBER($rating, maximumFractionDigits: 1) } von 5 Sternen bei { $count ->
    [one] einer Bewertung
   *[other] { $count } Bewertungen
}.
planner-not-rated = { $title } wurde noch nicht bewertet.
planner-review = Eine Stimme: „{ $text }“
planner-partners = Zu { $title } passt laut Shop: { $names }.
planner-no-partners = Zu { $title } nennt der Shop keine passende Ergänzung.
planner-brand = { $title } ist von { $brand }.
planner-quoted = { $text } (Quelle: { $source })
planner-not-mentioned = Von „{ $names }“ steht in den Unterlagen nichts. Am nächsten kommt:
planner-person-may-know = Soll ich jemanden aus dem Team fragen?
planner-restock-unknown = { $title }{ $has_asked ->
    [0] {""}
   *[other] {" "}in { $asked }
} ist gerade ausverkauft. Wann Nachschub kommt, steht nicht in den Daten des Shops. Soll ich dir Bescheid sagen, wenn es wieder da ist?
planner-documents-silent = Dazu sagen die Unterlagen des Shops nichts. Soll ich jemanden aus dem Team dazuholen?
planner-handed-over = Ich habe dein Anliegen an unser Team weitergegeben.
planner-no-human = Ich kann gerade niemanden dazuholen. Bitte versuch es gleich noch einmal oder nutze die Kontaktdaten des Shops.
planner-reason-asked = Möchte mit einem Menschen sprechen
planner-reason-upset = Ist verärgert oder beschwert sich
planner-reason-safety = Gesundheits- oder Sicherheitsfrage, zu der der Shop nichts angibt
planner-brief-said = Zuletzt geschrieben: „{ $text }“.
planner-brief-search = Gesucht: { $text }.
planner-brief-product = Es geht um: { $title }.
planner-brief-cart = Im Warenkorb: { $items } ({ $total }).
planner-compared = Im Shop steht dazu: { $rows }.
planner-not-compared = Dazu steht bei keinem von beiden etwas. Soll ich jemanden aus dem Team fragen?
planner-not-told = keine Angabe
planner-ahead-price-less = Am günstigsten ist { $title }.
planner-ahead-price-more = Am teuersten ist { $title }.
planner-ahead-rating-more = Am besten bewertet ist { $title }.
planner-ahead-rating-less = Am schlechtesten bewertet ist { $title }.
planner-ahead-weight-less = Am leichtesten ist { $title }.
planner-ahead-weight-more = Am schwersten ist { $title }.
planner-field-gender = Zielgruppe
planner-field-season = Saison
planner-field-waterproof = „wasserdicht“
planner-field-windproof = „winddicht“
planner-field-vegan = „vegan“
planner-field-reflective = „reflektierend“
planner-field-rechargeable = „aufladbar“
planner-field-gluten-free = „glutenfrei“
planner-field-stvzo = „StVZO“
planner-field-material = Material
planner-field-flavour = Geschmack
planner-field-surface = Untergrund
planner-order-offered = Alles beisammen: { $total }. Mit dem Button „{ $button }“ bestellst du.
planner-press = Dafür drück bitte den Button „{ $button }“; was du eben geschrieben hast, reicht dafür nicht.
planner-ask-shipping = Wie soll es zu dir kommen: { $options }?
planner-ask-payment = Wie möchtest du bezahlen: { $options }?
planner-ask-address = Wohin darf es gehen? Schreib mir Name, Straße, Postleitzahl, Ort und E-Mail, gern in einer Nachricht.
planner-ask-contact = Wer holt ab? Schreib mir deinen Namen und deine E-Mail für die Bestätigung.
planner-or-page = Wenn du lieber ein Formular ausfüllst: Der Link unten führt zur Kasse.
planner-code-in = Der Code { $code } ist drin. { $has_total ->
    [0] {""}
   *[other] Summe im Warenkorb: { $total }.
}
planner-code-out = Der Code { $code } ist wieder draußen. { $has_total ->
    [0] {""}
   *[other] Summe im Warenkorb: { $total }.
}
planner-code-terms = { $has_terms ->
    [1] { $terms }
   *[0] Ob der Code { $code } für deine Bestellung gilt, sehe ich erst im Warenkorb.
} Soll ich ihn einlösen?
planner-code-which = Gern, wie lautet dein Code?
planner-code-none = In deinem Warenkorb ist kein Code.
planner-without-code = Soll ich ihn herausnehmen?
planner-order-stands = Deine Bestellung { $number }: { $state }. { $has_arrives ->
    [0] {""}
   *[other] Lieferung: { $arrives }.
} { $has_parcel ->
    [0] {""}
   *[other] Sendung: { $parcel }.
}
planner-other-orders = Außerdem sehe ich { $numbers }.
planner-which-order = Um welche Bestellung geht es: { $numbers }?
planner-offered-cancel = Mit dem Button „{ $button }“ ist { $number } storniert.
planner-offered-address = Prüf bitte die neue Adresse; mit „{ $button }“ gilt sie für { $number }.
planner-offered-payment = Mit „{ $button }“ bezahlst du { $number } so.
planner-repay-how = Wie möchtest du { $number } bezahlen: { $options }?
planner-repay-none = Für { $number } gibt es gerade keine andere Zahlungsart.
planner-offered-return = Einen Grund brauchst du nicht. Mit „{ $button }“ ist die Rückgabe zu { $number } angemeldet.
planner-offered-withdrawal = Du musst nichts begründen: Mit „{ $button }“ ist dein Widerruf zu { $number } erklärt.
planner-readdress-where = Wohin soll { $number } stattdessen gehen? Schreib mir Straße, Postleitzahl und Ort.
planner-offered-take-out = Mit „{ $button }“ sind die Artikel aus { $number } herausgenommen.
planner-take-out-which = Was davon soll aus der Bestellung? { $items }
planner-return-which = Was davon möchtest du zurückgeben? { $items }
planner-return-instead = Soll ich die Rückgabe vorbereiten?
planner-withdraw-which = Oder sag mir, um welche Bestellung es geht: { $numbers }.
planner-prove-who = Dafür muss ich wissen, dass du es bist. Nenn mir die E-Mail-Adresse oder Nummer der Bestellung, dann geht ein Code an deine E-Mail.
planner-prove-order = Zu { $number } darf ich dir hier noch nichts zeigen. Soll ich dir einen Code an die E-Mail der Bestellung schicken?
planner-reason-invoice = Hat einen Einwand gegen eine Rechnung
planner-additions = Dazu passt: { $names }.
planner-no-additions = Zu deinem Warenkorb weiß der Shop gerade nichts Passendes.
planner-better = Das spricht für sich: { $names }.
planner-no-better = Etwas, das klar besser ist als { $title }, geben unsere Daten nicht her.
planner-kept = { $title } ist für später gemerkt.
planner-nothing-kept = Du hast dir bei mir noch nichts gemerkt.
planner-brought-back = Es liegt wieder im Warenkorb.
planner-noted = Gemerkt: Sobald { $title } wieder da ist, melde ich mich hier.
planner-notify-which = Für welche Ausführung von { $title } soll ich Bescheid geben? { $options }
planner-press-to-put = Meinst du das? Ein Tipp auf den Knopf, und es ist erledigt.
