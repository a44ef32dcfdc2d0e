notify-paid = Ihre Zahlung für { $number } ist angekommen, danke! Wir machen uns an die Arbeit.
notify-settled = Ihre Zahlung für { $number } ist angekommen, danke!
notify-paid-in-part = Von Ihnen sind { $amount } für { $number } angekommen, danke. Noch zu zahlen: { $due }.
notify-payment-failed = Die Zahlung für { $number } hat nicht geklappt. Die Bestellung ist noch reserviert; versuchen Sie es noch einmal oder zahlen Sie auf einem anderen Weg.
notify-shipped = { $carrier ->
    [none] Ihre Bestellung { $number } ist unterwegs zu Ihnen.
   *[other] Ihre Bestellung { $number } ist mit { $carrier } unterwegs zu Ihnen.
}
notify-ready = Ihre Bestellung { $number } liegt zur Abholung bereit.
notify-delivered = Ihre Bestellung { $number } ist angekommen. Viel Freude damit! Wenn etwas nicht passt, sagen Sie mir einfach Bescheid.
notify-cancelled = Ihre Bestellung { $number } ist storniert. Was Sie bezahlt haben, geht auf demselben Weg zurück.
notify-refunded = Wir erstatten Ihnen { $amount } für { $number }. Das Geld kommt auf dem Weg zurück, auf dem Sie bezahlt haben.
notify-return-received = Ihre Rücksendung zu { $number } ist bei uns angekommen.
notify-return-declined = Ihre Rückgabe zu { $number } konnten wir so nicht annehmen. Unser Team erklärt Ihnen gern, warum, und was jetzt möglich ist.
notify-back-in-stock = Sie wollten Bescheid wissen: { $title } ist wieder da.
notify-cart-left = In Ihrem Warenkorb liegt noch etwas: { $title }. Möchten Sie die Bestellung abschließen?
reminders-stopped = Alles klar, Sie bekommen hier keine Erinnerungen mehr.
mail-payment-failed = Die Zahlung für Ihre Bestellung { $number } bei { $shop } hat nicht geklappt. Die Bestellung ist noch reserviert; versuchen Sie es noch einmal oder zahlen Sie auf einem anderen Weg.
mail-shipped-subject = Ihre Bestellung { $number } ist unterwegs
mail-shipped = Gute Nachrichten: Ihre Bestellung { $number } bei { $shop } ist unterwegs zu Ihnen.
mail-ready-subject = Ihre Bestellung { $number } liegt bereit
mail-ready = Ihre Bestellung { $number } liegt bei { $shop } zur Abholung bereit. Bringen Sie bitte die Bestellnummer mit.
mail-delivered-subject = Ihre Bestellung { $number } ist angekommen
mail-delivered = Ihre Bestellung { $number } bei { $shop } ist angekommen. Viel Freude damit! Wenn etwas nicht passt, antworten Sie uns im Chat oder rufen Sie uns an.
mail-refunded = { $shop } erstattet Ihnen { $amount } für { $number }. Das Geld kommt auf dem Weg zurück, auf dem Sie bezahlt haben.
mail-return-received-subject = Ihre Rücksendung zu { $number } ist da
mail-return-received = Ihre Rücksendung zu { $number } ist bei { $shop } angekommen.
mail-return-declined-subject = Ihre Rückgabe zu { $number }
mail-return-declined = { $shop } konnte Ihre Rückgabe zu { $number } so nicht annehmen. Melden Sie sich bitte bei uns, dann erklären wir Ihnen, warum, und was jetzt möglich ist.
notify-cart-code = Mit dem Code { $code } bekommen Sie darauf einen Rabatt, der nur für Sie ist.
