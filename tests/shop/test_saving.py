"""Writing the catalog: what a second write of the same, or of something else, leaves in the tables."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tresen.kit.db import Database
from tresen.kit.ids import catalog_id
from tresen.shop import catalog, saving
from tresen.shop.catalog import Review
from tresen.shop.money import Money
from tresen.shop.saving import NewDocument, NewPassage, NewProduct, NewVariant
from tresen.shop.tables import passage, price, product, variant

BLUE = NewVariant("S1-b", {"color": "Blau", "size": "39-42"}, Money(1490, "EUR"), True, 3, "/b.svg")
RED = NewVariant("S1-r", {"color": "Rot", "size": "39-42"}, None, True, None, "")
SOCK = NewProduct(
    external_id="S1",
    title={"de": "Socke", "en": "Sock"},
    description={"de": "Warm."},
    brand="Kiesel",
    category=({"de": "Laufen", "en": "Running"},),
    category_key="running",
    attributes={"weight_g": 48, "waterproof": False, "valve": [{"de": "Blitz", "en": "Woods"}]},
    details={"care": {"de": "30 Grad"}},
    rating=4.5,
    rating_count=12,
    reviews=(Review(5, "Gut.", "Jana", "de"),),
    goes_well_with=("S2",),
    image="/s.svg",
    url="https://shop.example/s1",
    variants=(BLUE, RED),
)
PASSAGES = (NewPassage("Fristen", "fristen", "14 Tage."), NewPassage("Kosten", "kosten", "Keine."))
RETURNS = NewDocument("de/returns.md", "de", "Rückgabe", "/returns", PASSAGES)


async def save(db: Database, *items: NewProduct) -> None:
    async with db.write() as tx:
        await saving.save_products(tx, "shop", items)


async def number(db: Database, name: str) -> int:
    async with db.read() as tx:
        return await catalog.number(tx, name)


async def live(db: Database) -> list[catalog.Product]:
    async with db.read() as tx:
        return await catalog.all_products(tx)


async def prices(db: Database) -> list[tuple[int, bool]]:
    """(amount, whether it is the price of today), in order."""
    async with db.read() as tx:
        rows = await tx.rows(select(price.c.minor, price.c.valid_until).order_by(price.c.valid_from, price.c.id))
    return [(row.minor, row.valid_until is None) for row in rows]


async def test_the_counters_exist_in_an_empty_shop(each_db: Database) -> None:
    async with each_db.write() as tx:
        assert await catalog.next_number(tx, "change") == 1
    assert await number(each_db, "index_version") == 0


async def test_a_product_comes_back_as_it_was_given(each_db: Database) -> None:
    await save(each_db, SOCK)
    (found,) = await live(each_db)
    assert found.id == catalog_id("p", "shop", "S1")
    for name in ("title", "description", "brand", "category", "attributes", "details", "rating", "rating_count",
                 "reviews", "goes_well_with", "image", "url", "category_key"):  # fmt: skip
        assert getattr(found, name) == getattr(SOCK, name)
    blue, red = found.variants
    assert blue.id == catalog_id("v", "shop", "S1", "S1-b")
    assert (blue.price, blue.stock, blue.options, blue.image) == (BLUE.price, 3, BLUE.options, "/b.svg")
    assert (red.price, red.stock) == (None, None)


async def test_saving_again_keeps_rows_and_prices(each_db: Database, clock: Any) -> None:
    await save(each_db, SOCK)
    before = await live(each_db)
    clock.forward(days=1)
    await save(each_db, replace(SOCK, brand="Kette"))
    assert await prices(each_db) == [(1490, True)]
    assert (await live(each_db))[0].variants == before[0].variants


async def test_another_price_closes_the_old_one(each_db: Database, clock: Any) -> None:
    await save(each_db, SOCK)
    clock.forward(days=1)
    await save(each_db, replace(SOCK, variants=(replace(BLUE, price=Money(990, "EUR")), RED)))
    assert await prices(each_db) == [(1490, False), (990, True)]
    clock.forward(days=1)
    await save(each_db, replace(SOCK, variants=(replace(BLUE, price=None), RED)))
    assert await prices(each_db) == [(1490, False), (990, False)]


async def test_the_same_amount_with_other_tax_or_currency_is_another_price(each_db: Database, clock: Any) -> None:
    await save(each_db, SOCK)
    clock.forward(days=1)
    await save(each_db, replace(SOCK, variants=(replace(BLUE, tax_included=False), RED)))
    clock.forward(days=1)
    await save(each_db, replace(SOCK, variants=(replace(BLUE, price=Money(1490, "CHF")), RED)))
    assert await prices(each_db) == [(1490, False), (1490, False), (1490, True)]


async def test_only_the_changed_variant_gets_the_new_number(each_db: Database) -> None:
    await save(each_db, SOCK)
    seen = await number(each_db, "change")
    await save(each_db, replace(SOCK, variants=(replace(BLUE, stock=0), RED)))
    async with each_db.read() as tx:
        news = await catalog.changed_variants(tx, seen)
    assert [(changed > seen, each.sku, each.stock) for changed, each in news] == [(True, "S1-b", 0)]


async def test_texts_count_only_when_something_reads_differently(each_db: Database) -> None:
    await save(each_db, SOCK)
    first = await number(each_db, "texts")
    assert first > 0
    await save(each_db, replace(SOCK, variants=(replace(BLUE, stock=0, price=Money(1, "EUR")), RED)))
    assert await number(each_db, "texts") == first
    await save(each_db, replace(SOCK, title={"de": "Strumpf"}))
    second = await number(each_db, "texts")
    assert second > first
    await save(each_db, replace(SOCK, title={"de": "Strumpf"}, variants=(RED,)))
    assert await number(each_db, "texts") > second


async def test_the_hash_has_one_half_for_texts_and_one_for_offers() -> None:
    other_offer = replace(SOCK, variants=(replace(BLUE, price=Money(1, "EUR")), RED))
    other_text = replace(SOCK, variants=(replace(BLUE, sku="X"), RED))
    turned = dict(reversed(BLUE.options.items()))
    assert other_offer.content_hash[:32] == SOCK.content_hash[:32] != other_text.content_hash[:32]
    assert other_text.content_hash[32:] == SOCK.content_hash[32:] != other_offer.content_hash[32:]
    assert replace(SOCK, title={"en": "Sock", "de": "Socke"}).content_hash == SOCK.content_hash
    assert replace(SOCK, variants=(replace(BLUE, options=turned), RED)).content_hash != SOCK.content_hash


async def test_options_in_another_order_are_saved_in_that_order(each_db: Database) -> None:
    await save(each_db, SOCK)
    turned = dict(reversed(BLUE.options.items()))
    await save(each_db, replace(SOCK, variants=(replace(BLUE, options=turned), RED)))
    assert (await live(each_db))[0].variants[0].label("de") == "39-42, Blau"


async def test_withdrawn_products_take_their_variants_along_and_bring_them_back(each_db: Database) -> None:
    other = replace(SOCK, external_id="S2")
    await save(each_db, SOCK, other)
    async with each_db.write() as tx:
        await saving.withdraw(tx, "product", "shop", ["S1"])
    assert [each.external_id for each in await live(each_db)] == ["S2"]
    async with each_db.read() as tx:
        gone = await tx.rows(select(variant.c.sku).where(variant.c.withdrawn_at.is_not(None)))
        known = await saving.known(tx, "product", "shop")
    assert len(gone) == 2
    assert {key: old.live for key, old in known.items()} == {"S1": False, "S2": True}
    texts = await number(each_db, "texts")
    await save(each_db, SOCK)
    assert {each.external_id: len(each.variants) for each in await live(each_db)} == {"S1": 2, "S2": 2}
    assert await number(each_db, "texts") > texts


async def test_another_source_with_the_same_ids_is_another_product(each_db: Database) -> None:
    await save(each_db, SOCK)
    async with each_db.write() as tx:
        await saving.save_products(tx, "other", [SOCK])
        await saving.withdraw(tx, "product", "other", ["S1"])
    assert [each.source for each in await live(each_db)] == ["shop"]


async def test_documents_keep_their_passages_in_order_and_replace_them(each_db: Database) -> None:
    async with each_db.write() as tx:
        await saving.save_documents(tx, "policies", [RETURNS])
    async with each_db.read() as tx:
        first = await catalog.passages(tx)
    assert [(each.heading, each.anchor, each.text, each.title, each.locale) for each in first] == [
        ("Fristen", "fristen", "14 Tage.", "Rückgabe", "de"),
        ("Kosten", "kosten", "Keine.", "Rückgabe", "de"),
    ]
    async with each_db.write() as tx:
        await saving.save_documents(tx, "policies", [replace(RETURNS, passages=PASSAGES[1:])])
    async with each_db.read() as tx:
        assert [each.id for each in await catalog.passages(tx)] == [first[1].id]
        assert len(await tx.rows(select(passage))) == 1


async def test_withdrawn_documents_are_not_cited(each_db: Database) -> None:
    async with each_db.write() as tx:
        await saving.save_documents(tx, "policies", [RETURNS])
        await saving.withdraw(tx, "document", "policies", ["de/returns.md"])
    async with each_db.read() as tx:
        assert await catalog.passages(tx) == []


@pytest.mark.slow
async def test_a_product_with_many_variants_fits_into_one_write(db: Database) -> None:
    many = tuple(replace(BLUE, sku=str(i)) for i in range(2048))
    await save(db, *(replace(SOCK, external_id=str(i), variants=many) for i in range(17)))
    await save(db, *(replace(SOCK, external_id=str(i), variants=many[:1]) for i in range(17)))
    async with db.read() as tx:
        assert len(await tx.rows(select(variant.c.id).where(variant.c.withdrawn_at.is_(None)))) == 17
        assert len(await tx.rows(select(product.c.id))) == 17
