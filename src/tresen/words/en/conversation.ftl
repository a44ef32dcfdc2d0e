part-image = [picture]
part-audio = [voice message]
part-other = [a message that we cannot show]
part-erased = [erased]
part-sold-out = sold out
part-cart-empty = The cart is empty.
part-cart-total = Total: { $total }
spoken-card = { $number }: { $title }, { $price }.
spoken-choices = You can say: { $choices }.
spoken-cart = { $count ->
    [0] Your cart is empty.
    [one] There is one item in your cart for { $total }.
   *[other] There are { $count } items in your cart, { $total } in total.
}
back-to-assistant = Continue with the assistant
ask-for-human = Talk to a person
waiting-acknowledged = Thank you, we have received this. A person from our team is reading along and will answer you here.
turn-failed = Sorry, I could not answer that just now. Please try again, or talk to a person.
refusal = Sorry, that is not possible.
refusal-out_of_stock = { $left ->
    [0] Sorry, this variant is sold out.
    [one] Only one of this variant is left.
   *[other] Only { $left } of this variant are left.
}
refusal-price_unknown = The price of this variant is on request only, so it cannot go into the cart.
refusal-unknown_variant = This variant no longer exists.
refusal-bad_quantity = The quantity must be a whole number from 0 to { $most }.
refusal-other_currency = The cart already holds prices in another currency.
refusal-unknown_product = This product no longer exists.
refusal-too_many_requests = That was a lot at once. Please wait a moment.
refusal-too_long = This message is too long. Please send it in shorter pieces.
refusal-empty_message = The message is empty.
