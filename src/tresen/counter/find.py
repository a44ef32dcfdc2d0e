"""Use cases of looking: search, one product, and what the shopper has on screen."""

from dataclasses import dataclass

from tresen.conversation import log
from tresen.conversation.events import ProductViewed
from tresen.conversation.parts import Card
from tresen.conversation.shoppers import Shopper
from tresen.counter import cards
from tresen.kit.db import Tx
from tresen.kit.errors import NotFound
from tresen.retrieval.passages import PASSAGE_ENOUGH
from tresen.retrieval.query import Found, PassageHit, Query
from tresen.retrieval.search import Retrieval
from tresen.shop import catalog
from tresen.shop.catalog import Product


@dataclass(frozen=True)
class Shelf:
    """What a search brought back: the outcome, and the products as rows and as cards, in one order."""

    found: Found
    products: tuple[Product, ...]
    cards: tuple[Card, ...]


async def find_products(tx: Tx, retrieval: Retrieval, query: Query) -> Shelf:
    """Search, then read prices and stock of this moment from the shop."""
    found = await retrieval.find(query)
    variants = {hit.product_id: hit.variant_ids for hit in found.hits}
    products = await catalog.products(tx, list(variants))
    asked = bool(query.options)
    return Shelf(found, tuple(products), await cards.shown(tx, products, query.locale, variants if asked else None))


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


async def view_product(tx: Tx, shopper: Shopper, product_id: str) -> None:
    """Note that the shopper looks at a product's page, so that "is this waterproof?" can be answered."""
    product = await get_product(tx, product_id)
    viewed = ProductViewed(product.id, catalog.pick(product.title, shopper.locale))
    await log.append(tx, shopper.conversation_id, viewed)


async def search_policies(retrieval: Retrieval, text: str, locale: str) -> list[PassageHit]:
    """The passages of the shop's documents that answer `text`; empty when they do not say."""
    hits = await retrieval.passages(text, locale)
    return hits if hits and hits[0].score >= PASSAGE_ENOUGH else []
