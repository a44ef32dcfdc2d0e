price-was = { $percent ->
    [0] statt { $was }, niedrigster Preis der letzten 30 Tage
   *[other] −{ $percent } % · statt { $was }, niedrigster Preis der letzten 30 Tage
}
unit-price = { $price }/{ $unit }
tax-included = inkl. MwSt., zzgl. Versand
tax-added = zzgl. MwSt. und Versand
shipping-window = { $first } bis { $last }
shipping-arrives = voraussichtlich { $window }
shipping-ready-today = abholbereit heute ab { $time } Uhr
shipping-ready = abholbereit am { $day } ab { $time } Uhr
refusal-bad_address = Mit dieser Adresse komme ich noch nicht weiter: { $faults }.
address-missing = { $field } fehlt
address-wrong = { $field } kann so nicht stimmen
address-too-long = { $field } ist zu lang
address-name = der Name
address-extra = der Adresszusatz
address-street = die Straße mit Hausnummer
address-postal-code = die Postleitzahl
address-city = der Ort
address-region = die Region
address-country = das Land
address-email = die E-Mail-Adresse
address-phone = die Telefonnummer
refusal-code_unknown = Diesen Code gibt es nicht. Schau bitte noch einmal nach, ob er richtig geschrieben ist.
refusal-code_expired = Dieser Code ist abgelaufen.
refusal-code_not_yet = Dieser Code gilt noch nicht.
refusal-code_used_up = Dieser Code ist schon so oft eingelöst worden, wie es möglich war.
refusal-code_below_minimum = Für diesen Code fehlen noch Artikel für { $missing }.
refusal-code_too_few = { $pieces ->
    [one] Für diesen Code fehlt noch ein Artikel.
   *[other] Für diesen Code fehlen noch { $pieces } Artikel.
}
refusal-code_out_of_scope = Dieser Code gilt für nichts in deinem Warenkorb.
refusal-code_not_combinable = Dieser Code lässt sich nicht mit dem besseren Rabatt verbinden, den du schon hast.
refusal-too_many_codes = In den Warenkorb passen nicht noch mehr Codes. Nimm erst einen heraus.
refusal-code_not_there = Dieser Code ist nicht im Warenkorb.
refusal-not_saved = Das hast du dir nicht gemerkt.
refusal-in_stock = Gute Nachricht: Das gibt es gerade. Du kannst es gleich in den Warenkorb legen.
refusal-cart_empty = Dein Warenkorb ist leer.
refusal-cart_link_gone = Dieser Link zu einem Warenkorb gilt nicht mehr.
