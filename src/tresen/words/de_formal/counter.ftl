cart-changed = { $count ->
    [0] Erledigt, Ihr Warenkorb ist jetzt leer.
    [one] Erledigt. In Ihrem Warenkorb liegt jetzt ein Artikel.
   *[other] Erledigt. In Ihrem Warenkorb liegen jetzt { $count } Artikel.
}
handover-now = Ich habe unserem Team ({ $department }) Bescheid gegeben. Ein Mensch antwortet Ihnen hier bis spätestens { $time } Uhr. Sie können den Chat ruhig schließen, die Antwort wartet hier auf Sie.
handover-today = Unser Team ({ $department }) ist gerade nicht da. Ein Mensch antwortet Ihnen hier heute bis { $time } Uhr. Sie können den Chat ruhig schließen, die Antwort wartet hier auf Sie.
handover-later = Unser Team ({ $department }) ist gerade nicht da. Ein Mensch antwortet Ihnen hier am { $day }, bis { $time } Uhr. Sie können den Chat ruhig schließen, die Antwort wartet hier auf Sie.
handover-no-time = Ich habe Ihre Frage an unser Team ({ $department }) gegeben. Die Antwort kommt hier in den Chat.
handover-reach = Sie erreichen uns auch so: { $ways }
greeting = Hallo! Ich helfe Ihnen, bei { $shop } das Richtige zu finden. Was suchen Sie?
greeting-notice = Sie sprechen mit dem Assistenten des Shops (KI).
