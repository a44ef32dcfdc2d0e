"""Product pages with schema.org JSON-LD: one page, or a folder of them."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from catalog_ingest import amounts
from catalog_ingest.documents import HTML, files_of, name_below, text_of
from catalog_ingest.groups import Entry
from catalog_ingest.groups import rows as grouped
from catalog_ingest.linked import Node, Page, is_product_page, link, name_of, page_of, types_of, word
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Rows, Source, Unreadable
from catalog_ingest.texts import is_locale, slug

_CODES = ("gtin", "gtin13", "gtin14", "gtin12", "gtin8")
_FACTS = ("color", "size", "material", "pattern", "mpn")
_STOCK = {
    "InStock": None, "LimitedAvailability": None, "OnlineOnly": None, "PreOrder": None, "PreSale": None,
    "BackOrder": None, "MadeToOrder": None, "": None,
    "OutOfStock": 0, "SoldOut": 0, "Discontinued": 0, "InStoreOnly": 0, "Reserved": 0,
}  # fmt: skip
_NOT_THE_PRICE = ("ListPrice", "MSRP", "MinimumAdvertisedPrice", "SRP", "StrikethroughPrice", "RegularPrice")


def recognises(path: Path) -> bool:
    """A product page, or a folder with one."""
    return any(is_product_page(file) for file in files_of(path, HTML))


def read(path: Path, options: Options) -> Rows:
    """Each product one row; variants of the same group are one product, even on pages of their own.

    Lines count the products of a page.
    """
    files = [file for file in files_of(path, HTML) if is_product_page(file)]
    for file in files:
        for number, reason in _page(file).broken:
            yield Unreadable(number, f"the JSON-LD cannot be read: {reason}", file=name_below(path, file))
    yield from grouped(lambda: _entries(files, path), partial(_row, options=options))


def _page(file: Path) -> Page:
    try:
        return page_of(text_of(file))
    except (OSError, ValueError, RecursionError) as error:
        return Page(broken=[(1, str(error)[:200] or "nested too deeply")])


def _entries(files: list[Path], root: Path) -> Iterator[Entry]:
    for file in files:
        page = _page(file)
        members = {id(node) for group in page.find("ProductGroup") for node in _members(page, group)}
        products = [node for node in page.find("Product", "ProductGroup") if id(node) not in members]
        for number, node in enumerate(products, 1):
            yield Entry(_group(node, page), number, {"node": node, "page": page}, file=name_below(root, file))


def _members(page: Page, group: Node) -> list[Node]:
    return [node for node in page.nodes_of(group.get("hasVariant")) if "ProductGroup" not in types_of(node)]


def _group(node: Node, page: Page) -> str:
    """The group that a node is or belongs to; others are products of their own."""
    if "ProductGroup" in types_of(node):
        return word(node.get("productGroupID")) or _id(node)
    parents = page.nodes_of(node.get("isVariantOf"))
    told = word(node.get("inProductGroupWithID"))
    return told or next((word(each.get("productGroupID")) or _id(each) for each in parents), "")


def _id(node: Node) -> str:
    names = ("sku", "productID", *_CODES, "mpn", "@id", "url")
    return next((told for name in names if (told := word(node.get(name)))), "")


def _row(key: str, entries: list[Entry], options: Options) -> Row:
    page: Page = entries[0].data["page"]
    nodes: list[Node] = [entry.data["node"] for entry in entries]
    groups = [node for node in nodes if "ProductGroup" in types_of(node)]
    members = _all_members(entries)
    parents = groups or page.nodes_of(nodes[0].get("isVariantOf"))
    told = parents[0] if parents else {}
    top = nodes[0] | {name: value for name, value in told.items() if value}
    names = _options(top, [node for _, node in members]) if len(members) > 1 or groups else []
    data = _product(key or _id(top), page, top, [name for name in _FACTS if name not in names])
    variants = [variant for home, node in members for variant in _variants(home, node, names, options)]
    data["variants"] = variants or _variants(page, top, [], options)
    data["image"] = data["image"] or next((each["image"] for each in data["variants"] if each["image"]), "")
    ends = [
        word(offer.get("priceValidUntil")) for home, node in members or [(page, top)] for offer in _offers(home, node)
    ]
    changes = [amounts.next_change("", end, options.at) for end in ends if end]
    return Row(entries[0].line, data, entries[0].file, until=min((at for at in changes if at), default=None))


def _all_members(entries: list[Entry]) -> list[tuple[Page, Node]]:
    """The variants with their pages; one that several pages show counts once."""
    found: dict[str, tuple[Page, Node]] = {}
    for entry in entries:
        page, node = entry.data["page"], entry.data["node"]
        for member in _members(page, node) if "ProductGroup" in types_of(node) else [node]:
            found.setdefault(_id(member) or str(len(found)), (page, member))
    return list(found.values())


def _product(key: str, page: Page, top: Node, facts: list[str]) -> dict[str, Any]:
    attributes = {name: word(top.get(name)) for name in facts}
    for each in page.nodes_of(top.get("additionalProperty")):
        unit = word(each.get("unitText") or each.get("unitCode"))
        attributes[word(each.get("name"))] = " ".join((word(each.get("value")), unit)).strip()
    attributes["gtin"] = next((told for name in _CODES if (told := word(top.get(name)))), "")
    attributes.pop("", None)
    reviews = page.nodes_of(top.get("review") or top.get("reviews"))
    rating = next(iter(page.nodes_of(top.get("aggregateRating"))), None)
    return {
        "id": key,
        "title": _text(page, top.get("name")),
        "description": _text(page, top.get("description")),
        "brand": word(top.get("brand") or top.get("manufacturer")),
        "category": _category(page, top),
        "attributes": attributes,
        "rating": rating and _rating(rating),
        "reviews": [_review(each, page.locale) for each in reviews[:100]],
        "image": link(top.get("image")),
        "url": link(top.get("url")) or page.address,
    }


def _text(page: Page, value: Any) -> Any:
    text = word(value)
    return {page.locale: text} if text and is_locale(page.locale) else text


def _category(page: Page, top: Node) -> Any:
    """Its own category, else the way that the page shows to it, without the shop's front and the product itself."""
    if told := word(top.get("category")):
        return [_text(page, step) for step in told.split(">")][:8]
    for trail in page.find("BreadcrumbList"):
        steps = sorted(
            page.nodes_of(trail.get("itemListElement")), key=lambda step: word(step.get("position")).zfill(4)
        )
        names = [word(step.get("name")) or word(step.get("item")) for step in steps]
        return [_text(page, name) for name in names[1:] if name and name != word(top.get("name"))][:8]
    return []


def _rating(node: Node) -> dict[str, Any] | None:
    """Stars of five, whatever the page counts in."""
    value = _stars(node)
    count = word(node.get("reviewCount") or node.get("ratingCount"))
    return None if value is None else {"value": value, "count": count}


def _stars(node: Node) -> float | None:
    try:
        best = float(word(node.get("bestRating")) or 5)
        return round(float(word(node.get("ratingValue")).replace(",", ".")) * 5 / best, 2)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def _review(node: Node, page_locale: str) -> dict[str, Any]:
    rating = node.get("reviewRating")
    stars = _stars(rating) if isinstance(rating, dict) else None
    locale = word(node.get("inLanguage"))[:2].lower() or page_locale
    return {
        "stars": round(stars) if stars is not None else None,
        "text": word(node.get("reviewBody") or node.get("description")),
        "author": word(node.get("author")),
        "locale": locale if is_locale(locale) else "",
    }


def _options(top: Node, members: list[Node]) -> list[str]:
    """What the variants differ by: what the group says, else the usual facts that are not the same everywhere."""
    told = top.get("variesBy")
    names = [name_of(each) for each in (told if isinstance(told, list) else [told]) if name_of(each)]
    return names or [name for name in _FACTS[:4] if len({word(node.get(name)) for node in members}) > 1]


def _variants(page: Page, node: Node, names: list[str], options: Options) -> list[dict[str, Any]]:
    """One, or one for each offer that has a SKU of its own."""
    offers = _offers(page, node)
    own = {sku: offer for offer in offers if (sku := word(offer.get("sku")))}
    properties = {word(each.get("name")): each.get("value") for each in page.nodes_of(node.get("additionalProperty"))}
    chosen = {name: told for name in names if (told := word(node.get(name) or properties.get(name)))}
    if len(own) > 1:
        names_of = {sku: word(offer.get("name")) or sku for sku, offer in own.items()}
        return [_variant(page, sku, {"offer": names_of[sku]}, offer, "", options) for sku, offer in own.items()]
    there = [offer for offer in offers if _stock(page, offer) != 0]
    sku = _id(node) or "-".join(map(slug, chosen.values()))
    return [_variant(page, sku, chosen, next(iter(there or offers), {}), link(node.get("image")), options)]


def _offers(page: Page, node: Node) -> list[Node]:
    return [each for offer in page.nodes_of(node.get("offers")) for each in _unfolded(page, offer)]


def _unfolded(page: Page, offer: Node) -> list[Node]:
    """An aggregate as its offers; one that names no offers has a price only if lowest and highest are the same."""
    if "AggregateOffer" not in types_of(offer):
        return [offer]
    if inner := page.nodes_of(offer.get("offers")):
        return inner
    same = word(offer.get("lowPrice")) == word(offer.get("highPrice"))
    return [offer | {"price": offer.get("lowPrice") if same else None}]


def _variant(page: Page, sku: str, chosen: dict[str, str], offer: Node, image: str, options: Options) -> dict[str, Any]:
    price, currency = _price(page, offer)
    valid = amounts.holds("", word(offer.get("priceValidUntil")), options.at)
    return {
        "sku": sku,
        "options": chosen,
        "price": price if valid else None,
        "currency": currency,
        "stock": _stock(page, offer),
        "image": image,
    }


def _price(page: Page, offer: Node) -> tuple[Any, str]:
    for told in (offer, *page.nodes_of(offer.get("priceSpecification"))):
        price = told.get("price")
        if price not in (None, "") and name_of(told.get("priceType")) not in _NOT_THE_PRICE:
            return price, word(told.get("priceCurrency") or offer.get("priceCurrency"))
    return None, ""


def _stock(page: Page, offer: Node) -> Any:
    """Pieces where the page counts them; unknown words of availability are left for the check to refuse."""
    told = name_of(offer.get("availability"))
    stock = _STOCK.get(told, told)
    levels = [word(each) for each in page.nodes_of(offer.get("inventoryLevel"))]
    return levels[0] if stock is None and levels and levels[0] else stock


source = Source("schema_org", "product", HTML, read, recognises, in_folder=recognises)
