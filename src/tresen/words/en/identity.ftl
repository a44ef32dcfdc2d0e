code-sent = If there is an order or an account for this, we have just sent a code to the e-mail address we have on file. It is good for ten minutes. Just type it in here.
code-subject = Your code for { $shop }
code-body =
    Your code: { $code }

    Type it into the chat of { $shop }. It is good for ten minutes, and once. We never ask for it by phone or e-mail.

    You did not ask for a code? Then there is nothing to do: without the code, nobody sees your data.
code-right = Thank you, that worked. I can show you your orders now.
code-wrong = This code is not right or no longer good. Please check it; it is always the newest one that counts.
identity-known = You have shown who you are already.
refusal-code_limit = We have sent you three codes within the last hour. Please use the newest one, or wait an hour.
refusal-nothing_claimed = For this I need your e-mail address or your order number.
refusal-other_shopper = This conversation belongs to another account. Please begin a new one.
refusal-bad_identity = The shop's sign-in is not valid or has expired. Please sign in there again.
