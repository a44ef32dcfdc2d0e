"""A handful of products for tests that need a shop but no demo."""

from collections.abc import Sequence

from tresen.kit.db import Database
from tresen.kit.ids import catalog_id
from tresen.shop import saving
from tresen.shop.money import Money
from tresen.shop.saving import NewProduct, NewVariant

SOURCE = "test"


def offer(sku: str, minor: int | None = 1290, stock: int | None = 5, currency: str = "EUR") -> NewVariant:
    """A variant; its price in cents, None is on request."""
    price = None if minor is None else Money(minor, currency)
    return NewVariant(sku, {"size": sku.upper()}, price, True, stock, "")


def goods(name: str, *variants: NewVariant) -> NewProduct:
    return NewProduct(
        external_id=name,
        title={"de": f"{name} auf Deutsch", "en": f"{name} in English"},
        description={"de": "Gut.", "en": "Good."},
        brand="Kiesel",
        category=({"de": "Socken", "en": "Socks"},),
        category_key="socks",
        attributes={},
        details={},
        rating=4.5,
        rating_count=3,
        reviews=(),
        goes_well_with=(),
        image="",
        url="",
        variants=tuple(variants),
    )


def product_id(name: str) -> str:
    return catalog_id("p", SOURCE, name)


def variant_id(name: str, sku: str) -> str:
    return catalog_id("v", SOURCE, name, sku)


async def stocked(db: Database, *items: NewProduct) -> None:
    """Put these products on the shelves, or change them."""
    async with db.write() as tx:
        await saving.save_products(tx, SOURCE, list(items))


async def withdrawn(db: Database, names: Sequence[str]) -> None:
    async with db.write() as tx:
        await saving.withdraw(tx, "product", SOURCE, list(names))
