"""Who somebody is: proved by a code sent to an e-mail on file, or by the host shop's token; never by saying so.

A proof belongs to one conversation and ends. Only what was proved links that conversation and its contact to a shopper
whom the shop knows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, union_all, update

from tresen.conversation import log, owner, proofs, remembered, shoppers
from tresen.conversation import tables as people
from tresen.conversation.events import ShopperLinked
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import mailing
from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, TooMany
from tresen.kit.words import say
from tresen.shop import cart
from tresen.shop.house import House
from tresen.shop.orders import Order
from tresen.shop.sales import order, quote, reservation

CODE_PROOF_LASTS = timedelta(hours=12)
MOST_CODES = 3  # within an hour, of one conversation and for one e-mail
LONGEST_CLAIM = 320


class TooManyCodes(TooMany):
    code = "code_limit"
    say = "Three codes were sent within the hour. The shopper has to use the last one, or wait an hour."


class OtherShopper(Conflict):
    """The host shop names somebody else than this conversation belongs to."""

    code = "other_shopper"
    say = "This conversation belongs to another account. Begin a new one."


@dataclass(frozen=True)
class Known:
    """Whom this conversation belongs to. `email` and `name` are there only while `proven`."""

    shopper_id: str
    proven: bool
    email: str = ""
    name: str = ""


@dataclass(frozen=True)
class Claim:
    """What a verified identity token says. An e-mail is only here if the host shop has verified it."""

    account: str
    email: str
    name: str
    expires_at: datetime


async def known(tx: Tx, shopper: Shopper) -> Known:
    """Whom the conversation belongs to by now, and whether that is proved."""
    query = select(people.shopper).join(people.conversation, people.conversation.c.shopper_id == people.shopper.c.id)
    row = (await tx.execute(query.where(people.conversation.c.id == shopper.conversation_id))).one()
    if not await proofs.holds(tx, shopper.conversation_id, row.id):
        return Known(row.id, proven=False)
    return Known(row.id, True, row.email, row.name)


async def may_see(tx: Tx, shopper: Shopper, found: Order) -> bool:
    """Whether the order may be shown here: it was placed here, or by this contact, or the shopper has proved theirs."""
    query = select(order.c.number).where(order.c.number == found.number, await visible(tx, shopper))
    return await tx.scalar(query) is not None


async def visible(tx: Tx, shopper: Shopper) -> ColumnElement[bool]:
    """The orders that may be shown here, as a condition on `shop_order`."""
    who = await known(tx, shopper)
    ways = [order.c.conversation_id == shopper.conversation_id, order.c.contact_id == shopper.contact_id]
    if who.proven:
        ways.append(order.c.shopper_id == who.shopper_id)
    if who.email:  # a guest's order, which names the e-mail that was proved
        ways.append(order.c.email == who.email)
    return or_(*ways)


async def send_code(tx: Tx, house: House, shopper: Shopper, claim: str) -> str:
    """Send a code to the e-mail on file, if the claim (an e-mail or an order number) leads to one.

    Returns:
        What the shopper is told: the same, after the same work, whether it does or not.

    Raises:
        TooManyCodes: this conversation has asked too often, whatever for.
    """
    await owner.locked(tx, shopper.conversation_id)
    if await proofs.codes_asked(tx, shopper.conversation_id) >= MOST_CODES:
        raise TooManyCodes
    asked = claim.strip()[:LONGEST_CLAIM]
    on_file = await _on_file(tx, asked)
    email = on_file or asked.lower()
    await tx.alone(f"code:{email}")
    genuine = bool(on_file) and await proofs.codes_for(tx, email) < MOST_CODES
    made, code = await proofs.make_code(tx, shopper.conversation_id, email, genuine)
    locale = shopper.locale
    subject = say("code-subject", locale, shop=house.name)
    body = (Text(say("code-body", locale, shop=house.name, code=code)),)
    if genuine:
        await mailing.write(tx, house, email, subject, body, locale, once=f"code:{made}")
    else:
        mailing.composed(house, subject, body, locale)
    return say("code-sent", locale)


async def prove(tx: Tx, shopper: Shopper, code: str) -> Known:
    """Take the code the shopper typed; the right one links this conversation and its contact to whom it proves.

    A wrong one raises nothing, because the try has to be counted and committed.
    """
    await _alone(tx, shopper)
    email = await proofs.redeem(tx, shopper.conversation_id, code)
    if email:
        whom = await shoppers.introduce(tx, "", email, shopper.locale, None)
        await _link(tx, shopper, whom, "code", tx.now + CODE_PROOF_LASTS)
        return await known(tx, shopper)
    return Known(shopper.id, proven=False)


async def recognise(tx: Tx, shopper: Shopper, claim: Claim) -> Known:
    """Take the host shop's word for who this is.

    Raises:
        OtherShopper: the conversation belongs to somebody else whom the shop knows.
    """
    here = await _alone(tx, shopper)
    await tx.alone(f"account:{claim.account}")
    whom = await shoppers.by_account(tx, claim.account) if claim.account else None
    if whom is None:
        whom = await shoppers.introduce(tx, claim.name, claim.email, shopper.locale, None)
        if claim.account:
            whom = await shoppers.bind_account(tx, claim.account, whom)
    if here != whom and not await shoppers.is_stranger(tx, here):
        raise OtherShopper
    await _link(tx, shopper, whom, "token", claim.expires_at)
    return await known(tx, shopper)


async def _alone(tx: Tx, shopper: Shopper) -> str:
    """Let nothing else happen here until the commit; whose conversation it is by now. What linking moves is locked in
    the order in which selling does it, the conversation last."""
    for table in (quote, order):
        await tx.execute(select(table.c.shopper_id).where(table.c.shopper_id == shopper.id).with_for_update())
    await cart.lock(tx, shopper.id)
    await tx.execute(select(reservation.c.quote).where(reservation.c.shopper_id == shopper.id).with_for_update())
    return str((await owner.locked(tx, shopper.conversation_id)).shopper_id)


async def _link(tx: Tx, shopper: Shopper, whom: str, by: proofs.Method, until: datetime) -> None:
    """Let the conversation and its contact be `whom`'s. What a stranger put together here comes along; what a known
    shopper owns stays theirs."""
    before = (await owner.locked(tx, shopper.conversation_id)).shopper_id
    news = before != whom or not await proofs.holds(tx, shopper.conversation_id, whom)
    if before != whom:
        await shoppers.move(tx, shopper, whom)
        if await shoppers.is_stranger(tx, before):
            await cart.merge(tx, before, whom)
            await remembered.merge(tx, before, whom)
            for table in (order, quote):
                await tx.execute(update(table).where(table.c.shopper_id == before).values(shopper_id=whom))
    await proofs.add(tx, shopper.conversation_id, whom, by, until)
    if news:
        await log.append(tx, shopper.conversation_id, ShopperLinked(whom, by), lease=shopper.lease)


async def _on_file(tx: Tx, claim: str) -> str:
    """The e-mail we know by this e-mail or order number, as it is on file; what was typed is never written to."""
    if "@" in claim:
        shoppers_of = select(people.shopper.c.email).where(people.shopper.c.email == claim.lower())
        query: Any = union_all(shoppers_of, select(order.c.email).where(order.c.email == claim.lower()))
    else:
        numbers = {claim.lstrip("#"), claim.lstrip("#").upper()}
        owners = select(order.c.email, people.shopper.c.email).where(order.c.number.in_(numbers))
        query = owners.outerjoin(people.shopper, people.shopper.c.id == order.c.shopper_id)
    row = await tx.row(query.limit(1))
    return next((str(each) for each in row if each), "") if row else ""
