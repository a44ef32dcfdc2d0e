"""What the shopper asked for in their own words: the precondition, in code, of tools that write.

A model reads texts of products, reviews and documents, and may be talked into anything by them. So what it writes has
to be found in what the shopper wrote: a wish to change the cart, a code, an address, an e-mail. Where the words do not
say it plainly, nothing is changed; the shopper gets a button instead.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from tresen.agent.context import ShopperContext
from tresen.agent.planner.cues import intents
from tresen.agent.planner.quantities import quantity as said_quantity
from tresen.agent.planner.references import refers
from tresen.agent.planner.spelling import alike, words
from tresen.agent.planner.vocabulary import empty_words
from tresen.conversation.events import CartChanged, MessageReceived, MessageSent, ProductViewed, Stored
from tresen.conversation.forms import text_of
from tresen.conversation.parts import Card, Cards, CartSummary, Choices, Comparison, Part
from tresen.conversation.turn import Turn
from tresen.kit.db import Tx
from tresen.kit.errors import Unprocessable
from tresen.shop import cart, catalog

Asked = Literal["plainly", "perhaps", "no"]

PLAIN = frozenset({
    "buy", "purchase", "remove", "empty_cart", "another", "fewer", "instead", "later", "bring_back", "notify",
    "checkout", "code_given",
})  # fmt: skip
WISHES = PLAIN | {"want", "yes"}  # whoever has had none is not at the checkout
OBJECTIONS = frozenset({"dispute", "bill", "wrong"})
IMPLIED = frozenset({"want", "yes", "any", "refine"})
SHORT = 4  # words of an answer to our own question
MENTION = re.compile(r"„[^“”\"]+[“”\"]|“[^”]+”|«[^»]+»|»[^«]+«|\"[^\"]+\"")
TITLE = 4  # words in quotation marks that may be a product's name; more are somebody else's words
FRAGMENT = 3  # letters of an abbreviation: `str` for `strasse`


class NotSaid(Unprocessable):
    """The model filled in what the shopper never wrote."""

    code = "not_said"


class NotAsked(Unprocessable):
    """The model acts on something that the shopper did not ask for."""

    code = "not_asked"
    say = "The shopper has not asked for this. Offer it in words, and wait for their answer."


async def permits(context: ShopperContext, variant_id: str, quantity: int | None = None) -> bool:
    """Whether the shopper's own words ask for this variant, and for so many of it.

    What was asked for plainly and by a word of its name may have been found in this very turn; what is only to be
    understood so, as in "yes" or "the blue one", has to be something that the shopper had seen before they wrote.
    Whoever names one product means no other.
    """
    turn, tx = context.run.turn, context.open_tx
    found = (await catalog.variants(tx, [variant_id])).get(variant_id)
    if found is None:
        return True  # the use case says that there is no such thing
    meant = change(turn, found.label(context.shopper.locale))
    if meant == "no":
        return False
    lines = (await cart.read(tx, context.shopper.id)).lines
    held = sum(line.quantity for line in lines if line.variant.id == variant_id)
    if quantity is not None and not _so_many(turn, quantity, held):
        return False
    fresh = _of(context.run.parts)
    known = {product_id for stored in turn.events for product_id in _products(stored)} | fresh | {found.product_id}
    named = await _named(tx, turn, known)
    if held or was_shown(turn, found.product_id):
        return not named or found.product_id in named
    return meant == "plainly" and found.product_id in named & fresh


async def insist(context: ShopperContext, variant_id: str) -> None:
    """Raises NotAsked unless the shopper's own words ask for something to be done with this variant."""
    if not await permits(context, variant_id):
        raise NotAsked


def change(turn: Turn, options: str = "") -> Asked:
    """Whether the messages that this turn answers ask to change the cart, or what is kept with it.

    Args:
        options: the color and size in question: who names them after having seen the product, means it.
    """
    texts = [unquoted(text) for text in _texts(turn.unanswered(), turn.shopper.locale)]
    meant = frozenset[str]().union(*(intents(words(text)) for text in texts))
    if meant & PLAIN or any(said_quantity(text) is not None and refers(text) for text in texts):
        return "plainly"
    named = set(words(options))
    implied = meant & IMPLIED or any(
        refers(text) or _answers(text, turn) or (bool(named) and named <= set(words(text))) for text in texts
    )
    return "perhaps" if implied and "question" not in meant else "no"


async def _named(tx: Tx, turn: Turn, known: Collection[str]) -> set[str]:
    """Which of the products the messages call by a word of their titles, in any language, or by their brand."""
    texts = (unquoted(text) for text in _texts(turn.unanswered(), turn.shopper.locale))
    said = {word for text in texts for word in words(text) if len(word) >= FRAGMENT and word not in empty_words()}
    found = set()
    for product in await catalog.products(tx, list(known)):
        names = {word for title in (*product.title.values(), product.brand) for word in words(title)} - empty_words()
        if any(len(name) > FRAGMENT and _same(name, word) for name in names for word in said):
            found.add(product.id)
    return found


def insist_on(turn: Turn, meant: frozenset[str], objection: str = "") -> None:
    """Raises NotAsked unless the shopper has ever spoken of this here, or has said the words that are passed on."""
    received = [stored for stored in turn.events if isinstance(stored.data, MessageReceived)]
    spoken = any(intents(words(unquoted(text))) & meant for text in _texts(received, turn.shopper.locale))
    said = bool(objection) and all(_found(word, _heard(turn)) for word in words(objection))
    if not (spoken or said):
        raise NotAsked


def insist_on_code(turn: Turn, code: str) -> None:
    """Raises NotAsked where the shopper has only asked about a code; NotSaid unless they wrote it."""
    refuse_unsaid(turn, {"code": code})
    received = [stored for stored in turn.events if isinstance(stored.data, MessageReceived)]
    given = False
    for said in (words(unquoted(text)) for text in _texts(received, turn.shopper.locale)):
        meant = intents(said)
        named = all(word in said for word in words(code))
        given = given or "code_given" in meant or (named and "question" not in meant) or "yes" in meant
    if not given:
        raise NotAsked


def unquoted(text: str) -> str:
    """The text without what it quotes: whoever asks what a sentence means does not say it."""
    left = MENTION.sub(lambda found: found[0] if len(found[0].split()) <= TITLE else " ", text)
    return left if left.strip() else text


def was_shown(turn: Turn, product_id: str) -> bool:
    """Whether the shopper had seen the product before they wrote."""
    first = min((stored.seq for stored in turn.unanswered()), default=0)
    return any(product_id in _products(stored) for stored in turn.events if stored.seq < first)


def _so_many(turn: Turn, wanted: int, held: int) -> bool:
    """Fewer than now, one more, or as many as were named, on top or in all."""
    named = [said_quantity(text) or 0 for text in _texts(turn.unanswered(), turn.shopper.locale)]
    return wanted <= max(held + 1, *(held + each for each in named))


def refuse_unsaid(turn: Turn, fields: Mapping[str, str], known: Mapping[str, str] | None = None) -> None:
    """Take only what stands in the shopper's words, in this conversation, or what is `known` already.

    Raises:
        NotSaid: naming the fields.
    """
    heard = _heard(turn)
    missing = [
        name
        for name, text in fields.items()
        if text and text != (known or {}).get(name) and not all(_found(word, heard) for word in words(text))
    ]
    if missing:
        raise NotSaid(f"The shopper has not said the {', '.join(missing)}. Ask for it; never fill it in yourself.")


def _heard(turn: Turn) -> frozenset[str]:
    received = [stored for stored in turn.events if isinstance(stored.data, MessageReceived)]
    return frozenset(word for text in _texts(received, turn.shopper.locale) for word in words(text))


def _found(word: str, heard: frozenset[str]) -> bool:
    if word in heard:
        return True
    if any(letter.isdigit() for letter in word):  # `5a` may have been written `5 a`
        return word[:-1] in heard and word[-1:] in heard
    return any(_same(word, other) for other in heard)


def _same(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return alike(word, other) or (len(short) >= FRAGMENT and (long.startswith(short) or long.endswith(short)))


def _texts(received: Iterable[Stored], locale: str) -> list[str]:
    return [text_of(stored.data.parts, locale) for stored in received if isinstance(stored.data, MessageReceived)]


def _answers(text: str, turn: Turn) -> bool:
    """Whether a few words answer what was asked last."""
    first = min((stored.seq for stored in turn.unanswered()), default=0)
    before = [stored.data for stored in turn.events if isinstance(stored.data, MessageSent) and stored.seq < first]
    if not before or len(words(text)) > SHORT:
        return False
    parts = before[-1].parts
    return any(isinstance(part, Choices) for part in parts) or "?" in text_of(parts, turn.shopper.locale)


def _products(stored: Stored) -> set[str]:
    match stored.data:
        case ProductViewed(product_id=product_id):
            return {product_id}
        case CartChanged(cart=summary):
            return _of((summary,))
        case MessageSent(parts=parts):
            return _of(parts)
        case _:
            return set()


def _of(parts: Iterable[Part]) -> set[str]:
    found: set[str] = set()
    for part in parts:
        match part:
            case Cards(cards=cards) | Comparison(cards=cards):
                found |= {card.product_id for card in cards if isinstance(card, Card)}
            case CartSummary(items=items):
                found |= {item.product_id for item in items}
    return found
