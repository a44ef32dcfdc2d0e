channel-mark-assistant = 🤖
channel-mark-person = 👤
channel-hello = Hallo
channel-choose = Was passt für dich?
channel-list = Auswählen
channel-add-to-cart = In den Warenkorb
channel-details = Details
channel-rating = { $count ->
    [0] ★ { NUMBER($stars, minimumFractionDigits: 1, maximumFractionDigits: 1) }
   *[other] ★ { NUMBER($stars, minimumFractionDigits: 1, maximumFractionDigits: 1) } ({ $count })
}
channel-review-order = Prüfen und bestellen
channel-review = Prüfen & bestätigen
channel-review-how = Der Button zum Bestätigen ist auf unserer Seite.
channel-pay = Jetzt bezahlen
channel-order = Bestellung ansehen
channel-blocked = Die Person hat uns in { $network } blockiert oder den Chat gelöscht. Die Nachricht kam nicht an.
channel-refused = { $network } nimmt diese Nachricht nicht an: { $reason }
channel-window-closed = Die letzte Nachricht der Person ist über 24 Stunden alt, deshalb nimmt WhatsApp keine freie Antwort mehr an. Sobald sie wieder schreibt, geht es weiter; bis dahin hilft nur ein anderer Weg, zum Beispiel Telefon oder E-Mail.
