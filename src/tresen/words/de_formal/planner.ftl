planner-unavailable = Das konnte ich gerade nicht nachsehen. Versuchen Sie es bitte gleich noch einmal, oder ich hole jemanden aus dem Team dazu.
planner-garbled = Das konnte ich leider nicht lesen. Schreiben Sie mir bitte in ein paar Worten, was Sie suchen.
planner-unclear = Das habe ich noch nicht verstanden. Sagen Sie mir zum Beispiel, welches Produkt Sie suchen, oder fragen Sie nach Versand und Rückgabe.
planner-all-right = Alles klar. Sagen Sie einfach, was Sie stattdessen brauchen.
planner-greet = Hallo! Wonach suchen Sie heute?
planner-thanks = Gern geschehen! Kann ich noch etwas für Sie tun?
planner-bye = Bis bald, und einen schönen Tag Ihnen!
planner-ai = Ich bin der Assistent des Shops, eine KI und kein Mensch. Wenn Sie lieber mit einem Menschen sprechen möchten, sagen Sie es einfach.
planner-abilities = Ich finde Produkte für Sie, beantworte Fragen dazu, lege sie in Ihren Warenkorb, begleite Sie bis zur Bestellung und danach, kenne die Regeln des Shops und hole auf Wunsch einen Menschen dazu.
planner-off-topic = Dabei kann ich Ihnen nicht helfen, aber bei allem rund um diesen Shop gern: Was suchen Sie?
planner-insult = Schade, dass ich Ihnen nicht helfen konnte. Sagen Sie mir, was Sie brauchen, oder ich hole einen Menschen dazu.
planner-nothing = Zu „{ $query }“ habe ich nichts gefunden. Möchten Sie es mit anderen Worten beschreiben?
planner-not-shown = { $count ->
    [0] Bisher habe ich Ihnen noch nichts gezeigt, worauf sich das beziehen könnte. Was suchen Sie?
    [one] Gezeigt habe ich nur ein Produkt, deshalb weiß ich nicht, welches Sie meinen.
   *[other] Das habe ich nicht gezeigt: In der Liste stehen { $count } Produkte. Welches meinen Sie?
}
planner-which = Welches meinen Sie? { $products }
planner-which-item = Welchen Artikel im Warenkorb meinen Sie? { $items }
planner-sold-out = { $title } in { $asked } ist leider ausverkauft. Auf Lager sind: { $instead }. Möchten Sie eins davon?
planner-cart-total = { $count ->
    [0] Ihr Warenkorb ist leer.
    [one] Im Warenkorb liegt jetzt ein Artikel für { $total }.
   *[other] Im Warenkorb liegen jetzt { $count } Artikel für { $total }.
}
planner-cart-empty = Ihr Warenkorb ist leer.
planner-cart-emptied = Erledigt, Ihr Warenkorb ist jetzt leer.
planner-stated-only = Der Shop gibt zu { $title } nur an: { $text } Mehr kann ich Ihnen dazu nicht versprechen. Soll ich jemanden aus dem Team dazuholen?
planner-handed-over = Ich habe Ihr Anliegen an unser Team weitergegeben.
planner-no-human = Ich kann gerade niemanden dazuholen. Bitte versuchen Sie es gleich noch einmal oder nutzen Sie die Kontaktdaten des Shops.
planner-order-offered = Alles beisammen: { $total }. Mit dem Button „{ $button }“ bestellen Sie.
planner-press = Dafür drücken Sie bitte den Button „{ $button }“; was Sie eben geschrieben haben, reicht dafür nicht.
planner-ask-shipping = Wie soll es zu Ihnen kommen: { $options }?
planner-ask-payment = Wie möchten Sie bezahlen: { $options }?
planner-ask-address = Wohin darf es gehen? Schreiben Sie mir Name, Straße, Postleitzahl, Ort und E-Mail, gern in einer Nachricht.
planner-ask-contact = Wer holt ab? Schreiben Sie mir Ihren Namen und Ihre E-Mail für die Bestätigung.
planner-or-page = Wenn Sie lieber ein Formular ausfüllen: Der Link unten führt zur Kasse.
planner-code-terms = { $has_terms ->
    [1] { $terms }
   *[0] Ob der Code { $code } für Ihre Bestellung gilt, sehe ich erst im Warenkorb.
} Soll ich ihn einlösen?
planner-code-which = Gern, wie lautet Ihr Code?
planner-code-none = In Ihrem Warenkorb ist kein Code.
planner-order-stands = Ihre Bestellung { $number }: { $state }. { $has_arrives ->
    [0] {""}
   *[other] Lieferung: { $arrives }.
} { $has_parcel ->
    [0] {""}
   *[other] Sendung: { $parcel }.
}
planner-offered-address = Prüfen Sie bitte die neue Adresse; mit „{ $button }“ gilt sie für { $number }.
planner-offered-payment = Mit „{ $button }“ bezahlen Sie { $number } so.
planner-repay-how = Wie möchten Sie { $number } bezahlen: { $options }?
planner-offered-return = Einen Grund brauchen Sie nicht. Mit „{ $button }“ ist die Rückgabe zu { $number } angemeldet.
planner-offered-withdrawal = Sie müssen nichts begründen: Mit „{ $button }“ ist Ihr Widerruf zu { $number } erklärt.
planner-readdress-where = Wohin soll { $number } stattdessen gehen? Schreiben Sie mir Straße, Postleitzahl und Ort.
planner-return-which = Was davon möchten Sie zurückgeben? { $items }
planner-withdraw-which = Oder sagen Sie mir, um welche Bestellung es geht: { $numbers }.
planner-prove-who = Dafür muss ich wissen, dass Sie es sind. Nennen Sie mir die E-Mail-Adresse oder Nummer der Bestellung, dann geht ein Code an Ihre E-Mail.
planner-prove-order = Zu { $number } darf ich Ihnen hier noch nichts zeigen. Soll ich Ihnen einen Code an die E-Mail der Bestellung schicken?
planner-no-additions = Zu Ihrem Warenkorb weiß der Shop gerade nichts Passendes.
planner-nothing-kept = Sie haben sich bei mir noch nichts gemerkt.
planner-press-to-put = Meinen Sie das? Ein Tipp auf den Knopf, und es ist erledigt.
planner-restock-unknown = { $title }{ $has_asked ->
    [0] {""}
   *[other] {" "}in { $asked }
} ist gerade ausverkauft. Wann Nachschub kommt, steht nicht in den Daten des Shops. Soll ich Ihnen Bescheid sagen, wenn es wieder da ist?
planner-which-asked = Dazu brauche ich das Produkt: Meinen Sie eins von diesen?
