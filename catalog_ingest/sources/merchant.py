"""Google Merchant product data: RSS 2.0, Atom, and tables with its column names."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from catalog_ingest import amounts
from catalog_ingest.cells import header_of
from catalog_ingest.elements import Element, Malformed, elements
from catalog_ingest.groups import Entry, of_table
from catalog_ingest.groups import rows as grouped
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Rows, Source, Unreadable

_GOOGLE = "http://base.google.com/ns/1.0"
_ENTRIES = frozenset({"item", "entry"})
_XML = (".xml", ".xml.gz", ".rss", ".atom")
_TABLES = (".tsv", ".tsv.gz", ".csv", ".csv.gz", ".txt")
_DIFFER = ("color", "size", "material", "pattern", "gender", "age_group", "size_system", "size_type")
_FACTS = (
    "gtin", "mpn", "condition", "unit_pricing_measure", "energy_efficiency_class",
    "shipping_weight", "product_length", "product_width", "product_height", "product_weight",
)  # fmt: skip
_STOCK = {"in_stock": None, "out_of_stock": 0, "preorder": None, "pre_order": None, "backorder": None}
_LATER = ("preorder", "pre_order", "backorder")


def recognises(path: Path) -> bool:
    if path.name.lower().endswith(_XML):
        return True
    return {"id", "title", "link", "price", "availability"} <= {_name(header) for header in header_of(path)}


def read(path: Path, options: Options) -> Rows:
    """Entries with the same `item_group_id` are one product. In XML, lines count entries."""
    entries = _from_xml if path.name.lower().endswith(_XML) else _from_table
    try:
        yield from grouped(lambda: entries(path), partial(_row, options=options))
    except Malformed as error:
        yield Unreadable(1, str(error), cut=True)


def _from_table(path: Path) -> Iterator[Entry]:
    for entry in of_table(path, _name, lambda _: ""):
        cells = dict(entry.data)
        cells["additional"] = [_detail(told) for told in str(cells.pop("product_detail", "")).split(",")]
        yield Entry(_key(cells, entry.reason), entry.line, cells, entry.reason)


def _name(header: str) -> str:
    return header.removeprefix("g:").replace(" ", "_")


def _key(data: dict[str, Any], reason: str) -> str:
    """Its group; an entry without one is a product of its own. A broken one should at least say which it is."""
    return data.get("item_group_id") or (data.get("id", "") if reason else "")


def _from_xml(path: Path) -> Iterator[Entry]:
    for number, element in enumerate(elements(path, _ENTRIES), 1):
        data = _told(element)
        reason = "" if element.whole else "the entry is longer than 1 MB"
        yield Entry(_key(data, reason), number, data, reason)


def _told(element: Element) -> dict[str, Any]:
    """What an entry says by name; Google's own name wins over the feed's, and of equal ones the first."""
    own: dict[str, Any] = {}
    plain: dict[str, Any] = {}
    details: list[tuple[str, str]] = []
    attribute = ""
    for leaf in element.leaves:
        text = leaf.text or leaf.attributes.get("href", "")
        if leaf.path == ("product_detail", "attribute_name"):
            attribute = text
        elif leaf.path == ("product_detail", "attribute_value"):
            details.append((attribute, text))
        elif len(leaf.path) == 1 and text:
            (own if leaf.namespace == _GOOGLE else plain).setdefault(leaf.path[0], text)
    return plain | own | {"additional": details}


def _detail(told: str) -> tuple[str, str]:
    """`Section:Attribute:Value`, as a table has it."""
    _, _, rest = told.partition(":")
    name, _, value = rest.partition(":")
    return name.strip(), value.strip()


def _row(key: str, entries: list[Entry], options: Options) -> Row:
    items = [entry.data for entry in entries]
    first: dict[str, Any] = {}
    for item in reversed(items):
        first |= item
    differing = [name for name in _DIFFER if len({item.get(name) for item in items}) > 1]
    chosen = [name for name in _DIFFER if name in differing or (name in ("color", "size") and name in first)]
    facts = {name: first.get(name) for name in (*_DIFFER, *_FACTS) if name not in chosen}
    attributes = facts | {name: value for name, value in first.get("additional", ()) if name}
    attributes["gtin"] = list(dict.fromkeys(item["gtin"] for item in items if "gtin" in item))
    if attributes["condition"] == "new":
        del attributes["condition"]
    data = {
        "id": key or first.get("id"),
        "title": _title([item.get("title", "") for item in items], str(first.get("brand", ""))),
        "description": first.get("description") or first.get("summary"),
        "brand": first.get("brand"),
        "category": _category(first),
        "attributes": attributes,
        "details": {"availability": "\n".join(_later(items))},
        "image": first.get("image_link"),
        "url": first.get("link"),
        "variants": [_variant(item, chosen, options.at) for item in items],
    }
    changes = [amounts.next_change(*_sale(item), options.at) for item in items if "sale_price" in item]
    return Row(entries[0].line, data, until=min((at for at in changes if at), default=None))


def _title(titles: list[str], brand: str) -> str:
    """The words that all variants begin with; if there are none but the brand, the first title."""
    common: list[str] = []
    for words in zip(*(title.split() for title in titles), strict=False):
        if len(set(words)) > 1:
            break
        common.append(words[0])
    shared = " ".join(common).rstrip(" -–,:|/(")
    return shared if len(shared) >= 3 and shared.casefold() != brand.casefold() else titles[0]


def _later(items: list[dict[str, Any]]) -> list[str]:
    """Which variants can be ordered and are sent later."""
    late = [item for item in items if _availability(item) in _LATER]
    return [f"{item.get('title')}: {_availability(item)} {item.get('availability_date', '')}".strip() for item in late]


def _category(first: dict[str, Any]) -> str:
    """The shop's own category, else Google's, unless that is only a number."""
    googles = str(first.get("google_product_category", ""))
    told = str(first.get("product_type") or ("" if googles.isdigit() else googles))
    return ">".join(told.split(">")[:8])


def _variant(item: dict[str, Any], chosen: list[str], now: datetime) -> dict[str, Any]:
    return {
        "sku": item.get("id"),
        "options": {name: item[name] for name in chosen if name in item},
        "price": _price(item, now),
        "stock": _stock(item),
        "image": item.get("image_link"),
    }


def _price(item: dict[str, Any], now: datetime) -> str | None:
    """The sale price while its dates hold, and always if it has none."""
    if "sale_price" in item and amounts.holds(*_sale(item), now):
        return str(item["sale_price"])
    return item.get("price")


def _sale(item: dict[str, Any]) -> tuple[str, str]:
    start, _, end = str(item.get("sale_price_effective_date", "")).partition("/")
    return start.strip(), end.strip()


def _availability(item: dict[str, Any]) -> str:
    return re.sub(r"[\s-]+", "_", str(item.get("availability", "in_stock")).strip().casefold())


def _stock(item: dict[str, Any]) -> Any:
    """What is there can be sold, so can what is announced; other words are left for the check to refuse."""
    told = _availability(item)
    if told == "in_stock" and str(item.get("quantity", "")).isdecimal():
        return item["quantity"]
    return _STOCK.get(told, item.get("availability"))


source = Source("merchant", "product", (*_XML, *_TABLES), read, recognises)
