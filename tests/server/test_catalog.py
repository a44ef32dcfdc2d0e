"""The shop without the model: filters that are exact, documents that carry no script, carts only for their token."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from bs4 import BeautifulSoup
from goods import variant_id
from little_app import furnish, served
from sqlalchemy import select
from visitor import Visitor

from tresen.bootstrap import Tresen
from tresen.shop import catalog, saving
from tresen.shop import tables as shop_tables
from tresen.shop.catalog import Product, Variant, pick

Fits = Callable[[Product, Variant], bool]


@pytest.fixture(scope="module")
async def everything(shop: Tresen, url: str) -> list[Product]:
    async with shop.db.read() as tx:
        return await catalog.all_products(tx)


@pytest.fixture(scope="module")
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield client


async def search(http: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    found = (await http.get("/v1/search", params={"limit": 200, "locale": "de", **params})).raise_for_status().json()
    return dict(found)


def ids(found: dict[str, Any]) -> list[str]:
    return [hit["card"]["product_id"] for hit in found["hits"]]


def option(variant: Variant, key: str) -> set[str]:
    value = variant.options.get(key)
    return set(value.values()) if isinstance(value, dict) else {str(value)} if value else set()


def rated(least: float) -> Fits:
    return lambda product, _: product.rating is not None and product.rating >= least


def costs(least: int, most: int) -> Fits:
    return lambda _, variant: variant.price is not None and least <= variant.price.minor <= most


FILTERS: list[tuple[dict[str, Any], Fits]] = [
    ({}, lambda _p, _v: True),
    ({"max_price": 2000}, costs(0, 2000)),
    ({"min_price": 5000, "max_price": 9000}, costs(5000, 9000)),
    ({"min_rating": 4.5}, rated(4.5)),
    ({"in_stock": True}, lambda _p, variant: variant.available),
    ({"color": "Blau"}, lambda _p, variant: "Blau" in option(variant, "color")),
    ({"color": "blue", "locale": "en"}, lambda _p, variant: "Blau" in option(variant, "color")),
    ({"size": "39-42"}, lambda _p, variant: "39-42" in option(variant, "size")),
    (
        {"color": "Blau", "size": "39-42", "in_stock": True},
        lambda _p, v: "Blau" in option(v, "color") and "39-42" in option(v, "size") and v.available,
    ),
    (
        {"in_stock": True, "max_price": 3000, "min_rating": 4.2},
        lambda p, v: v.available and costs(0, 3000)(p, v) and rated(4.2)(p, v),
    ),
]


@pytest.mark.parametrize(("params", "fits"), FILTERS, ids=[str(params) for params, _ in FILTERS])
async def test_a_filter_finds_all_that_fits_and_nothing_else(
    http: httpx.AsyncClient, everything: list[Product], params: dict[str, Any], fits: Fits
) -> None:
    found = await search(http, **params)
    expected = {product.id for product in everything if any(fits(product, each) for each in product.variants)}
    assert 0 < len(expected) <= 200
    assert found["outcome"] == "found"
    assert set(ids(found)) == expected
    assert found["total"] == len(expected) == len(ids(found))


async def test_brands_and_categories_are_exact_and_counted(http: httpx.AsyncClient, everything: list[Product]) -> None:
    facets = (await search(http))["facets"]
    assert {each["key"] for each in facets["brands"]} == {product.brand for product in everything}
    for brand in facets["brands"][:5]:
        expected = {product.id for product in everything if product.brand == brand["key"]}
        assert set(ids(await search(http, brand=brand["key"]))) == expected
        assert brand["count"] == len(expected)
    for category in facets["categories"]:
        below = [p for p in everything if f"{p.category_key}/".startswith(f"{category['key']}/")]
        assert category["count"] == len(below), category
        if category["count"] < 12:
            assert set(ids(await search(http, category=category["key"]))) == {product.id for product in below}


@pytest.mark.parametrize("more", [{}, {"q": "Socken"}, {"in_stock": True}])
async def test_sorted_as_asked(http: httpx.AsyncClient, everything: list[Product], more: dict[str, Any]) -> None:
    by_id = {product.id: product for product in everything}

    async def prices(sort: str) -> list[int]:
        """The lowest price of each hit, of what may be meant."""
        found = [by_id[key] for key in ids(await search(http, sort=sort, **more))]
        meant = [[v for v in product.variants if v.available or "in_stock" not in more] for product in found]
        return [min(v.price.minor for v in each if v.price) for each in meant if any(v.price for v in each)]

    rising, falling = await prices("price"), await prices("price_desc")
    ratings = [by_id[key].rating or 0 for key in ids(await search(http, sort="rating", **more))]
    assert rising == sorted(rising) and len(rising) > 3
    assert falling == sorted(falling, reverse=True)
    assert ratings == sorted(ratings, reverse=True)


async def test_no_price_is_shown_that_is_not_the_shops(http: httpx.AsyncClient, everything: list[Product]) -> None:
    """I3: every card and every variant on it, against the rows."""
    by_id = {product.id: product for product in everything}
    for hit in (await search(http))["hits"]:
        card, product = hit["card"], by_id[hit["card"]["product_id"]]
        assert card["title"] == product.title["de"]
        assert card["available"] == any(each.available for each in product.variants)
        for shown, variant in zip(card["variants"], product.variants, strict=True):
            price = variant.price.text("de") if variant.price else "Preis auf Anfrage"
            assert (shown["id"], shown["price"], shown["available"]) == (variant.id, price, variant.available)


@pytest.mark.parametrize(
    ("params", "outcome"),
    [
        ({"q": "Kühlschrank", "category": "Kühlschränke"}, "category_not_carried"),
        ({"q": "Socken", "max_price": 1}, "out_of_reach"),
    ],
)
async def test_a_no_is_said_in_data(http: httpx.AsyncClient, params: dict[str, Any], outcome: str) -> None:
    assert (await search(http, **params))["outcome"] == outcome


@pytest.mark.parametrize(
    "params",
    [{"limit": 0}, {"min_price": 10**30}, {"limit": 201}, {"sort": "magic"}, {"min_rating": 6}, {"max_price": -1},
     {"q": "x" * 2001}, {"max_price": "cheap"}],
)  # fmt: skip
async def test_a_wrong_filter_is_told(http: httpx.AsyncClient, params: dict[str, Any]) -> None:
    answer = await http.get("/v1/search", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert next(iter(params)) in answer.json()["detail"]


async def test_figures_beyond_all_prices_are_only_large(http: httpx.AsyncClient) -> None:
    whole = (await search(http, in_stock=True))["total"]
    assert (await search(http, max_price=10**15, in_stock=True))["total"] == whole
    assert (await search(http, min_price=10**15))["outcome"] == "out_of_reach"


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_a_product_whole(http: httpx.AsyncClient, everything: list[Product], locale: str) -> None:
    product = next(each for each in everything if each.goes_well_with and each.reviews and each.details)
    told = (await http.get(f"/v1/products/{product.id}", params={"locale": locale})).json()
    assert told["card"]["title"] == product.title[locale]
    assert told["description"] == product.description[locale]
    assert told["category"] == [pick(step, locale) for step in product.category]
    assert len(told["reviews"]) == len(product.reviews)
    assert [each["text"] for each in told["details"]] == [pick(text, locale) for text in product.details.values()]
    partners = {each.id for each in everything if each.external_id in product.goes_well_with}
    assert {card["product_id"] for card in told["goes_well_with"]} == partners
    labels = [each["label"] for each in told["attributes"] + told["details"]]
    assert not [label for label in labels if "_" in label]


@pytest.mark.parametrize("unknown", ["p_nobody", "%00", "'--", "x" * 500, "..%2f..%2f"])
async def test_an_unknown_product_or_document_is_not_found(http: httpx.AsyncClient, unknown: str) -> None:
    for kind in ("products", "documents"):
        answer = await http.get(f"/v1/{kind}/{unknown}")
        assert answer.status_code in (400, 404)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_the_shop_names_what_there_is(http: httpx.AsyncClient, everything: list[Product]) -> None:
    told = (await http.get("/v1/shop", params={"locale": "en"})).json()
    assert (told["currency"], told["locales"]) == ("EUR", ["de", "en"])
    assert {each["locale"] for each in told["documents"]} == {"en"}
    assert sum(each["count"] for each in told["categories"] if not each["parent"]) == len(everything)
    for document in told["documents"]:
        assert (await http.get(f"/v1/documents/{document['id']}")).json()["title"] == document["title"]


async def test_every_citation_leads_to_its_heading(http: httpx.AsyncClient, shop: Tresen) -> None:
    async with shop.db.read() as tx:
        passages = await catalog.passages(tx)
    pages: dict[str, BeautifulSoup] = {}
    for passage in passages:
        if passage.document_id not in pages:
            told = (await http.get(f"/v1/documents/{passage.document_id}")).json()
            pages[passage.document_id] = BeautifulSoup(told["html"], "html.parser")
        assert pages[passage.document_id].find(id=passage.anchor), passage


HOSTILE = """Alles gut. <script>alert(1)</script> <img src=x onerror=alert(2)> **fett**

[klick](javascript:alert(3)) [klick](JaVaScRiPt&#58;alert(4)) ![x](javascript:alert(5)) [d](data:text/html,x)
<a href="javascript:alert(6)" onclick="alert(7)">a</a> <svg onload=alert(8)> <iframe src="https://evil.example">
[gut](https://shop.example/rueckgabe) [mail](mailto:a@b.example) [seite](/demo/policies/x)

| a | b |
|---|---|
| <style>*{display:none}</style> | <form action="https://evil.example"><input name=p> |

[ref]

[ref]: javascript:alert(9) "x"
"""


async def test_no_script_comes_out_of_a_document(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("documents")
    await furnish(home)
    passages = (
        saving.NewPassage('<img src=x onerror=alert(1)> "Rückgabe"', 'x" onclick="alert(1)', HOSTILE),
        saving.NewPassage("</h2><script>alert(1)</script>", "b", "Text"),
    )
    document = saving.NewDocument("de/x.md", "de", "<script>alert(1)</script>", "", passages)
    async with served(home, work=False) as (app, url), httpx.AsyncClient(base_url=url) as http:
        async with app.db.write() as tx:
            await saving.save_documents(tx, "policies", [document])
            key = await tx.scalar(select(shop_tables.document.c.id))
        answer = await http.get(f"/v1/documents/{key}")
    assert answer.headers["content-type"] == "application/json", "never a page by itself"
    page = BeautifulSoup(answer.json()["html"], "html.parser")
    allowed = "h2 a p strong em ul ol li table thead tbody tr th td img br"
    assert {tag.name for tag in page.find_all()} <= set(allowed.split())
    for tag in page.find_all():
        assert set(tag.attrs) <= {"id", "href", "rel", "src", "alt", "title"}, tag
        for link in (tag.get("href"), tag.get("src")):
            assert str(link or "/").startswith(("https://", "mailto:", "/")), tag
    links = {tag.get("href") for tag in page.find_all("a")}
    assert {"https://shop.example/rueckgabe", "mailto:a@b.example", "/demo/policies/x"} <= links
    assert page.find("strong") and page.find("table")


async def test_a_cart_opens_only_for_its_own_token(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("carts")
    await furnish(home)
    async with served(home, work=False) as (app, url):
        mine, other = await Visitor.begin(url, "de"), await Visitor.begin(url, "de")
        for visitor in (mine, other):
            body = {"variant_id": variant_id("Helm", "one"), "quantity": 1}
            await visitor.http.put(f"{visitor.path}/cart", json=body, headers=visitor.auth)
        async with app.db.read() as tx:
            in_order = select(shop_tables.cart.c.id).order_by(shop_tables.cart.c.updated_at)
            carts = [row.id for row in await tx.rows(in_order)]
        for key, owner, stranger in zip(carts, (mine, other), (other, mine), strict=True):
            opened = await owner.http.get(f"/v1/carts/{key}", headers=owner.auth)
            assert (opened.status_code, opened.json()["total"]) == (200, "89,00\xa0€")
            lower = {"Authorization": f"bearer {owner.token}"}
            assert (await owner.http.get(f"/v1/carts/{key}", headers=lower)).status_code == 200
            foreign = await owner.http.get(f"/v1/carts/{key}", headers=stranger.auth)
            unknown = await owner.http.get("/v1/carts/nobody", headers=stranger.auth)
            assert foreign.status_code == unknown.status_code == 404
            assert foreign.json() == unknown.json()
            assert (await owner.http.get(f"/v1/carts/{key}")).status_code == 401


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [("de", "Von dieser Variante sind nur noch 2 Stück da."), ("en", "Only 2 of this variant are left.")],
)
async def test_a_refusal_of_the_cart_is_told_in_the_shoppers_language(
    tmp_path_factory: pytest.TempPathFactory, locale: str, sentence: str
) -> None:
    home = tmp_path_factory.mktemp("refusals")
    await furnish(home)
    async with served(home, work=False) as (_, url):
        visitor = await Visitor.begin(url, locale)
        for name, sku, quantity, code in (
            ("Helm", "one", 3, "out_of_stock"), ("Laufsocke", "m", 1, "out_of_stock"),
            ("Laufsocke", "l", 1, "price_unknown"), ("Nichts", "x", 1, "unknown_variant"),
            ("Helm", "one", 100, "bad_quantity"),
        ):  # fmt: skip
            body = {"variant_id": variant_id(name, sku), "quantity": quantity}
            answer = await visitor.http.put(f"{visitor.path}/cart", json=body, headers=visitor.auth)
            told = answer.json()
            assert told["code"] == code
            assert answer.status_code == {"unknown_variant": 404, "bad_quantity": 422}.get(code, 409)
            if (name, quantity) == ("Helm", 3):
                assert told["detail"] == sentence
            assert any(word in told["detail"] for word in ("Diese", "diese", "Menge")) == (locale == "de")


async def test_a_chat_begins_on_the_page_of_a_product_that_is_gone(http: httpx.AsyncClient) -> None:
    begun = await http.post("/v1/conversations", json={"locale": "de", "context": {"product": "p_gone"}})
    assert begun.status_code == 201


@pytest.mark.parametrize(("locale", "words"), [("de", ("zu lang", "leer")), ("en", ("too long", "empty"))])
async def test_a_refused_message_is_told_in_the_shoppers_language(
    url: str, locale: str, words: tuple[str, str]
) -> None:
    visitor = await Visitor.begin(url, locale)
    for text, expected in zip(("x" * 20_000, " "), words, strict=True):
        assert expected in (await visitor.post(text)).json()["detail"]
