notify-paid = Your payment for { $number } has arrived, thank you! We are getting to work.
notify-settled = Your payment for { $number } has arrived, thank you!
notify-paid-in-part = We have received { $amount } from you for { $number }, thank you. Still to pay: { $due }.
notify-payment-failed = The payment for { $number } did not go through. The order is still held for you; please try again or pay another way.
notify-shipped = { $carrier ->
    [none] Your order { $number } is on its way to you.
   *[other] Your order { $number } is on its way to you with { $carrier }.
}
notify-ready = Your order { $number } is ready to be picked up.
notify-delivered = Your order { $number } has arrived. Enjoy! If something is not right, just tell me.
notify-cancelled = Your order { $number } is cancelled. What you have paid goes back the same way.
notify-refunded = We are giving { $amount } back to you for { $number }. The money comes back the way you paid.
notify-return-received = Your return for { $number } has reached us.
notify-return-declined = We could not accept your return for { $number } as it is. Our team will gladly explain why, and what can be done now.
notify-back-in-stock = You wanted to know: { $title } is back.
notify-cart-left = There is still something in your cart: { $title }. Would you like to finish the order?
notify-track = Track the parcel
notify-pay = Pay now
reminders-stop = No more reminders
reminders-stopped = All right, you will get no more reminders here.
mail-payment-failed-subject = The payment for { $number } did not go through
mail-payment-failed = The payment for your order { $number } at { $shop } did not go through. The order is still held for you; please try again or pay another way.
mail-shipped-subject = Your order { $number } is on its way
mail-shipped = Good news: your order { $number } at { $shop } is on its way to you.
mail-ready-subject = Your order { $number } is ready
mail-ready = Your order { $number } is ready to be picked up at { $shop }. Please bring the order number.
mail-delivered-subject = Your order { $number } has arrived
mail-delivered = Your order { $number } at { $shop } has arrived. Enjoy! If something is not right, tell us in the chat or call us.
mail-refunded-subject = Refund for { $number }
mail-refunded = { $shop } is giving { $amount } back to you for { $number }. The money comes back the way you paid.
mail-return-received-subject = Your return for { $number } is here
mail-return-received = Your return for { $number } has reached { $shop }.
mail-return-declined-subject = Your return for { $number }
mail-return-declined = { $shop } could not accept your return for { $number } as it is. Please get in touch, and we will explain why, and what can be done now.
notify-cart-code = With the code { $code } you get a discount on it that is only yours.
