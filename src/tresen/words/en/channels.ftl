channel-mark-assistant = 🤖
channel-mark-person = 👤
channel-hello = Hello
channel-choose = What suits you?
channel-list = Choose
channel-add-to-cart = Add to cart
channel-details = Details
channel-rating = { $count ->
    [0] ★ { NUMBER($stars, minimumFractionDigits: 1, maximumFractionDigits: 1) }
   *[other] ★ { NUMBER($stars, minimumFractionDigits: 1, maximumFractionDigits: 1) } ({ $count })
}
channel-review-order = Review and order
channel-review = Review and confirm
channel-review-how = The button to confirm is on our page.
channel-pay = Pay now
channel-order = View order
channel-blocked = The person has blocked us in { $network } or deleted the chat. The message did not arrive.
channel-refused = { $network } does not take this message: { $reason }
channel-window-closed = The person's last message is more than 24 hours old, so WhatsApp takes no free-form answer any more. You can go on as soon as they write again; until then only another way helps, by phone or e-mail for example.
