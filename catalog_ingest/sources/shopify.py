"""The product export of Shopify, in its old dialect (`Handle`, `Body (HTML)`) and its new one (`URL handle`)."""

import re
from functools import partial
from pathlib import Path
from typing import Any

from catalog_ingest.cells import header_of
from catalog_ingest.columns import fact_key
from catalog_ingest.groups import Entry, of_table
from catalog_ingest.groups import rows as grouped
from catalog_ingest.options import Options
from catalog_ingest.sources import LeftOut, Row, Rows, Source
from catalog_ingest.texts import slug

_NAMES = {
    "url handle": "handle",
    "body (html)": "description",
    "product category": "category",
    "published on online store": "published",
    "variant sku": "sku",
    "variant barcode": "barcode",
    "variant price": "price",
    "variant inventory tracker": "inventory tracker",
    "variant inventory qty": "inventory quantity",
    "variant inventory policy": "continue selling when out of stock",
    "variant grams": "grams",
    "weight value (grams)": "grams",
    "image src": "image",
    "product image url": "image",
    "variant image": "variant image",
    "variant image url": "variant image",
    "google shopping / gender": "gender",
    "google shopping / age group": "age group",
}
_METAFIELD = re.compile(r"(?P<name>.+?) \(product\.metafields\..+\)")
_VARIANT = ("sku", "price", "option1 value", "option2 value", "option3 value", "barcode")
_LONGEST_FACT = 200


def recognises(path: Path) -> bool:
    headers = set(header_of(path))
    if "title" not in headers:
        return False
    return "url handle" in headers or (
        "handle" in headers and bool(headers & {"body (html)", "variant price", "vendor"})
    )


class _Handles:
    """The product of each line; a title without a handle makes one up, as Shopify does."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, cells: dict[str, str]) -> str:
        if cells.get("handle") or cells.get("title"):
            self._last = cells.get("handle") or slug(cells["title"])
        return self._last


def read(path: Path, options: Options) -> Rows:
    """All lines with the same handle are one product."""
    yield from grouped(lambda: of_table(path, _name, _Handles()), partial(_row, options=options))


def _name(header: str) -> str:
    return _NAMES.get(header, header)


def _row(handle: str, lines: list[Entry], options: Options) -> Row | LeftOut:
    first: dict[str, str] = {}
    for line in reversed(lines):
        first |= line.data
    top = lines[0].data
    status = top.get("status", "active").casefold()
    if status != "active":
        return LeftOut(lines[0].line, f"the shop holds it back as {status[:20]!r}", handle)
    if top.get("published", "true").casefold() in ("false", "0", "no"):
        return LeftOut(lines[0].line, "not published in the online store", handle)
    return Row(lines[0].line, _product(handle, first, [line.data for line in lines]))


def _product(handle: str, first: dict[str, str], lines: list[dict[str, str]]) -> dict[str, Any]:
    facts = {name: first.get(name) for name in ("type", "gender", "age group")}
    attributes: dict[str, Any] = {name: fact for name, fact in facts.items() if fact}
    if not first.get("category"):
        attributes.pop("type", None)
    attributes["tags"] = [tag.strip() for tag in first.get("tags", "").split(",") if tag.strip()]
    attributes["gtin"] = list(dict.fromkeys(cells["barcode"].lstrip("'") for cells in lines if "barcode" in cells))
    metafields = {
        fact_key(match["name"]): cell for name, cell in first.items() if (match := _METAFIELD.fullmatch(name))
    }
    short = {name: cell for name, cell in metafields.items() if len(cell) <= _LONGEST_FACT}
    return {
        "id": handle,
        "title": first.get("title"),
        "description": first.get("description"),
        "brand": first.get("vendor"),
        "category": first.get("category") or first.get("type"),
        "attributes": short | attributes,
        "details": {name: cell for name, cell in metafields.items() if name not in short},
        "image": _main_image(lines),
        "variants": _variants(handle, first, lines),
    }


def _main_image(lines: list[dict[str, str]]) -> str:
    pictured = [cells for cells in lines if "image" in cells]
    return next((cells["image"] for cells in pictured if cells.get("image position") == "1"), "") or next(
        (cells["image"] for cells in pictured), ""
    )


def _variants(handle: str, first: dict[str, str], lines: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Lines that name a price, a SKU or an option; the others only bring one more picture."""
    sold = [cells for cells in lines if any(name in cells for name in _VARIANT)] or lines[:1]
    return [_variant(handle, first, cells) for cells in sold]


def _variant(handle: str, first: dict[str, str], cells: dict[str, str]) -> dict[str, Any]:
    options = {}
    for number in "123":
        name, value = first.get(f"option{number} name"), cells.get(f"option{number} value")
        if name and value and (name.casefold(), value.casefold()) != ("title", "default title"):
            options[fact_key(name)] = value
    return {
        "sku": cells.get("sku", "").lstrip("'") or "-".join([handle, *map(slug, options.values())]),
        "options": options,
        "price": cells.get("price"),
        "stock": _stock(cells),
        "image": cells.get("variant image"),
    }


def _stock(cells: dict[str, str]) -> str | int | None:
    """Not tracked, or sold beyond its stock: nobody can say how many. Shopify counts below zero when it oversells."""
    beyond = cells.get("continue selling when out of stock", "").casefold() in ("continue", "true")
    if beyond or "inventory tracker" not in cells:
        return None
    count = cells.get("inventory quantity")
    return 0 if count is None or count.startswith("-") else count


source = Source("shopify", "product", (".csv", ".csv.gz"), read, recognises)
