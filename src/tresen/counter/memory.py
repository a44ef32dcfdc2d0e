"""Use cases of what a shopper said of themselves: noted, shown, corrected, taken along, forgotten. It is theirs.

Nothing is kept that the shopper has not said in this conversation or confirmed with a button, and nothing that a shop
should not know. A guest's memory is the guest's; what a shopper whom the shop knows has said elsewhere is shown only
where they proved who they are. Forgetting deletes rows; the words in the log stay until the conversation is erased.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tresen.conversation import consents, remembered, shoppers
from tresen.conversation.remembered import FORGOTTEN, SINGLE, Entry, Source
from tresen.conversation.shoppers import Shopper
from tresen.counter import identity, saying
from tresen.counter.memory_words import ALL, APART, exported, text_of
from tresen.counter.purchases import bought
from tresen.counter.sensitive import is_sensitive
from tresen.kit.db import Tx
from tresen.kit.errors import Conflict, NotFound, Unprocessable
from tresen.shop.house import House

KINDS = ("size", "brand", "budget", "value", "dislike", "purpose", "fit")
MOST = 40  # entries of one shopper
LONGEST = 80  # characters of one
VIEWED = "viewed"  # what a consent is to
EVER = datetime(1970, 1, 1, tzinfo=UTC)
_LIKED = frozenset({"brand", "value", "purpose"})
_FORGETTING = ("vergiss", "vergessen", "vergesst", "losch", "entfern", "streich", "forget", "delete", "erase", "remove",
               "clear", "wipe", "drop")  # fmt: skip


class MemoryOff(Conflict):
    code = "memory_off"
    say = "This shop does not keep what shoppers say of themselves."


class UnknownKind(Unprocessable):
    code = "memory_kind"
    say = f"A kind is one of {', '.join(KINDS)}."


class NotSaid(Unprocessable):
    code = "memory_not_said"
    say = (
        "The shopper has not said this now. Note only what they say of themselves, in their own words and language. "
        "Leave `words` empty to offer a button that asks them."
    )


class TooPersonal(Unprocessable):
    code = "too_personal"
    say = "Health, faith, politics, love, money and contact details are never kept. Use it for this answer only."


class MemoryFull(Conflict):
    code = "memory_full"
    say = "Nothing more can be kept of this shopper. They can have something forgotten first."


class NothingRemembered(NotFound):
    code = "nothing_remembered"
    say = "Nothing like that is known of this shopper. show_memory lists what is."


class ForgettingNotAsked(Conflict):
    code = "forgetting_not_asked"
    say = "The shopper has not asked to have anything forgotten. show_memory offers buttons for it."


@dataclass(frozen=True)
class Heard:
    """What the shopper wrote: `now`, not answered yet, and `ever` in this conversation. `seq` is the last of it."""

    now: str
    ever: str
    seq: int = 0


@dataclass(frozen=True)
class Noted:
    """What was noted, and what it took the place of."""

    entry: Entry
    before: tuple[Entry, ...] = ()


async def known(tx: Tx, house: House, shopper: Shopper) -> list[Entry]:
    """What may be used and shown here, oldest first; what was bought only if the shopper proved who they are."""
    if not house.memory.on:
        return []
    since = tx.now - timedelta(days=house.memory.days)
    shopper_id, proven, kept = await _visible(tx, shopper, since)
    said = [each for each in kept if each.kind != FORGOTTEN]
    if not proven:
        return said
    marks = [each for each in kept if each.kind == FORGOTTEN]
    return [*await bought(tx, shopper_id, shopper.locale, since, marks, said), *said]


async def remember(
    tx: Tx, house: House, shopper: Shopper, kind: str, value: str, about: str, heard: Heard, words: str
) -> Noted:
    """Note what the shopper says of themselves.

    Args:
        words: The shopper's own words that say it.

    Raises:
        Refusal: it may not be kept, is not what they said, or is too much.
    """
    kind, value, about = read(house, kind, value, about)
    if not (saying.occurs(words, heard.now) and saying.occurs(value, words)):
        raise NotSaid
    if not saying.contained(about, heard.ever):
        about = ""
    return await _note(tx, house, shopper, kind, value, about, "said", heard.seq)


async def confirm(tx: Tx, house: House, shopper: Shopper, target: str) -> Noted:
    """Note what the shopper confirmed with a button.

    Raises:
        Refusal: it may not be kept, or is too much.
    """
    kind, about, value = (*target.split(APART, 2), "", "")[:3]
    kind, value, about = read(house, kind, value, about)
    return await _note(tx, house, shopper, kind, value, about, "confirmed", 0)


def read(house: House, kind: str, value: str, about: str) -> tuple[str, str, str]:
    """(kind, value, about) as it would be kept.

    Raises:
        Refusal: it may not be kept.
    """
    if not house.memory.on:
        raise MemoryOff
    if kind not in KINDS:
        raise UnknownKind
    value, about = (" ".join(each.replace(APART, " ").split()) for each in (value, about))
    if not saying.significant(value) or len(value) > LONGEST or len(about) > LONGEST:
        raise NotSaid
    if is_sensitive(f"{value} {about}"):
        raise TooPersonal
    if kind == "budget" and not any(each.replace(".", "").isdigit() for each in saying.tokens(value)):
        raise NotSaid
    return kind, value.upper() if kind == "size" and len(value) <= len("XXXL") else value, about


async def forget(tx: Tx, house: House, shopper: Shopper, what: str) -> tuple[Entry, ...]:
    """Delete an entry (by id), all of a kind, those that speak of some words, or all; returns what is gone.

    Raises:
        NothingRemembered: there is no such thing.
    """
    shopper_id, proven, rows = await _visible(tx, shopper, EVER)
    said, marks = [each for each in rows if each.kind != FORGOTTEN], [each for each in rows if each.kind == FORGOTTEN]
    listed = [*said, *(await bought(tx, shopper_id, shopper.locale, EVER, marks, ()) if proven else ())]
    gone = listed if what == ALL else _meant(what, listed)
    await remembered.drop(tx, shopper_id, [each.id for each in gone])
    if not gone:
        raise NothingRemembered
    for mark in {"" if what == ALL else each.id for each in gone if each.source == "bought"}:
        await remembered.keep(tx, shopper_id, FORGOTTEN, mark, "", "said", shopper.conversation_id, 0)
    return tuple(gone)


def asked_to_forget(heard: Heard) -> bool:
    """Whether the shopper's own words ask for it; a page or a product's text never can."""
    return any(word.startswith(_FORGETTING) for word in saying.tokens(heard.now))


async def export(tx: Tx, house: House, shopper: Shopper) -> str:
    """All of it as JSON, for the shopper to keep."""
    return json.dumps({"remembered": exported(await known(tx, house, shopper))}, ensure_ascii=False, indent=2)


async def choose_viewed(tx: Tx, shopper: Shopper, agreed: bool) -> None:
    """The shopper agrees that the pages they look at order what they find in the same visit, or not any more."""
    await (consents.give if agreed else consents.withdraw)(tx, shopper.contact_id, VIEWED)


async def may_use_viewed(tx: Tx, house: House, shopper: Shopper) -> bool:
    return bool(await agreed_to_viewed(tx, house, shopper))


async def agreed_to_viewed(tx: Tx, house: House, shopper: Shopper) -> bool | None:
    """What the shopper chose; None where the shop never uses it."""
    rules = house.memory
    return await consents.given(tx, shopper.contact_id, VIEWED) if rules.on and rules.viewed else None


async def stale(tx: Tx, house: House) -> bool:
    """Whether something is there that is too old to be kept."""
    return await remembered.older(tx, tx.now - timedelta(days=house.memory.days))


async def expire(tx: Tx, house: House) -> int:
    """Delete what is too old to be kept; returns how much it was."""
    return await remembered.expire(tx, tx.now - timedelta(days=house.memory.days))


async def _visible(tx: Tx, shopper: Shopper, since: datetime) -> tuple[str, bool, list[Entry]]:
    """(whose, whether that is proved, the rows that may be seen here)."""
    who = await identity.known(tx, shopper)
    rows = await remembered.of_shopper(tx, who.shopper_id, since)
    if not who.proven and not await shoppers.is_stranger(tx, who.shopper_id):
        rows = [each for each in rows if each.conversation_id == shopper.conversation_id]
    return who.shopper_id, who.proven, rows


async def _note(
    tx: Tx, house: House, shopper: Shopper, kind: str, value: str, about: str, source: Source, seq: int
) -> Noted:
    shopper_id, _, rows = await _visible(tx, shopper, EVER)
    about = about or _same_goods(kind, value, rows)
    before = [each for each in rows if _replaced(each, kind, value, about)]
    await remembered.drop(tx, shopper_id, [each.id for each in before])
    if await remembered.count(tx, shopper_id) >= MOST:
        raise MemoryFull
    entry = await remembered.keep(tx, shopper_id, kind, about, value, source, shopper.conversation_id, seq)
    return Noted(entry, tuple(each for each in before if _told_otherwise(each, entry)))


def _same_goods(kind: str, value: str, rows: list[Entry]) -> str:
    """The goods that a new size or budget without any is for: those of the only one there is of its sort."""
    alike = [each for each in rows if each.kind == kind and each.value[:1].isdigit() == value[:1].isdigit()]
    return alike[0].about if kind in SINGLE and len(alike) == 1 else ""


def _replaced(old: Entry, kind: str, value: str, about: str) -> bool:
    goods = old.about.casefold() == about.casefold()
    if old.kind == kind:
        return goods and (kind in SINGLE or old.value.casefold() == value.casefold())
    opposite = "dislike" in (old.kind, kind) and bool({old.kind, kind} & _LIKED)
    return opposite and old.value.casefold() == value.casefold()


def _told_otherwise(old: Entry, new: Entry) -> bool:
    return (old.kind, old.about, old.value) != (new.kind, new.about, new.value)


def _meant(what: str, entries: list[Entry]) -> list[Entry]:
    """The entries of that id or kind, else those whose words are all in `what`, or all of its words in them."""
    named = [each for each in entries if each.id == what] or [each for each in entries if each.kind == what]
    if named or not saying.significant(what):
        return named
    return [each for each in entries if saying.occurs(each.value, what) or saying.occurs(what, _all_words(each))]


def _all_words(entry: Entry) -> str:
    return f"{text_of(entry, 'de')} {text_of(entry, 'en')}"
