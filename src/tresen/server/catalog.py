"""The shop without the model: search, products, documents, and the shop's own facts."""

from typing import Annotated, Any, Literal

import nh3
from fastapi import APIRouter, Header, Query
from markdown_it import MarkdownIt

from tresen.conversation import shoppers
from tresen.conversation.parts import CartSummary
from tresen.counter import cards, find
from tresen.counter.cart import show_cart
from tresen.counter.facts import fact_text
from tresen.kit.errors import NotFound, Unauthorized
from tresen.retrieval.facets import Facet
from tresen.retrieval.query import Query as Wanted
from tresen.server.deps import App, Reading, bearer
from tresen.shop import cart as shop_cart
from tresen.shop import catalog
from tresen.shop.catalog import pick

MOST_MINOR = 10**15  # no price is higher, and every library can count so far

router = APIRouter(prefix="/v1", tags=["shop"])
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@router.get("/search")
async def search(
    app: App,
    tx: Reading,
    q: Annotated[str, Query(max_length=2000)] = "",
    category: str = "",
    brand: str = "",
    color: str = "",
    size: str = "",
    min_price: Annotated[int | None, Query(ge=0, le=MOST_MINOR, description="minor units")] = None,
    max_price: Annotated[int | None, Query(ge=0, le=MOST_MINOR, description="minor units")] = None,
    min_rating: Annotated[float | None, Query(ge=0, le=5)] = None,
    in_stock: bool = False,
    sort: Literal["relevance", "price", "price_desc", "rating"] = "relevance",
    limit: Annotated[int, Query(ge=1, le=200)] = 12,
    locale: str | None = None,
) -> dict[str, Any]:
    """Search without the model: hits, the outcome, and facets."""
    tongue = app.settings.shop.locale(locale)
    options = {key: value for key, value in (("color", color), ("size", size)) if value}
    wanted = Wanted(
        text=q, locale=tongue, category=category, brand=brand, options=options, price_min=min_price,
        price_max=max_price, rating_min=min_rating, in_stock=in_stock, sort=sort, limit=limit,
    )  # fmt: skip
    shelf = await find.find_products(tx, app.retrieval, wanted)
    why = {hit.product_id: hit.why for hit in shelf.found.hits}
    facets = await app.retrieval.facets()
    return {
        "hits": [{"card": card, "why": why[card.product_id]} for card in shelf.cards],
        "total": shelf.found.total,
        "outcome": shelf.found.outcome,
        "relaxed": shelf.found.relaxed,
        "unknown": shelf.found.unknown,
        "nearest_price": shelf.found.nearest.text(tongue) if shelf.found.nearest else None,
        "facets": {
            "categories": _facets(facets.categories, tongue),
            "brands": _facets(facets.brands, tongue),
            **{key: _facets(found, tongue) for key, found in facets.options.items()},
        },
    }


@router.get("/products/{product_id}")
async def product(app: App, tx: Reading, product_id: str, locale: str | None = None) -> dict[str, Any]:
    """One product with everything the shop says about it."""
    tongue = app.settings.shop.locale(locale)
    found = await find.get_product(tx, product_id)
    card, *fitting = await cards.shown(tx, [found, *await find.goes_well_with(tx, found)], tongue)
    return {
        "card": card,
        "description": pick(found.description, tongue),
        "category": [pick(step, tongue) for step in found.category],
        "category_key": found.category_key,
        "attributes": [
            {"label": cards.label(key, tongue), "text": fact_text(fact, tongue)}
            for key, fact in found.attributes.items()
        ],
        "details": [
            {"label": cards.label(key, tongue), "text": pick(text, tongue)} for key, text in found.details.items()
        ],
        "reviews": found.reviews,
        "goes_well_with": fitting,
    }


@router.get("/shop")
async def shop(app: App, tx: Reading, locale: str | None = None) -> dict[str, Any]:
    """The shop's name, languages, categories, people and documents."""
    house, tongue = app.settings.shop, app.settings.shop.locale(locale)
    facets = await app.retrieval.facets()
    documents = {
        passage.document_id: {"id": passage.document_id, "title": passage.title, "locale": passage.locale}
        for passage in await catalog.passages(tx)
    }
    hours = [
        {"name": each.name, "days": each.days, "hours": f"{each.opens:%H:%M}-{each.closes:%H:%M}"}
        for each in house.departments
    ]
    return {
        "name": house.name,
        "currency": house.currency,
        "time_zone": house.time_zone,
        "locales": house.locales,
        "email": house.email,
        "phone": house.phone,
        "categories": _facets(facets.categories, tongue),
        "departments": hours,
        "documents": [each for each in documents.values() if each["locale"] == tongue] or list(documents.values()),
    }


@router.get("/documents/{document_id}")
async def document(tx: Reading, document_id: str) -> dict[str, str]:
    """A policy of the shop as sanitised HTML; each heading carries the anchor that citations name."""
    passages = [passage for passage in await catalog.passages(tx) if passage.document_id == document_id]
    if not passages:
        raise NotFound("There is no such document.")
    return {"title": passages[0].title, "locale": passages[0].locale, "html": _html(passages)}


@router.get("/carts/{cart_id}")
async def read_cart(app: App, tx: Reading, cart_id: str, authorization: Annotated[str, Header()] = "") -> CartSummary:
    """A cart, for the token of a conversation of its shopper."""
    token = bearer(authorization)
    if not token:
        raise Unauthorized(hint="send the token of the conversation as Authorization: Bearer <token>")
    shopper = await shoppers.by_key(tx, token)
    if shopper is None or (await shop_cart.read(tx, shopper.id)).id != cart_id:
        raise NotFound("This cart does not exist, or the token does not open it.")
    return await show_cart(tx, app.settings.shop, shopper)


def _facets(found: tuple[Facet, ...], locale: str) -> list[dict[str, Any]]:
    return [
        {"key": facet.key, "label": pick(facet.labels, locale), "count": facet.count, "parent": facet.parent}
        for facet in found
    ]


def _html(passages: list[catalog.Passage]) -> str:
    pieces, last = [], ""
    for passage in passages:
        heading = _markdown.renderInline(passage.heading) if passage.heading != last else ""
        tag = f'<h2 id="{passage.anchor}">{heading}</h2>' if heading else f'<a id="{passage.anchor}"></a>'
        pieces.append(tag + _markdown.render(passage.text))
        last = passage.heading
    attributes = {**nh3.ALLOWED_ATTRIBUTES, "h2": {"id"}, "a": {"id", "href"}}
    return nh3.clean("".join(pieces), attributes=attributes, url_schemes={"http", "https", "mailto", "tel"})
