refusal-code_unknown = Diesen Code gibt es nicht. Schauen Sie bitte noch einmal nach, ob er richtig geschrieben ist.
refusal-code_out_of_scope = Dieser Code gilt für nichts in Ihrem Warenkorb.
refusal-code_not_combinable = Dieser Code lässt sich nicht mit dem besseren Rabatt verbinden, den Sie schon haben.
refusal-too_many_codes = In den Warenkorb passen nicht noch mehr Codes. Nehmen Sie erst einen heraus.
refusal-not_saved = Das haben Sie sich nicht gemerkt.
refusal-in_stock = Gute Nachricht: Das gibt es gerade. Sie können es gleich in den Warenkorb legen.
refusal-cart_empty = Ihr Warenkorb ist leer.
