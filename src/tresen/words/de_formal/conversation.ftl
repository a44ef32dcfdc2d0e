spoken-choices = Sie können sagen: { $choices }.
spoken-cart = { $count ->
    [0] Ihr Warenkorb ist leer.
    [one] Im Warenkorb liegt ein Artikel für { $total }.
   *[other] Im Warenkorb liegen { $count } Artikel für zusammen { $total }.
}
waiting-acknowledged = Danke, das ist angekommen. Ein Mensch aus unserem Team liest mit und antwortet Ihnen hier.
turn-failed = Entschuldigen Sie, das konnte ich gerade nicht beantworten. Bitte versuchen Sie es noch einmal, oder sprechen Sie mit einem Menschen.
refusal-too_many_requests = Das waren sehr viele Anfragen auf einmal. Bitte warten Sie einen Moment.
refusal-too_long = Diese Nachricht ist zu lang. Bitte schicken Sie sie in kürzeren Stücken.
