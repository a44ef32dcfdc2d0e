"""After the purchase: look, change the address, cancel, return, withdraw - offered as a quote, done once confirmed."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from babel.dates import format_date, format_time
from sqlalchemy import select

from tresen.conversation import log
from tresen.conversation.events import ReturnRequested
from tresen.conversation.parts import Action, Confirmation, Row
from tresen.conversation.shoppers import Shopper
from tresen.counter import assent, cancelling, checkout, handover, identity, letters, receipts, repaying
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.kit.words import say
from tresen.shop import address, orderbook, paying, quotes, returns
from tresen.shop.address import BadAddress
from tresen.shop.money import Money
from tresen.shop.orders import TRANSITIONS, Order, Return, UnknownOrder
from tresen.shop.quotes import Kind, Quote
from tresen.shop.returns import ReturnKind
from tresen.shop.sales import order

Lines = Mapping[int, int]


async def my_orders(tx: Tx, shopper: Shopper) -> list[Order]:
    """The orders that may be shown here, newest first."""
    mine = select(order).where(await identity.visible(tx, shopper)).order_by(order.c.placed_at.desc()).limit(20)
    return await orderbook.matching(tx, mine)


async def my_order(tx: Tx, shopper: Shopper, number: str, lock: bool = False) -> Order:
    """One order of this shopper.

    Raises:
        UnknownOrder: there is none, or it was not proved to be theirs; the two look alike on purpose.
    """
    found = await orderbook.find(tx, number.strip().lstrip("#").upper(), lock=lock)
    if not await identity.may_see(tx, shopper, found):
        raise UnknownOrder
    return found


async def offer_cancel(tx: Tx, till: Till, shopper: Shopper, number: str) -> Confirmation:
    """Ask whether this order shall be cancelled.

    Raises:
        UnknownOrder, NotNow.
    """
    found = await my_order(tx, shopper, number)
    found.after("cancel")
    return await offer(tx, till, shopper, found, "cancel", {})


async def offer_address(tx: Tx, till: Till, shopper: Shopper, number: str, to: Mapping[str, str]) -> Confirmation:
    """Ask whether this order shall go to another address, in the same country: another one may cost other shipping
    and tax.

    Raises:
        UnknownOrder, NotNow, BadAddress.
    """
    found = await my_order(tx, shopper, number)
    found.after("change")
    checked = address.checked({"name": found.address.get("name", ""), "email": found.email, **to})
    if checked.country != found.address.get("country"):
        raise BadAddress({"country": "wrong"})
    data = {name: text for name, text in asdict(checked).items() if text}
    return await offer(tx, till, shopper, found, "address", {"address": data})


async def offer_payment(tx: Tx, till: Till, shopper: Shopper, number: str, name: str) -> Confirmation:
    """Ask whether an order that waits for its money shall be paid another way, by the provider's name.

    Raises:
        UnknownOrder, NothingToPay, NoSuchChoice.
    """
    found = await my_order(tx, shopper, number)
    repaying.check(till, found, name)
    return await offer(tx, till, shopper, found, "payment", {"payment": name})


async def offer_return(
    tx: Tx, till: Till, shopper: Shopper, number: str, lines: Lines, kind: ReturnKind = "return", reason: str = ""
) -> Confirmation:
    """Ask whether these lines (position: quantity; none are all) shall go back.

    Raises:
        UnknownOrder, NotReturnable.
    """
    found = await my_order(tx, shopper, number)
    wanted = dict(lines) or found.unreturned()
    returns.check(found, kind, wanted, till.house.returns, till.house.zone, tx.now)
    terms = {"lines": {str(at): count for at, count in wanted.items()}, "kind": kind, "reason": reason[:500]}
    return await offer(tx, till, shopper, found, "withdrawal" if kind == "withdrawal" else "return", terms)


async def send_back(
    tx: Tx, till: Till, key: str, found: Order, kind: ReturnKind, lines: Lines, reason: str
) -> Return | None:
    """Write the return down and send the receipt. What is withdrawn while it is still here does not leave: all of it
    cancels the order, a part is taken out; there is no return then.

    The order must be locked.

    Raises:
        NotReturnable.
    """
    returns.check(found, kind, lines, till.house.returns, till.house.zone, tx.now)
    if kind == "withdrawal" and (found.state, "cancel") in TRANSITIONS and dict(lines) == found.pieces:
        await cancelling.cancel(tx, till, found, "withdrawal", by="shopper")
        return None
    if kind == "withdrawal" and (found.state, "change") in TRANSITIONS and dict(lines) != found.unreturned():
        await cancelling.take_out(tx, till, key, found, lines)
        return None
    made = await till.backend.send_back(tx, key, found, kind, lines, reason)
    await paying.credit(tx, found, made.refund, kind, returns.credit_key(made.number))
    now = await orderbook.find(tx, found.number)
    if found.conversation_id:
        event = ReturnRequested(made.number, kind, receipts.status(till, now, found.locale))
        await log.append(tx, found.conversation_id, event, once=f"return:{made.number}")
    tx.tell("orders", number=found.number)
    values = {"at": moment(till, tx, found.locale), "how": instructions(till, now, found.locale)}
    await letters.write(tx, till, now, f"{kind}-asked", f"return:{made.number}", **values)
    return made


def instructions(till: Till, found: Order, locale: str) -> str:
    """How the goods and the money come back; a label only where one was in the parcel."""
    rules, country = till.house.returns, found.address.get("country", "")
    key = "return-how-free" if country in rules.free_in else "return-how-paid"
    money = "return-then-less" if found.due.minor or found.credited.minor else "return-then-refund"
    told = [say(key, locale, address=till.house.address), say(money, locale)]
    if rules.label_enclosed and country in rules.free_in:
        told.append(say("return-label-enclosed", locale))
    return " ".join(told)


def moment(till: Till, tx: Tx, locale: str) -> str:
    """This moment as a receipt names it: day and time in the shop's zone."""
    local = tx.now.astimezone(till.house.zone)
    return f"{format_date(local, 'long', locale=locale)}, {format_time(local, 'short', locale=locale)}"


async def dispute(tx: Tx, till: Till, shopper: Shopper, number: str, objection: str) -> str:
    """Keep the objection with the order and hand over to a person; returns what the shopper was told.

    Raises:
        UnknownOrder.
    """
    found = await my_order(tx, shopper, number)
    await orderbook.add_note(tx, found.number, "shopper", objection)
    brief = f"{found.number}: {objection}"
    return await handover.ask_for_human(tx, till.house, shopper, say("reason-dispute", shopper.locale), "", brief)


async def change_address(tx: Tx, till: Till, key: str, found: Order, to: dict[str, str]) -> None:
    """Send the order elsewhere; it must be locked."""
    now = await till.backend.readdress(tx, key, found, to)
    await letters.note(tx, till, now, "address", by="shopper")
    await letters.write(tx, till, now, "address", f"address:{found.number}:{tx.now.isoformat()}")


async def offer(
    tx: Tx, till: Till, shopper: Shopper, found: Order, kind: Kind, terms: Mapping[str, object]
) -> Confirmation:
    """Freeze what is about to happen to an order, and ask for the button; an earlier offer of the kind ends."""
    await quotes.withdraw(tx, shopper.id, kind)
    nonce, made = await quotes.offer(tx, kind, checkout.whose(shopper), {"number": found.number, **terms})
    return confirmation(till, nonce, made, found, shopper.locale)


def confirmation(till: Till, nonce: str, made: Quote, found: Order, locale: str) -> Confirmation:
    """What is about to happen to the order, with its one button."""
    pieces = orderbook.positions(made.terms.get("lines", {}))
    items = tuple(receipts.item(replace(found.lines[at], quantity=n), locale) for at, n in pieces.items())
    rows = []
    if pieces:
        worth = returns.refund_for(found, made.terms["kind"], pieces).minor
        off = min(worth, found.due.minor)
        money = (("return-less", off), ("return-worth", worth - off))
        rows += [Row(say(key, locale), Money(minor, found.currency).text(locale)) for key, minor in money if minor]
    if "address" in made.terms:
        rows.append(Row(say("order-address", locale), ", ".join(receipts.address_lines(made.terms["address"], locale))))
    if "payment" in made.terms:
        rows.append(Row(say("order-payment", locale), receipts.payment_label(till, made.terms["payment"], locale)))
        rows.append(Row(say("order-due", locale), found.due.text(locale)))
    button = say(f"{made.kind}-button", locale)
    return Confirmation(
        kind=made.kind,
        title=say(f"{made.kind}-check", locale, number=found.number),
        items=items,
        rows=tuple(rows),
        total="",
        note=assent.noted(till, found.address.get("country", ""), _note(till, made, found, pieces, locale), locale),
        button=button,
        action=Action("confirm", nonce, label=button),
        expires_at=made.expires_at.isoformat(),
        url=f"{till.base_url}/confirm/{nonce}",
    )


def _note(till: Till, made: Quote, found: Order, lines: Lines, locale: str) -> str:
    here = (found.state, "cancel") in TRANSITIONS
    told = [say(f"{made.kind}-note", locale)] if made.kind != "return" else []
    return " ".join([*told, instructions(till, found, locale)] if lines and not here else told)
