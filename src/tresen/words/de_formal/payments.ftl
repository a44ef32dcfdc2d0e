refusal-payment_key_reused = Diese Zahlung lief schon mit einem anderen Betrag. Fangen Sie die Bezahlung bitte neu an.
demo-pay-lead = Hier fließt kein Geld. Suchen Sie sich aus, wie die Zahlung ausgeht.
demo-pay-ask = Ihre Bank fragt nach
demo-pay-ask-lead = Wollen Sie { $total } an { $shop } zahlen?
