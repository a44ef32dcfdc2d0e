upload-alt = Bild von Ihnen
tool-look_at_picture = Ich sehe mir Ihr Bild an …
picture-ask = Sagen Sie mir, was Sie suchen: Was für ein Produkt, und in welcher Farbe?
picture-late = Ihr Bild ist bei mir noch nicht angekommen.
refusal-picture_gone = Ihr Bild ist leider nicht mehr abrufbar. Schicken Sie es gern noch einmal.
refusal-picture_unreachable = Ihr Bild konnte ich leider nicht abholen. Schicken Sie es gern noch einmal.
refusal-picture_kind = Bitte schicken Sie das Bild als JPEG, PNG oder WebP.
refusal-picture_broken = Dieses Bild lässt sich nicht lesen. Möchten Sie ein anderes schicken?
