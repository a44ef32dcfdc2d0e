code-sent = Wenn dazu eine Bestellung oder ein Konto gehört, haben wir gerade einen Code an die E-Mail-Adresse geschickt, die wir dafür kennen. Er gilt zehn Minuten. Schreiben Sie ihn einfach hier hinein.
code-subject = Ihr Code für { $shop }
code-body =
    Ihr Code: { $code }

    Geben Sie ihn im Chat von { $shop } ein. Er gilt zehn Minuten und nur einmal. Wir fragen Sie nie am Telefon oder per E-Mail danach.

    Sie haben keinen Code angefordert? Dann müssen Sie nichts tun: Ohne den Code sieht niemand Ihre Daten.
code-right = Danke, das hat geklappt. Ich kann Ihnen jetzt Ihre Bestellungen zeigen.
code-wrong = Dieser Code stimmt nicht oder gilt nicht mehr. Prüfen Sie ihn noch einmal; es zählt immer der neueste.
identity-known = Sie haben sich schon ausgewiesen.
refusal-code_limit = Wir haben Ihnen in der letzten Stunde schon drei Codes geschickt. Nehmen Sie bitte den neuesten oder warten Sie eine Stunde.
refusal-nothing_claimed = Dafür brauche ich Ihre E-Mail-Adresse oder Ihre Bestellnummer.
refusal-other_shopper = Diese Unterhaltung gehört zu einem anderen Konto. Bitte beginnen Sie eine neue.
refusal-bad_identity = Die Anmeldung des Shops ist ungültig oder abgelaufen. Bitte melden Sie sich dort neu an.
