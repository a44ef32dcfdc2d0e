"""Use cases of looking: search, one product, and what the shopper has on screen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import select

from tresen.conversation import log
from tresen.conversation.events import ProductViewed
from tresen.conversation.parts import Card
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import event
from tresen.counter import asking, cards, memory, sizing, taste
from tresen.counter.asking import Question
from tresen.counter.sizing import SizeAdvice
from tresen.counter.taste import Reason, Taste
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound
from tresen.retrieval.passages import PASSAGE_ENOUGH
from tresen.retrieval.query import Found, PassageHit, Query
from tresen.retrieval.search import Retrieval
from tresen.shop import catalog
from tresen.shop.catalog import Product
from tresen.shop.house import House
from tresen.shop.money import Money

CONSIDERED = 24  # of the best that are looked at before the first of them are shown
VISIT = timedelta(hours=2)  # a page that was looked at longer ago belongs to another visit
MOST_VIEWED = 5


@dataclass(frozen=True)
class Shelf:
    """What a search brought back: the outcome, and the products as rows and as cards, in one order.

    By product id, `reasons` says why one is where it is for this shopper, and `left` what remains of their budget.
    `ask` is a question back, if its answer would change what is shown.
    """

    found: Found
    products: tuple[Product, ...]
    cards: tuple[Card, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, Money] = field(default_factory=dict)
    ask: Question | None = None


async def find_products(tx: Tx, retrieval: Retrieval, query: Query) -> Shelf:
    """Search, then read prices and stock of this moment from the shop."""
    found = await retrieval.find(query)
    return await _shelf(tx, query, found, await catalog.products(tx, [hit.product_id for hit in found.hits]))


async def find_for(
    tx: Tx, retrieval: Retrieval, query: Query, known: Taste, asked: Collection[str] | None = (), said: str = ""
) -> Shelf:
    """Search for somebody of whom something is known: a little of it in the order, and the reason on the card.

    Args:
        asked: The facts that were asked for already; None when no question fits now.
        said: The shopper's own words of this turn.
    """
    wide = await retrieval.find(replace(query, limit=max(query.limit, CONSIDERED)))
    products = {each.id: each for each in await catalog.products(tx, [hit.product_id for hit in wide.hits])}
    applied = taste.applying(known, query, said)
    reasons = {key: taste.reasons(each, applied, query.locale) for key, each in products.items()} if applied else {}
    hits = taste.ranked([hit for hit in wide.hits if hit.product_id in products], reasons, query)[: query.limit]
    ask = None
    if asked is not None and wide.outcome == "found":
        ranked = [products[hit.product_id] for hit in hits]
        rest = [each for each in products.values() if each not in ranked]
        ask = asking.question([*ranked, *rest], len(hits), query, applied.entries, asked)
    shown = [products[hit.product_id] for hit in hits]
    shelf = await _shelf(tx, query, replace(wide, hits=hits), shown)
    return replace(_with_reasons(shelf, reasons), ask=ask)


async def taste_of(tx: Tx, house: House, shopper: Shopper) -> Taste:
    """What may order what this shopper finds here and now."""
    return Taste(tuple(await memory.known(tx, house, shopper)), tuple(await _viewed(tx, house, shopper)))


async def _viewed(tx: Tx, house: House, shopper: Shopper) -> list[Product]:
    """The products that the shopper has looked at in this visit, the last one first, if they agreed to its use."""
    if not await memory.may_use_viewed(tx, house, shopper):
        return []
    mine = (event.c.conversation_id == shopper.conversation_id, event.c.name == ProductViewed.name)
    query = select(event.c.payload).where(*mine, event.c.at > tx.now - VISIT).order_by(event.c.seq.desc())
    rows = await tx.rows(query.limit(MOST_VIEWED))
    return await catalog.products(tx, list(dict.fromkeys(row.payload["product_id"] for row in rows)))


async def _shelf(tx: Tx, query: Query, found: Found, products: list[Product]) -> Shelf:
    variants = {hit.product_id: hit.variant_ids for hit in found.hits}
    shown = await cards.shown(tx, products, query.locale, variants if query.options else None)
    return Shelf(found, tuple(products), shown, left=_left(query, products))


def _left(query: Query, products: list[Product]) -> dict[str, Money]:
    """What remains of the highest price that was wished, by product id."""
    lowest = {each.id: price for each in products if (price := each.price_from())}
    most = query.price_max
    return {key: Money(most - price.minor, price.currency) for key, price in lowest.items()
            if most is not None and price.minor <= most}  # fmt: skip


def _with_reasons(shelf: Shelf, reasons: Mapping[str, list[Reason]]) -> Shelf:
    """The shelf with the weightiest reason of each product on its card, where the card has nothing more urgent."""
    told = {each.id: reasons[each.id][0].text for each in shelf.products if reasons.get(each.id)}
    noted = [
        replace(card, note=told[card.product_id]) if card.product_id in told and not card.note else card
        for card in shelf.cards
    ]
    return replace(shelf, cards=tuple(noted), reasons=told)


async def get_product(tx: Tx, product_id: str) -> Product:
    """One live product.

    Raises:
        NotFound: unknown or withdrawn; `say` tells the model what to use instead.
    """
    found = await catalog.products(tx, [product_id])
    if not found:
        raise NotFound("No such product. Use an id that find_products returned.", code="unknown_product")
    return found[0]


async def goes_well_with(tx: Tx, product: Product) -> list[Product]:
    """What the catalog says completes this product, in stock first."""
    ids = await catalog.product_ids(tx, product.source, list(product.goes_well_with))
    return sorted(await catalog.products(tx, ids), key=lambda item: not item.available)


async def advise_size(
    tx: Tx, house: House, shopper: Shopper, product_id: str, usual: str = "", foot_cm: float = 0, body_cm: float = 0
) -> tuple[Product, SizeAdvice]:
    """The product, and which size of it to take; what the shopper usually wears may be known already.

    Raises:
        NotFound: unknown or withdrawn.
    """
    product = await get_product(tx, product_id)
    if not usual:
        sizes = [each for each in await memory.known(tx, house, shopper) if each.kind == "size"]
        fitting = [each.value for each in sizes if each.about and taste.is_about(product, each.about)]
        usual = next(iter([*fitting[::-1], *(each.value for each in sizes[::-1] if not each.about)]), "")
    return product, sizing.advise(product, shopper.locale, usual.strip()[: memory.LONGEST], foot_cm, body_cm)


async def view_product(tx: Tx, shopper: Shopper, product_id: str) -> None:
    """Note that the shopper looks at a product's page, so that "is this waterproof?" can be answered."""
    product = await get_product(tx, product_id)
    viewed = ProductViewed(product.id, catalog.pick(product.title, shopper.locale))
    await log.append(tx, shopper.conversation_id, viewed)


async def search_policies(retrieval: Retrieval, text: str, locale: str) -> list[PassageHit]:
    """The passages of the shop's documents that answer `text`; empty when they do not say."""
    hits = await retrieval.passages(text, locale)
    return hits if hits and hits[0].score >= PASSAGE_ENOUGH else []
