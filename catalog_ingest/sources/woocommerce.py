"""The product export of WooCommerce, with English or German headers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from catalog_ingest import amounts
from catalog_ingest.cells import header_of, layout_of, named, plain, records
from catalog_ingest.columns import fact_key
from catalog_ingest.files import CUT
from catalog_ingest.groups import Entry, of_table
from catalog_ingest.groups import rows as grouped
from catalog_ingest.options import Options
from catalog_ingest.sources import LeftOut, Row, Rows, Source, Unreadable
from catalog_ingest.texts import slug

_GERMAN = {
    "typ": "type", "artikelnummer": "sku", "veröffentlicht": "published", "sichtbarkeit im katalog":
    "visibility in catalog", "kurzbeschreibung": "short description", "beschreibung": "description",
    "datum, an dem angebotspreis beginnt": "date sale price starts",
    "datum, an dem angebotspreis endet": "date sale price ends", "vorrätig?": "in stock?", "lager": "stock",
    "bestand": "stock", "lagerbestand": "stock", "lieferrückstände erlaubt?": "backorders allowed?",
    "lieferrückstande erlaubt?": "backorders allowed?", "angebotspreis": "sale price", "regulärer preis":
    "regular price", "kategorien": "categories", "schlagwörter": "tags", "bilder": "images",
    "übergeordnetes produkt": "parent", "zusatzverkäufe": "upsells", "cross-sells (querverkäufe)": "cross-sells",
    "cross-sells": "cross-sells", "marken": "brands", "gewicht (kg)": "weight (kg)", "länge (cm)": "length (cm)",
    "breite (cm)": "width (cm)", "höhe (cm)": "height (cm)", "gtin, upc, ean oder isbn": "gtin",
    "gtin, upc, ean, or isbn": "gtin", "gtin/upc/ean/isbn": "gtin",
}  # fmt: skip
_ATTRIBUTE = re.compile(r"attribute? (\d+) (name|value|wert)(?:\(s\)|\(e\))?")
_MEASURE = re.compile(r"(?:weight|length|width|height) \(\w+\)")
_LIST = re.compile(r"(?<!\\),")


def recognises(path: Path) -> bool:
    headers = {_name(header) for header in header_of(path)}
    return {"type", "sku", "name", "regular price"} <= headers and bool(headers & {"published", "in stock?", "parent"})


def read(path: Path, options: Options) -> Rows:
    """A variable product and its variations are one row; all others stand alone."""
    skus = _skus(path)
    made = partial(_row, options=options, skus=skus)
    yield from grouped(lambda: _entries(path, skus), made)


def _entries(path: Path, skus: dict[str, str]) -> Iterator[Entry]:
    for entry in of_table(path, _name, lambda cells: _key(cells, skus)):
        yield Entry(entry.key, entry.line, {name: _bare(cell) for name, cell in entry.data.items()}, entry.reason)


def _name(header: str) -> str:
    if match := _ATTRIBUTE.fullmatch(header.replace("attribut ", "attribute ")):
        return f"attribute {match[1]} {'name' if match[2] == 'name' else 'value'}"
    return _GERMAN.get(header, header)


def _bare(cell: str) -> str:
    """A cell without what WooCommerce adds: an apostrophe before a formula, line ends spelled out."""
    if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@"):
        cell = cell[1:]
    return cell.replace("\\r\\n", "\n").replace("\\n", "\n")


def _skus(path: Path) -> dict[str, str]:
    """`id:44` -> SKU, of the products whose variations may name them by number."""
    found: dict[str, str] = {}
    headers: list[str] | None = None
    try:
        for record in records(path, layout_of(path)):
            if headers is None:
                headers = [_name(plain(cell)) for cell in record.cells]
                continue
            cells = named(headers, record)
            if "id" in cells and "sku" in cells and "variation" not in cells.get("type", ""):
                found[f"id:{cells['id']}"] = cells["sku"]
    except CUT:
        return found  # whoever reads the rows meets the same end, and tells it
    return found


def _key(cells: dict[str, str], skus: dict[str, str]) -> str:
    """The parent of a variable product and its variations; others are products of their own."""
    if "variation" in cells.get("type", ""):
        return skus.get(cells.get("parent", ""), cells.get("parent", ""))
    return _id(cells) if "variable" in cells.get("type", "") else ""


def _id(cells: dict[str, str]) -> str:
    return cells.get("sku") or (f"id:{cells['id']}" if "id" in cells else "")


@dataclass
class _Family:
    """A product and, if it is variable, its variations."""

    top: dict[str, str]
    variations: list[dict[str, str]] = field(default_factory=list)


def _row(key: str, lines: list[Entry], options: Options, skus: dict[str, str]) -> Row | LeftOut | Unreadable:
    tops = [line for line in lines if "variation" not in line.data.get("type", "")]
    if len(tops) > 1:
        return Unreadable(tops[1].line, f"{key} is the SKU of two products", key)
    first = (tops or lines)[0]
    key = key or _id(first.data)
    family = _Family(first.data, [line.data for line in lines if line not in tops])
    family.variations = [each for each in family.variations if each.get("published", "1") == "1"]
    if reason := _held_back(family, variable="variable" in first.data.get("type", "")):
        return LeftOut(first.line, reason, key)
    sales = [_sale(cells) for cells in (family.top, *family.variations) if "sale price" in cells]
    changes = [at for dates in sales if (at := amounts.next_change(*dates, options.at))]
    return Row(first.line, _product(key, family, options, skus), until=min(changes, default=None))


def _held_back(family: _Family, variable: bool) -> str:
    """Why a product is not for sale here; "" if it is."""
    kind = family.top.get("type", "simple").casefold()
    if family.top.get("published", "1") != "1":
        return "not published"
    if family.top.get("visibility in catalog", "visible") == "hidden":
        return "hidden from the catalog"
    if "grouped" in kind:
        return "a group of products that are sold each on its own"
    if "external" in kind:
        return "sold on another site"
    return "a variable product without variations" if variable and not family.variations else ""


def _product(key: str, family: _Family, options: Options, skus: dict[str, str]) -> dict[str, Any]:
    top = family.top
    paths = [path for path in _listed(top.get("categories", "")) if path]
    texts = [top[name] for name in ("short description", "description") if name in top]
    related = _listed(top.get("cross-sells", "")) + _listed(top.get("upsells", ""))
    return {
        "id": key,
        "title": top.get("name"),
        "description": "\n\n".join(texts),
        "brand": next(iter(_listed(top.get("brands", ""))), ""),
        "category": max(paths, key=lambda path: path.count(">"), default=""),
        "attributes": _attributes(family),
        "goes_well_with": [skus.get(each, each) for each in related],
        "image": _image(top),
        "variants": [_variant(key, each, top, options) for each in family.variations or [top]],
    }


def _attributes(family: _Family) -> dict[str, Any]:
    """What is said of the product as a whole; what variations choose among is an option, not an attribute."""
    chosen = {name for each in family.variations for name in _pairs(each)}
    facts: dict[str, Any] = {name: _listed(value) for name, value in _pairs(family.top).items() if name not in chosen}
    facts = {name: values[0] if len(values) == 1 else values for name, values in facts.items()}
    measures = {name: cell for name, cell in family.top.items() if _MEASURE.fullmatch(name)}
    facts |= {name: float(cell) for name, cell in measures.items() if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", cell)}
    codes = [cells["gtin"] for cells in (family.top, *family.variations) if "gtin" in cells]
    return facts | {"tags": _listed(family.top.get("tags", "")), "gtin": codes}


def _variant(key: str, cells: dict[str, str], top: dict[str, str], options: Options) -> dict[str, Any]:
    chosen = _pairs(cells) if cells is not top else {}
    number = f"id:{cells['id']}" if "id" in cells else "-".join([key, *map(slug, chosen.values())])
    return {
        "sku": cells.get("sku") or (number if cells is not top else key),
        "options": chosen,
        "price": _price(cells, options.at),
        "stock": _stock(cells),
        "image": _image(cells) if cells is not top else "",
    }


def _pairs(cells: dict[str, str]) -> dict[str, str]:
    """`Attribute 1 name`, `Attribute 1 value(s)` and so on, as names and values."""
    names = ((name.split()[1], cell) for name, cell in cells.items() if re.fullmatch(r"attribute \d+ name", name))
    values = ((name, cells.get(f"attribute {number} value")) for number, name in names)
    return {fact_key(name): value for name, value in values if value}


def _listed(cell: str) -> list[str]:
    return [part.strip().replace("\\,", ",") for part in _LIST.split(cell) if part.strip()]


def _image(cells: dict[str, str]) -> str:
    return next(iter(_listed(cells.get("images", ""))), "")


def _price(cells: dict[str, str], now: datetime) -> str | None:
    if "sale price" in cells and amounts.holds(*_sale(cells), now):
        return cells["sale price"]
    return cells.get("regular price")


def _sale(cells: dict[str, str]) -> tuple[str, str]:
    return cells.get("date sale price starts", ""), cells.get("date sale price ends", "")


def _stock(cells: dict[str, str]) -> str | int | None:
    if cells.get("in stock?") == "0":
        return 0
    open_ended = cells.get("in stock?") == "backorder" or cells.get("backorders allowed?", "0") not in ("0", "no")
    count = cells.get("stock")
    if open_ended or count is None or count.casefold() == "parent":
        return None
    return 0 if count.startswith("-") else count


source = Source("woocommerce", "product", (".csv", ".csv.gz"), read, recognises)
