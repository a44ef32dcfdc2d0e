notify-paid = Deine Zahlung für { $number } ist angekommen, danke! Wir machen uns an die Arbeit.
notify-settled = Deine Zahlung für { $number } ist angekommen, danke!
notify-paid-in-part = Von dir sind { $amount } für { $number } angekommen, danke. Noch zu zahlen: { $due }.
notify-payment-failed = Die Zahlung für { $number } hat nicht geklappt. Die Bestellung ist noch reserviert; versuch es noch einmal oder zahl auf einem anderen Weg.
notify-shipped = { $carrier ->
    [none] Deine Bestellung { $number } ist unterwegs zu dir.
   *[other] Deine Bestellung { $number } ist mit { $carrier } unterwegs zu dir.
}
notify-ready = Deine Bestellung { $number } liegt zur Abholung bereit.
notify-delivered = Deine Bestellung { $number } ist angekommen. Viel Freude damit! Wenn etwas nicht passt, sag mir einfach Bescheid.
notify-cancelled = Deine Bestellung { $number } ist storniert. Was du bezahlt hast, geht auf demselben Weg zurück.
notify-refunded = Wir erstatten dir { $amount } für { $number }. Das Geld kommt auf dem Weg zurück, auf dem du bezahlt hast.
notify-return-received = Deine Rücksendung zu { $number } ist bei uns angekommen.
notify-return-declined = Deine Rückgabe zu { $number } konnten wir so nicht annehmen. Unser Team erklärt dir gern, warum, und was jetzt möglich ist.
notify-back-in-stock = Du wolltest Bescheid wissen: { $title } ist wieder da.
notify-cart-left = In deinem Warenkorb liegt noch etwas: { $title }. Magst du die Bestellung abschließen?
notify-track = Sendung verfolgen
notify-pay = Jetzt bezahlen
reminders-stop = Keine Erinnerungen mehr
reminders-stopped = Alles klar, du bekommst hier keine Erinnerungen mehr.
mail-payment-failed-subject = Die Zahlung für { $number } hat nicht geklappt
mail-payment-failed = Die Zahlung für deine Bestellung { $number } bei { $shop } hat nicht geklappt. Die Bestellung ist noch reserviert; versuch es noch einmal oder zahl auf einem anderen Weg.
mail-shipped-subject = Deine Bestellung { $number } ist unterwegs
mail-shipped = Gute Nachrichten: Deine Bestellung { $number } bei { $shop } ist unterwegs zu dir.
mail-ready-subject = Deine Bestellung { $number } liegt bereit
mail-ready = Deine Bestellung { $number } liegt bei { $shop } zur Abholung bereit. Bring bitte die Bestellnummer mit.
mail-delivered-subject = Deine Bestellung { $number } ist angekommen
mail-delivered = Deine Bestellung { $number } bei { $shop } ist angekommen. Viel Freude damit! Wenn etwas nicht passt, antworte uns im Chat oder ruf uns an.
mail-refunded-subject = Erstattung zu { $number }
mail-refunded = { $shop } erstattet dir { $amount } für { $number }. Das Geld kommt auf dem Weg zurück, auf dem du bezahlt hast.
mail-return-received-subject = Deine Rücksendung zu { $number } ist da
mail-return-received = Deine Rücksendung zu { $number } ist bei { $shop } angekommen.
mail-return-declined-subject = Deine Rückgabe zu { $number }
mail-return-declined = { $shop } konnte deine Rückgabe zu { $number } so nicht annehmen. Melde dich bitte bei uns, dann erklären wir dir, warum, und was jetzt möglich ist.
notify-cart-code = Mit dem Code { $code } bekommst du darauf einen Rabatt, der nur für dich ist.
