part-image = [Bild]
part-audio = [Sprachnachricht]
part-other = [Nachricht, die wir nicht anzeigen können]
part-erased = [gelöscht]
part-sold-out = ausverkauft
part-cart-empty = Der Warenkorb ist leer.
part-cart-total = Summe: { $total }
spoken-card = { $number }: { $title }, { $price }.
spoken-choices = Du kannst sagen: { $choices }.
spoken-cart = { $count ->
    [0] Dein Warenkorb ist leer.
    [one] Im Warenkorb liegt ein Artikel für { $total }.
   *[other] Im Warenkorb liegen { $count } Artikel für zusammen { $total }.
}
back-to-assistant = Weiter mit dem Assistenten
ask-for-human = Mit einem Menschen sprechen
waiting-acknowledged = Danke, das ist angekommen. Ein Mensch aus unserem Team liest mit und antwortet dir hier.
turn-failed = Entschuldige, das konnte ich gerade nicht beantworten. Bitte versuch es noch einmal, oder sprich mit einem Menschen.
refusal = Das geht leider nicht.
refusal-out_of_stock = { $left ->
    [0] Diese Variante ist leider ausverkauft.
    [one] Von dieser Variante ist nur noch ein Stück da.
   *[other] Von dieser Variante sind nur noch { $left } Stück da.
}
refusal-price_unknown = Den Preis dieser Variante gibt es nur auf Anfrage, deshalb kann sie nicht in den Warenkorb.
refusal-unknown_variant = Diese Variante gibt es nicht mehr.
refusal-bad_quantity = Die Menge muss eine ganze Zahl von 0 bis { $most } sein.
refusal-other_currency = Der Warenkorb enthält schon Preise in einer anderen Währung.
refusal-unknown_product = Dieses Produkt gibt es nicht mehr.
refusal-too_many_requests = Das waren sehr viele Anfragen auf einmal. Bitte warte einen Moment.
refusal-too_long = Diese Nachricht ist zu lang. Bitte schick sie in kürzeren Stücken.
refusal-empty_message = Die Nachricht ist leer.
