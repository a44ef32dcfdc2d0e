price-was = { $percent ->
    [0] was { $was }, lowest price of the last 30 days
   *[other] −{ $percent }% · was { $was }, lowest price of the last 30 days
}
unit-price = { $price }/{ $unit }
tax-included = incl. VAT, plus shipping
tax-added = plus tax and shipping
shipping-window = { $first } to { $last }
shipping-arrives = expected { $window }
shipping-ready-today = ready for pick-up today from { $time }
shipping-ready = ready for pick-up on { $day } from { $time }
refusal-bad_address = I cannot use this address yet: { $faults }.
address-missing = { $field } is missing
address-wrong = { $field } does not look right
address-too-long = { $field } is too long
address-name = the name
address-extra = the additional line
address-street = the street and number
address-postal-code = the postal code
address-city = the town
address-region = the region
address-country = the country
address-email = the e-mail address
address-phone = the phone number
refusal-code_unknown = There is no such code. Please check the spelling.
refusal-code_expired = This code has expired.
refusal-code_not_yet = This code is not valid yet.
refusal-code_used_up = This code has been used as often as it could be.
refusal-code_below_minimum = This code needs { $missing } more of goods.
refusal-code_too_few = { $pieces ->
    [one] This code needs one more item.
   *[other] This code needs { $pieces } more items.
}
refusal-code_out_of_scope = This code is not for anything in your cart.
refusal-code_not_combinable = This code cannot be combined with the better discount you already have.
refusal-too_many_codes = The cart cannot hold any more codes. Take one off first.
refusal-code_not_there = This code is not in the cart.
refusal-not_saved = You have not saved this for later.
refusal-in_stock = Good news: this is in stock. You can put it into the cart right away.
refusal-cart_empty = Your cart is empty.
refusal-cart_link_gone = This link to a cart is no longer valid.
