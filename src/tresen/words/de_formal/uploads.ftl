upload-alt = Bild von Ihnen
tool-look_at_picture = Ich sehe mir Ihr Bild an …
picture-unseen = Danke für das Bild! Leider kann ich hier keine Bilder ansehen. Sagen Sie mir, was darauf ist: Was für ein Produkt suchen Sie, und in welcher Farbe?
picture-nothing = Auf dem Bild erkenne ich nichts, wonach ich im Shop suchen könnte. Sagen Sie mir, was Sie suchen: Was für ein Produkt, und in welcher Farbe?
refusal-picture_kind = Bitte schicken Sie das Bild als JPEG, PNG oder WebP.
refusal-picture_broken = Dieses Bild lässt sich nicht lesen. Möchten Sie ein anderes schicken?
