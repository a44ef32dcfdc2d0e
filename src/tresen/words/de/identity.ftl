code-sent = Wenn dazu eine Bestellung oder ein Konto gehört, haben wir gerade einen Code an die E-Mail-Adresse geschickt, die wir dafür kennen. Er gilt zehn Minuten. Schreib ihn einfach hier hinein.
code-subject = Dein Code für { $shop }
code-body =
    Dein Code: { $code }

    Gib ihn im Chat von { $shop } ein. Er gilt zehn Minuten und nur einmal. Wir fragen dich nie am Telefon oder per E-Mail danach.

    Du hast keinen Code angefordert? Dann musst du nichts tun: Ohne den Code sieht niemand deine Daten.
code-right = Danke, das hat geklappt. Ich kann dir jetzt deine Bestellungen zeigen.
code-wrong = Dieser Code stimmt nicht oder gilt nicht mehr. Prüfe ihn noch einmal; es zählt immer der neueste.
identity-known = Du hast dich schon ausgewiesen.
refusal-code_limit = Wir haben dir in der letzten Stunde schon drei Codes geschickt. Nimm bitte den neuesten oder warte eine Stunde.
refusal-nothing_claimed = Dafür brauche ich deine E-Mail-Adresse oder deine Bestellnummer.
refusal-other_shopper = Diese Unterhaltung gehört zu einem anderen Konto. Bitte beginne eine neue.
refusal-bad_identity = Die Anmeldung des Shops ist ungültig oder abgelaufen. Bitte melde dich dort neu an.
