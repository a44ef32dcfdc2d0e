"""Lines of a cart for tests of arithmetic, without a database."""

from tresen.shop.cart import Line
from tresen.shop.catalog import Product, Variant
from tresen.shop.money import Money


def line(name: str, minor: int, quantity: int = 1, category: str = "socks", brand: str = "Kiesel") -> Line:
    """`quantity` of a product at `minor` cents; `name` is external id, and with `-sku` the sku."""
    price = Money(minor, "EUR")
    item = Variant(f"v-{name}", f"p-{name}", f"{name}-sku", {}, price, True, None, "")
    texts = {"de": name, "en": name}
    owner = Product(
        f"p-{name}", "test", name, texts, texts, brand, (), category, {}, {}, None, 0, (), (), "", "", (item,)
    )
    return Line(item, owner, quantity, price)
