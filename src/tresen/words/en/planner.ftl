planner-and = and
planner-or = or
planner-unavailable = I could not look that up just now. Please try again in a moment, or I will bring in someone from the team.
planner-garbled = Sorry, I could not read that. Please tell me in a few words what you are looking for.
planner-unclear = I did not quite get that. Tell me which product you are looking for, for example, or ask about shipping and returns.
planner-all-right = All right. Just tell me what you need instead.
planner-greet = Hello! What are you looking for today?
planner-thanks = You are welcome! Anything else I can do for you?
planner-bye = Bye for now, and have a nice day!
planner-ai = I am the shop's assistant, an AI and not a human. If you would rather talk to a person, just say so.
planner-maker = I am this shop's assistant, an AI. I know no more about my own workings, but I know my way around the products.
planner-abilities = I find products for you, answer questions about them, put them into your cart, help you order and with what follows, know the shop's rules, and bring in a person when you like.
planner-off-topic = I cannot help with that, but gladly with anything about this shop: what are you looking for?
planner-insult = I am sorry that I was no help. Tell me what you need, or I will bring in a person.
planner-no-orders-taken = I cannot act on that. Prices, rules and rights cannot be changed in this chat, but I am happy to help with products and the shop.
planner-no-discount = I cannot grant discounts or other prices; the price shown with the product holds.
planner-found = { $has_titles ->
    [0] These { $count } fit.
   *[other] { $count ->
        [one] This one fits: { $titles }.
       *[other] These { $count } fit: { $titles }.
    }
}
planner-best-rated = The best rated is { $title } with { NUMBER($rating, maximumFractionDigits: 1) } out of 5 stars from { $count ->
    [one] one rating
   *[other] { $count } ratings
}.
planner-relaxed = I have nothing exactly like that. Leaving out the { $fields }, { $count ->
    [one] this fits
   *[other] these { $count } fit
}{ $has_titles ->
    [0] .
   *[other] : { $titles }.
}
planner-filter-unknown = “{ $values }” is not a choice in this shop. { $count ->
    [0] I have found nothing similar either.
    [one] The closest is: { $titles }.
   *[other] These { $count } come closest{ $has_titles ->
        [0] .
       *[other] : { $titles }.
    }
}
planner-not-carried = Sorry, we do not carry “{ $query }”.
planner-closest = { $count ->
    [one] The nearest relative: { $titles }.
   *[other] The nearest relatives are these { $count }{ $has_titles ->
        [0] .
       *[other] : { $titles }.
    }
}
planner-out-of-reach = I have nothing that fits at that price. { $has_nearest ->
    [one] The nearest costs { $nearest }
   *[other] The nearest is outside of it
}{ $has_titles ->
    [0] .
   *[other] : { $titles }.
}
planner-nothing = I have found nothing for “{ $query }”. Would you describe it in other words?
planner-same-search = I have searched for that already: there is no more than what is shown. Shall I look for something else?
planner-more = { $count ->
    [one] There is one more: { $titles }.
   *[other] There are these { $count } as well{ $has_titles ->
        [0] .
       *[other] : { $titles }.
    }
}
planner-no-more = Those were all that fit. Shall I search differently, for example without one of the filters?
planner-field-color = colour
planner-field-size = size
planner-field-price-max = price
planner-field-price-min = price
planner-field-price = price
planner-field-rating-min = rating
planner-field-rating = rating
planner-field-brand = brand
planner-field-in-stock = availability
planner-field-category = category
planner-option-color = colour
planner-option-colo = colour
planner-option-size = size
planner-option-siz = size
planner-option-capacity = capacity
planner-option-width = width
planner-option-flavour = flavour
planner-option-length = length
planner-option-volume = volume
planner-not-shown = { $count ->
    [0] I have not shown you anything yet that this could be. What are you looking for?
    [one] I have shown only one product, so I do not know which one you mean.
   *[other] I have not shown that one: there are { $count } products in the list. Which one do you mean?
}
planner-which = Which one do you mean? { $products }
planner-which-asked = For that I need the product: Do you mean one of these?
planner-which-item = Which item in the cart do you mean? { $items }
planner-choose-option = Which version of { $title } would you like? { $options }
planner-no-such-option = { $title } does not come in “{ $said }”. There is: { $offered }.
planner-which-instead = Which would you like?
planner-sold-out = Sorry, { $title } in { $asked } is sold out. In stock: { $instead }. Would you like one of these?
planner-sold-out-all = Sorry, { $title } in { $asked } is sold out, and nothing else of it is left.
planner-all-sold-out = Sorry, { $title } is sold out completely.
planner-put = { $quantity } × { $title } in your cart. { $has_total ->
    [0] {""}
   *[other] Cart total: { $total }.
}
planner-only-left = { $left ->
    [one] Only one of { $asked } is left. Shall I take it?
   *[other] Only { $left } of { $asked } are left. Shall I take { $left }?
}
planner-only-left-kept = { $left ->
    [0] None of { $title } is left
    [one] Only one of { $title } is left
   *[other] Only { $left } of { $title } are left
}; the cart stays as it is.
planner-gone = Sorry, { $asked } is sold out right now. Would another version do?
planner-this-variant = this version
planner-price-unknown = The price of this version is on request only. Shall I bring in someone from the team?
planner-not-put = Sorry, that did not work; nothing in the cart has changed. Shall I bring in someone from the team?
planner-cart = In your cart: { $items }. { $has_total ->
    [0] {""}
   *[other] Together { $total }.
}
planner-cart-total = { $count ->
    [0] Your cart is empty.
    [one] There is now one item in your cart for { $total }.
   *[other] There are now { $count } items in your cart for { $total }.
}
planner-cart-empty = Your cart is empty.
planner-cart-emptied = Done, your cart is empty now.
planner-removed = { $title } is out of the cart. { $count ->
    [0] It is empty now.
   *[other] Total now: { $total }.
}
planner-stated = The shop says of { $title }: { $text }
planner-stated-only = All the shop states of { $title } is: { $text } I cannot promise more than that. Shall I bring in someone from the team?
planner-about = { $title } ({ $price }): { $text } Shall I put it into your cart?
planner-not-for-option = For { $asked } in particular, the shop's data does not say.
planner-not-stated = The shop's data does not say that of { $title }. Shall I ask someone from the team?
planner-price = { $title } costs { $price }.
planner-in-stock = { $title } is in stock. { $has_options ->
    [0] {""}
   *[other] Available: { $options }.
}
planner-option-there = Yes, { $title } comes in { $asked }: { $there } is in stock.
planner-option-gone = Sorry, { $title } in { $asked } is sold out. In stock: { $instead }.
planner-values = { $title } comes in { $option }: { $values }.
planner-values-gone = Sold out: { $values }.
planner-no-choice = There is no choice of { $option } with { $title }.
planner-rated = { $title } has { NUMBER($rating, maximumFractionDigits: 1) } out of 5 stars from { $count ->
    [one] one rating
   *[other] { $count } ratings
}.
planner-not-rated = { $title } has not been rated yet.
planner-review = One voice: “{ $text }”
planner-partners = With { $title } the shop suggests: { $names }.
planner-no-partners = The shop names nothing that goes with { $title }.
planner-brand = { $title } is made by { $brand }.
planner-quoted = { $text } (Source: { $source })
planner-not-mentioned = The documents do not mention “{ $names }”. The closest they say:
planner-person-may-know = Shall I ask someone from the team?
planner-restock-unknown = { $title }{ $has_asked ->
    [0] {""}
   *[other] {" "}in { $asked }
} is sold out right now. When it will be back, the shop's data does not say. Shall I let you know once it is?
planner-documents-silent = The shop's documents do not say. Shall I bring in someone from the team?
planner-handed-over = I have passed this on to our team.
planner-no-human = I cannot bring anyone in right now. Please try again in a moment, or use the shop's contact details.
planner-reason-asked = Wants to talk to a person
planner-reason-upset = Is upset or complains
planner-reason-safety = A question of health or safety that the shop's data does not answer
planner-brief-said = Last wrote: “{ $text }”.
planner-brief-search = Looked for: { $text }.
planner-brief-product = It is about: { $title }.
planner-brief-cart = In the cart: { $items } ({ $total }).
planner-compared = The shop states: { $rows }.
planner-not-compared = The shop states that for neither of them. Shall I ask someone from the team?
planner-not-told = not stated
planner-ahead-price-less = The cheapest is { $title }.
planner-ahead-price-more = The most expensive is { $title }.
planner-ahead-rating-more = The best rated is { $title }.
planner-ahead-rating-less = The lowest rated is { $title }.
planner-ahead-weight-less = The lightest is { $title }.
planner-ahead-weight-more = The heaviest is { $title }.
planner-field-gender = “who it is for”
planner-field-season = season
planner-field-waterproof = “waterproof”
planner-field-windproof = “windproof”
planner-field-vegan = “vegan”
planner-field-reflective = “reflective”
planner-field-rechargeable = “rechargeable”
planner-field-gluten-free = “gluten-free”
planner-field-stvzo = “StVZO”
planner-field-material = material
planner-field-flavour = flavour
planner-field-surface = surface
planner-order-offered = That is everything: { $total }. The button “{ $button }” places the order.
planner-press = Please press the button “{ $button }” for that; what you just wrote is not enough.
planner-ask-shipping = How should it get to you: { $options }?
planner-ask-payment = How would you like to pay: { $options }?
planner-ask-address = Where should it go? Send me your name, street, postal code, city and e-mail, one message will do.
planner-ask-contact = Who picks it up? Send me your name and your e-mail for the confirmation.
planner-or-page = If you prefer a form, the link below leads to the checkout.
planner-code-in = The code { $code } is in. { $has_total ->
    [0] {""}
   *[other] Cart total: { $total }.
}
planner-code-out = The code { $code } is out again. { $has_total ->
    [0] {""}
   *[other] Cart total: { $total }.
}
planner-code-terms = { $has_terms ->
    [1] { $terms }
   *[0] Whether the code { $code } holds for your order, I only see in the cart.
} Shall I apply it?
planner-code-which = Sure, what is your code?
planner-code-none = There is no code in your cart.
planner-without-code = Shall I take it out?
planner-order-stands = Your order { $number }: { $state }. { $has_arrives ->
    [0] {""}
   *[other] Arrival: { $arrives }.
} { $has_parcel ->
    [0] {""}
   *[other] Parcel: { $parcel }.
}
planner-other-orders = I also see { $numbers }.
planner-which-order = Which order is it about: { $numbers }?
planner-offered-cancel = The button “{ $button }” cancels { $number }.
planner-offered-address = Please check the new address; “{ $button }” makes it count for { $number }.
planner-offered-payment = With “{ $button }” this is how you pay for { $number }.
planner-repay-how = How would you like to pay for { $number }: { $options }?
planner-repay-none = There is no other way to pay for { $number } right now.
planner-offered-return = You need no reason. The button “{ $button }” registers the return for { $number }.
planner-offered-withdrawal = You need not explain anything: “{ $button }” declares your withdrawal for { $number }.
planner-readdress-where = Where should { $number } go instead? Send me street, postal code and city.
planner-offered-take-out = The button “{ $button }” takes the items out of { $number }.
planner-take-out-which = Which of these shall go out of the order? { $items }
planner-return-which = Which of these would you like to return? { $items }
planner-return-instead = Shall I prepare the return?
planner-withdraw-which = Or tell me which order it is about: { $numbers }.
planner-prove-who = For that I have to know that it is you. Tell me the e-mail address or the number of the order, and a code goes to your e-mail.
planner-prove-order = I cannot show you anything on { $number } here yet. Shall I send a code to the e-mail of that order?
planner-reason-invoice = Objects to an invoice
planner-additions = This goes with it: { $names }.
planner-no-additions = The shop knows nothing that completes your cart just now.
planner-better = This speaks for itself: { $names }.
planner-no-better = Our data names nothing that is clearly better than { $title }.
planner-kept = { $title } is saved for later.
planner-nothing-kept = You have not saved anything with me yet.
planner-brought-back = It is back in the cart.
planner-noted = Noted: as soon as { $title } is back, I will tell you here.
planner-notify-which = Which version of { $title } should I watch for? { $options }
planner-press-to-put = Is this what you mean? One tap on the button and it is done.
