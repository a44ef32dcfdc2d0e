"""Use cases of the right to be forgotten, and of the right to know: for the shopper in the chat, for the shop's people.

What is erased: what was remembered, pictures, the words of every conversation, consents, cart and unfinished checkout,
name, e-mail and accounts, and ways to reach the shopper. What stays: orders with what their invoices need, because the
law wants them kept, and the log's bare bones. `docs/decisions/0011-erasing.md` says why.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import or_, select

from tresen.conversation import consents, erasing, log, remembered, shoppers
from tresen.conversation.erasing import ERASE, Taken
from tresen.conversation.events import whole
from tresen.conversation.parts import Action, Choice, Choices, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import contact, host_account, shopper, upload
from tresen.conversation.uploads import FOLDER
from tresen.counter import identity
from tresen.counter.memory import EVER
from tresen.counter.memory_words import EXPORT, exported
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound
from tresen.kit.words import say
from tresen.shop import erasing as shop
from tresen.shop import orderbook
from tresen.shop.sales import order

BY_SHOPPER, BY_SHOP = "shopper", "shop"
SURE = "yes"  # the target of the tap that carries it out; without it the tap asks
_SECRETS = frozenset({"access"})  # of an order: the key of its page opens it


class UnknownShopper(NotFound):
    code = "unknown_shopper"
    say = "There is no such shopper."


@dataclass(frozen=True)
class Erased:
    """What is gone, and the numbers of the orders that stay; not `whole`: of one conversation only."""

    taken: Taken
    orders: tuple[str, ...] = ()
    whole: bool = True


async def erase_here(tx: Tx, here: Shopper) -> Erased:
    """Erase what is known of the shopper who asks for it in this conversation, and let it go on.

    Of somebody whom the shop knows, but who has not proved it here, only this conversation is erased.
    """
    who = await identity.known(tx, here)
    if not who.proven and not await shoppers.is_stranger(tx, who.shopper_id):
        return Erased(await erasing.erase_conversation(tx, here.conversation_id, BY_SHOPPER, here), whole=False)
    return await _erase(tx, who.shopper_id, BY_SHOPPER, here)


async def erase(tx: Tx, shopper_id: str) -> Erased:
    """Erase what is known of a shopper, for the shop's people; nothing of it can be reached any more.

    Raises:
        UnknownShopper.
    """
    if await tx.scalar(select(shopper.c.id).where(shopper.c.id == shopper_id)) is None:
        raise UnknownShopper
    return await _erase(tx, shopper_id, BY_SHOP)


def asked(locale: str) -> tuple[Part, ...]:
    """What would be erased and what not, and the button that does it; another takes everything along before."""
    yes, export = say("erase-yes", locale), say("memory-export", locale)
    buttons = Choice(yes, Action(ERASE, SURE, label=yes)), Choice(export, Action(EXPORT, label=export))
    return Text(say("erase-ask", locale)), Choices(buttons)


def told(erased: Erased, locale: str) -> str:
    """What the shopper hears of it."""
    done = say("erased" if erased.whole else "erased-here", locale)
    return f"{done} {say('erased-orders', locale, numbers=', '.join(erased.orders))}" if erased.orders else done


async def found(tx: Tx, email: str) -> list[str]:
    """The shoppers with this e-mail, proved or named in an order; the one who proved it first."""
    wanted = email.strip().lower()
    query = select(shopper.c.id).outerjoin(order, order.c.shopper_id == shopper.c.id)
    named = query.where(or_(shopper.c.email == wanted, order.c.email == wanted)).order_by(shopper.c.email.desc())
    return list(dict.fromkeys(str(row.id) for row in await tx.rows(named))) if wanted else []


async def disclosed(tx: Tx, shopper_id: str) -> dict[str, Any]:
    """Everything that is held of a shopper, as data for a file.

    Raises:
        UnknownShopper.
    """
    row = await tx.row(select(shopper).where(shopper.c.id == shopper_id))
    if row is None:
        raise UnknownShopper
    accounts = await tx.rows(select(host_account.c.external_id).where(host_account.c.shopper_id == shopper_id))
    contacts = await tx.rows(select(contact).where(contact.c.shopper_id == shopper_id))
    talks = await erasing.conversations_of(tx, shopper_id)
    pictures = await tx.rows(select(upload).where(upload.c.conversation_id.in_(talks), upload.c.state == "kept"))
    orders = [await orderbook.find(tx, number) for number in await shop.orders_of(tx, shopper_id)]
    return {
        "shopper": {"id": row.id, "name": row.name, "email": row.email, "locale": row.locale,
                    "known_since": row.created_at, "accounts": [each.external_id for each in accounts]},
        "contacts": [{"channel": each.channel, "id": each.external_id, "last_wrote_at": each.last_inbound_at,
                      "consents": await consents.of(tx, each.id)} for each in contacts],
        "remembered": exported(await remembered.of_shopper(tx, shopper_id, EVER)),
        "pictures": [{"file": f"{FOLDER}/{each.id}.jpg", "sent_at": each.created_at} for each in pictures],
        "orders": [{key: fact for key, fact in asdict(each).items() if key not in _SECRETS} for each in orders],
        "conversations": [{"id": talk, "events": [{"event": each.name, **whole(each)} for each in
                           await log.read(tx, talk)]} for talk in talks],
    }  # fmt: skip


async def _erase(tx: Tx, shopper_id: str, by: str, here: Shopper | None = None) -> Erased:
    """All of it, the cart first and the conversations in order, as everybody locks them."""
    orders = tuple(await shop.orders_of(tx, shopper_id))
    contacts = [row.id for row in await tx.rows(select(contact.c.id).where(contact.c.shopper_id == shopper_id))]
    await shop.erase(tx, shopper_id, contacts)
    taken = Taken()
    for talk in await erasing.conversations_of(tx, shopper_id):
        mine = here if here and here.conversation_id == talk else None
        part = await erasing.erase_conversation(tx, talk, by, mine)
        taken = Taken(*(one + other for one, other in zip(asdict(taken).values(), asdict(part).values(), strict=True)))
    more = await erasing.erase_person(tx, shopper_id, here.contact_id if here else "")
    return Erased(replace(taken, remembered=taken.remembered + more), orders)
