"""Payments and refunds of an order as rows; who moves the money is a provider's matter."""

from collections.abc import Sequence

from sqlalchemy import Row, delete, false, func, insert, select, update

from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, NotFound
from tresen.kit.ids import row_id, secret
from tresen.shop import orderbook
from tresen.shop.money import Money
from tresen.shop.orders import GIVEN, OPEN, Order, Payment
from tresen.shop.sales import payment, payment_notice, refund


class NothingToPay(Conflict):
    code = "nothing_to_pay"
    say = "This order is paid already, or cancelled."


class TooMuch(Conflict):
    """More than what was paid and not given back yet."""

    code = "refund_too_much"

    def __init__(self, left: Money) -> None:
        super().__init__(f"At most {left.text('en')} can be refunded.")
        self._left = left

    def told(self, locale: str) -> str:
        self.values["left"] = self._left.text(locale)
        return super().told(locale)


async def charge(tx: Tx, found: Order, provider: str, state: str = "created") -> Payment:
    """The payment that is open for this order with this provider; made, of what is owed, if there is none."""
    for each in found.payments:
        if each.provider == provider and each.is_open:
            return each
    made = Payment(secret(), provider, None, "", state, found.owed, tx.now)
    values = {"id": made.id, "order_number": found.number, "provider": provider, "state": state,
              "minor": made.amount.minor, "currency": found.currency, "created_at": tx.now}  # fmt: skip
    await tx.execute(insert(payment).values(**values))
    return made


async def end(tx: Tx, found: Order) -> bool:
    """Wait no longer for what is open of an order: it is paid otherwise, or not at all. Late news still count."""
    ended = [each for each in found.payments if each.is_open]
    for each in ended:
        await settle(tx, each.id, "expired")
    return bool(ended)


async def recharge(tx: Tx, number: str) -> Order:
    """Let the one open payment of an order be about what is owed by now; the order must be locked."""
    await end(tx, await orderbook.find(tx, number))
    found = await orderbook.find(tx, number)
    if not found.owed.minor:
        return found
    await charge(tx, found, found.payment, "created" if found.state == "awaiting_payment" else "due")
    return await orderbook.find(tx, number)


async def started(tx: Tx, payment_id: str, reference: str, url: str, state: str) -> bool:
    """Note what the provider calls the payment and where the shopper pays; news that came first are kept.

    False when another way to pay was chosen meanwhile, or none is needed any more.
    """
    named = update(payment).where(payment.c.id == payment_id)
    await tx.execute(named.values(reference=reference, url=url))
    await tx.execute(named.where(payment.c.state == "created").values(state=state))
    return await tx.scalar(select(payment.c.state).where(payment.c.id == payment_id)) in OPEN


async def named(tx: Tx, payment_id: str, reference: str) -> None:
    """Note the provider's name for a payment whose news came before the answer that should have told it."""
    nameless = update(payment).where(payment.c.id == payment_id, payment.c.reference.is_(None))
    await tx.execute(nameless.values(reference=reference))


async def settle(tx: Tx, payment_id: str, state: str) -> bool:
    """Let a payment be paid, failed or expired; False when that changes nothing. Paid stays paid, however late."""
    before = payment.c.state != "paid" if state == "paid" else payment.c.state.in_(OPEN)
    step = update(payment).where(payment.c.id == payment_id, before)
    return bool((await tx.execute(step.values(state=state, settled_at=tx.now))).rowcount)


async def take_in(tx: Tx, found: Order, provider: str, amount: Money, reference: str | None) -> str:
    """Write down money that people of the shop saw come: on the payment that is due, else on one of its own.

    The order must be locked. Returns the payment's id.
    """
    came = {"state": "paid", "minor": amount.minor, "settled_at": tx.now, "reference": reference}
    for each in found.payments:
        if each.state == "due":
            await tx.execute(update(payment).where(payment.c.id == each.id).values(**came))
            return each.id
    made = secret()
    values = {"id": made, "order_number": found.number, "provider": provider, "currency": found.currency}
    await tx.execute(insert(payment).values(**values, created_at=tx.now, **came))
    return made


async def owner_of(tx: Tx, provider: str, payment_id: str, reference: str = "") -> Row[tuple[str, str]]:
    """(id, order_number) of a payment, by our id, or by the provider's name for it.

    Raises:
        NotFound: it is none of ours.
    """
    named = (payment.c.id == payment_id) | (payment.c.reference == reference if reference else false())
    query = select(payment.c.id, payment.c.order_number).where(payment.c.provider == provider, named)
    row = await tx.row(query)
    if row is None:
        raise NotFound("No such payment.", code="unknown_payment")
    return row


async def order_of(tx: Tx, payment_id: str, lock: bool = False) -> Order:
    """The order that this payment pays.

    Raises:
        NotFound: there is no such payment.
    """
    number = await tx.scalar(select(payment.c.order_number).where(payment.c.id == payment_id))
    if number is None:
        raise NotFound("No such payment.", code="unknown_payment")
    return await orderbook.find(tx, str(number), lock=lock)


async def heard(tx: Tx, provider: str, event_id: str) -> bool:
    """Whether this piece of news has been heard before; from now on it has."""
    row = tx.upsert(payment_notice).values(provider=provider, event_id=event_id, at=tx.now)
    done = await tx.execute(row.on_conflict_do_nothing(index_elements=["provider", "event_id"]))
    return not done.rowcount


async def ask_refund(tx: Tx, found: Order, amount: Money, reason: str, once: str, payment_id: str = "") -> list[str]:
    """Give `amount` back, to what it was paid with; the same `once` again asks for nothing more.

    The order must be locked.

    Args:
        payment_id: Only this payment, because it was one too many; else the newest first.

    Returns:
        The ids of the refunds; the money moves when the provider has been told.

    Raises:
        TooMuch: more than was paid and not refunded yet.
    """
    known = await tx.rows(select(refund.c.id).where(refund.c.once.startswith(f"{once}#", autoescape=True)))
    if known:
        return [row.id for row in known]
    if amount.minor > found.refundable.minor:
        raise TooMuch(found.refundable)
    made, left = [], amount.minor
    for number, (paid, free) in enumerate(_free(found)):
        part = min(left, free)
        if part <= 0 or payment_id not in ("", paid.id):
            continue
        left -= part
        made.append(row_id())
        values = {"id": made[-1], "order_number": found.number, "payment_id": paid.id, "minor": part,
                  "currency": found.currency, "reason": reason[:300], "state": "asked",
                  "once": f"{once}#{number}", "created_at": tx.now}  # fmt: skip
        await tx.execute(insert(refund).values(**values))
    return made


async def given_elsewhere(tx: Tx, found: Order, paid: Payment, total: Money, once: str) -> Money:
    """Write down what the provider has given back of a payment without being asked by us; the order must be locked.

    Args:
        total: All that it has given back of this payment so far.

    Returns:
        What our books did not know of.
    """
    free = next((left for each, left in _free(found) if each.id == paid.id), 0)
    known = paid.amount.minor - free
    news = Money(max(0, min(total.minor - known, free)), found.currency)
    if news.minor and total.currency == found.currency:
        values = {"id": row_id(), "order_number": found.number, "payment_id": paid.id, "minor": news.minor,
                  "currency": found.currency, "reason": "by the provider", "state": "done", "once": f"{once}#0",
                  "created_at": tx.now}  # fmt: skip
        await tx.execute(insert(refund).values(**values))
        return news
    return Money(0, found.currency)


async def credit(tx: Tx, found: Order, worth: Money, reason: str, once: str) -> Order:
    """Take `worth` off what is due, as far as that goes; the rest is for `ask_refund`. The order must be locked."""
    off = min(worth.minor, found.due.minor)
    if off <= 0:
        return found
    values = {"id": row_id(), "order_number": found.number, "payment_id": found.payments[-1].id, "minor": off,
              "currency": found.currency, "reason": reason[:300], "state": "credited", "once": f"{once}#0",
              "created_at": tx.now}  # fmt: skip
    await tx.execute(insert(refund).values(**values))
    return await recharge(tx, found.number)


async def uncredit(tx: Tx, found: Order, once: str) -> Order:
    """Let what was taken off be due again."""
    mine = delete(refund).where(refund.c.once == f"{once}#0", refund.c.state == "credited")
    undone = (await tx.execute(mine)).rowcount
    return await recharge(tx, found.number) if undone else found


async def asked_back(tx: Tx, once: str) -> int:
    """How much a refund with this `once` gives back, in minor units; 0 if there is none."""
    query = select(func.sum(refund.c.minor)).where(refund.c.once.startswith(f"{once}#", autoescape=True))
    return int(await tx.scalar(query) or 0)


def _free(found: Order) -> Sequence[tuple[Payment, int]]:
    """(payment, minor units of it that have not been given back), newest first."""
    gone: dict[str, int] = {}
    for each in found.refunds:
        if each.state in GIVEN:
            gone[each.payment_id] = gone.get(each.payment_id, 0) + each.amount.minor
    paid = [each for each in found.payments if each.state == "paid"]
    return [(each, each.amount.minor - gone.get(each.id, 0)) for each in reversed(paid)]


async def refunds_to_make(tx: Tx) -> list[Row[tuple[str, str, str, str, int, str]]]:
    """(id, order_number, provider, reference, minor, currency) of refunds that no provider has been told of yet."""
    query = (
        select(refund.c.id, refund.c.order_number, payment.c.provider, payment.c.reference, refund.c.minor,
               refund.c.currency)
        .join(payment, payment.c.id == refund.c.payment_id)
        .where(refund.c.state == "asked")
        .order_by(refund.c.created_at)
    )  # fmt: skip
    return list(await tx.rows(query))


async def refunded(tx: Tx, refund_id: str, reference: str, state: str) -> bool:
    """Note what became of a refund: done, failed, or due to be paid out by hand; False when that is no news."""
    open_to_it = refund.c.state.in_(["asked", "due", "failed"]), refund.c.state != state
    step = update(refund).where(refund.c.id == refund_id, *open_to_it)
    return bool((await tx.execute(step.values(state=state, reference=reference))).rowcount)
