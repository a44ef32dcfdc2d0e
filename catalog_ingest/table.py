"""The lines of a table that belong to one product, made into the same raw data that a JSON feed has."""

import re
from typing import Any

from catalog_ingest.columns import Meaning
from catalog_ingest.fields import LONGEST_FACT
from catalog_ingest.texts import slug

_PLAIN = ("brand", "image", "url")
_YES_NO = {"true": True, "yes": True, "ja": True, "false": False, "no": False, "nein": False}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,8})(?:\.\d{1,6})?")

Cells = dict[Meaning, str]


def product_of(key: str, lines: list[Cells]) -> dict[str, Any]:
    """What is said of the product as a whole comes from the first line that says it.

    A line without a parent among lines that have one is the product itself and no variant.
    """
    first: Cells = {}
    for cells in lines:
        first = cells | first
    data: dict[str, Any] = {"id": key, "title": _text(first, "title"), "description": _text(first, "description")}
    data |= {name: first[Meaning(name)] for name in _PLAIN if Meaning(name) in first}
    data["category"] = _category(first)
    facts = _facts(first, "attribute")
    long = {name: value for name, value in facts.items() if isinstance(value, str) and len(value) > LONGEST_FACT}
    data["attributes"] = {name: _fact(value) for name, value in facts.items() if name not in long}
    data["details"] = long | _facts(first, "detail")
    if Meaning("rating") in first:
        count = first.get(Meaning("rating_count"), "0")
        data["rating"] = {"value": first[Meaning("rating")].replace(",", "."), "count": count}
    related = first.get(Meaning("goes_well_with"), "")
    data["goes_well_with"] = [each.strip() for each in re.split(r"[|,;]", related) if each.strip()]
    variants = [cells for cells in lines if Meaning("parent") in cells] or lines
    data["variants"] = [_variant(key, cells) for cells in variants]
    return data


def _variant(key: str, cells: Cells) -> dict[str, Any]:
    options = _facts(cells, "option")
    data = {name: cells.get(Meaning(name)) for name in ("price", "currency", "stock", "image")}
    return data | {"sku": _sku(key, cells, options), "options": options}


def _sku(key: str, cells: Cells, options: dict[str, Any]) -> str:
    if Meaning("sku") in cells:
        return cells[Meaning("sku")]
    if Meaning("parent") in cells and Meaning("id") in cells:
        return cells[Meaning("id")]
    chosen = [value if isinstance(value, str) else next(iter(value.values())) for value in options.values()]
    return "-".join([key, *(slug(value) for value in chosen)])


def _text(cells: Cells, name: str, key: str = "") -> Any:
    """A text, or texts by language."""
    found = {meaning.locale: cell for meaning, cell in cells.items() if (meaning.name, meaning.key) == (name, key)}
    plain = found.pop("", None)
    return found or plain


def _facts(cells: Cells, name: str) -> dict[str, Any]:
    keys = dict.fromkeys(meaning.key for meaning in cells if meaning.name == name)
    return {key: _text(cells, name, key) for key in keys}


def _fact(value: Any) -> Any:
    """A yes, a no or a number where a cell means one."""
    if not isinstance(value, str):
        return value
    if value.casefold() in _YES_NO:
        return _YES_NO[value.casefold()]
    if _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def _category(cells: Cells) -> Any:
    """A path, broad to narrow; in several languages only if all have the same steps."""
    told = _text(cells, "category")
    if not isinstance(told, dict):
        return told or []
    paths = {locale: [step.strip() for step in path.split(">")] for locale, path in told.items()}
    if len({len(path) for path in paths.values()}) > 1:
        return [{locale: step} for locale, path in list(paths.items())[:1] for step in path]
    return [dict(zip(paths, steps, strict=True)) for steps in zip(*paths.values(), strict=True)]
