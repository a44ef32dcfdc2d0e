"""The labelled button: whatever a quote asks for happens here, once, whoever presses it how often."""

from dataclasses import dataclass

from tresen.conversation import log, outbox, owner
from tresen.conversation.events import MessageSent
from tresen.conversation.parts import Confirmation, Part, Text
from tresen.conversation.shoppers import Shopper, as_shopper
from tresen.counter import aftercare, assent, cancelling, checkout, letters, ordering, receipts, repaying
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.ids import digest
from tresen.kit.words import say
from tresen.shop import orderbook, quotes
from tresen.shop.orders import Order
from tresen.shop.quotes import Quote


@dataclass(frozen=True)
class Confirmed:
    """What came of a nonce, as the shopper is told."""

    order: Order
    kind: str
    text: str
    parts: tuple[Part, ...]


async def confirm(tx: Tx, till: Till, shopper: Shopper, nonce: str, total_minor: int | None = None) -> Confirmed:
    """Carry out what this nonce confirms; a second time it only tells what came of the first.

    Args:
        total_minor: The total that the shopper saw, where the caller can say; another one than was offered is refused.

    Raises:
        UnknownQuote, QuoteExpired and the refusals of what is confirmed; nothing has happened.
    """
    found = await quotes.take(tx, nonce, shopper.id)
    if found.kind == "order":
        placed = (await ordering.place_order(tx, till, shopper, nonce, total_minor)).order
        return Confirmed(placed, "order", *ordering.told(till, placed, shopper.locale))
    now = await _carry_out(tx, till, found)
    way = receipts.payment_label(till, now.payment, shopper.locale)
    text = say(f"{found.kind}-done", shopper.locale, number=now.number, email=now.email, way=way)
    return Confirmed(now, found.kind, text, (Text(text), receipts.status(till, now, shopper.locale)))


async def confirm_on_page(tx: Tx, till: Till, nonce: str, total_minor: int | None = None) -> Confirmed:
    """The same from the page that a messenger links to."""
    return await confirm_aloud(tx, till, await behind(tx, nonce), nonce, total_minor)


async def confirm_aloud(tx: Tx, till: Till, shopper: Shopper, nonce: str, total_minor: int | None = None) -> Confirmed:
    """The same from outside of the conversation, which is told, once."""
    done = await confirm(tx, till, shopper, nonce, total_minor)
    row = await owner.current(tx, shopper.conversation_id)
    message = MessageSent("system", done.parts, row.contact_id)
    once = f"confirmed:{digest(nonce)}"
    if await log.find_once(tx, once) is None:
        await outbox.send(tx, shopper.conversation_id, message, once=once)
    return done


async def confirm_typed(tx: Tx, till: Till, shopper: Shopper, nonce: str, said: str) -> Confirmed | None:
    """The same by a typed yes to the offer shown last; None where it is none, or where only the button counts.

    Raises:
        As `confirm`.
    """
    if not till.house.typed_confirmation:
        return None
    found = await quotes.peek(tx, nonce)
    if not assent.is_yes(said, found.kind, shopper.locale) or not assent.counts(till, await _country(tx, found)):
        return None
    return await confirm(tx, till, shopper, nonce)


async def _country(tx: Tx, found: Quote) -> str:
    """Where the buyer is, as far as it was said."""
    if found.kind == "order":
        return str(found.terms["address"].get("country", ""))
    return (await orderbook.find(tx, found.terms["number"])).address.get("country", "")


async def behind(tx: Tx, nonce: str) -> Shopper:
    """The shopper to whom this offer was made; the nonce was sent to nobody else.

    Raises:
        UnknownQuote.
    """
    found = await quotes.peek(tx, nonce)
    return as_shopper(await owner.current(tx, found.who.conversation_id))


async def shown(tx: Tx, till: Till, nonce: str) -> Confirmation:
    """The offer once more, for the page with its button.

    Raises:
        UnknownQuote.
    """
    found = await quotes.peek(tx, nonce)
    locale = (await behind(tx, nonce)).locale
    if found.kind == "order":
        return checkout.order_confirmation(till, nonce, found, locale)
    return aftercare.confirmation(till, nonce, found, await orderbook.find(tx, found.terms["number"]), locale)


async def _carry_out(tx: Tx, till: Till, quote: Quote) -> Order:
    """Do what a confirmed quote of an order says; a quote that was carried out only tells how things stand."""
    number = str(quote.terms["number"])
    found = await orderbook.find(tx, number, lock=True)
    if quote.outcome is not None:
        return found
    match quote.kind:
        case "cancel":
            await cancelling.cancel(tx, till, found, "cancelled by the shopper", by="shopper")
        case "address":
            await aftercare.change_address(tx, till, quote.digest, found, quote.terms["address"])
        case "payment":
            await repaying.switch(tx, till, found, quote.terms["payment"])
        case "items":
            await cancelling.take_out(tx, till, quote.digest, found, orderbook.positions(quote.terms["lines"]))
        case _:
            wanted = orderbook.positions(quote.terms["lines"])
            kind, reason = quote.terms["kind"], quote.terms["reason"]
            made = await aftercare.send_back(tx, till, quote.digest, found, kind, wanted, reason)
            if made is None:
                at = aftercare.moment(till, tx, found.locale)
                await letters.write(tx, till, found, "withdrawal-received", f"withdrawn:{quote.digest}", at=at)
    await quotes.finish(tx, quote, number)
    return await orderbook.find(tx, number)
