mailbox-title = Postfach der Demo
mailbox-why = Hier liegt, was der Shop sonst per E-Mail verschickt hätte.
mailbox-empty = Noch keine Post.
mailbox-back = Alle E-Mails
