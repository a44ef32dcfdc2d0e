mailbox-title = Mailbox of the demo
mailbox-why = This is what the shop would otherwise have sent by e-mail.
mailbox-empty = No mail yet.
mailbox-back = All e-mails
