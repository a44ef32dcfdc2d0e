"""What the tool `find_products` says of the live catalog, within a budget of tokens."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from tresen.agent import prompts
from tresen.retrieval import tokens
from tresen.retrieval.facets import Facet, Facets
from tresen.shop.catalog import pick

MOST_ATTRIBUTES = 12  # named in the tool's description, each with so many values as examples
MOST_VALUES = 4  # if these are all; else so many as an example
EXAMPLES = 2
MOST_NAMES = 60  # categories, and brands
MOST_TOKENS = 800  # of the whole tool: it is sent with every call of the model
_ROOM = (
    *((most, MOST_NAMES) for most in range(MOST_ATTRIBUTES, 2, -1)),
    (3, 40),
    (3, 25),
    (3, 15),
    (2, 8),
    (1, 4),
    (0, 0),
)


def overview(tool: BaseTool, facets: Facets, home: Path) -> str:
    """What the catalog holds, most common first, in as many words as the tool's budget has room for."""
    for attributes, names in _ROOM:
        told = prompts.render("catalog", home, **_named(facets, attributes, names))
        if _tokens(with_overview(tool, told)) <= MOST_TOKENS:
            break
    return told


def with_overview(tool: BaseTool, told: str) -> BaseTool:
    return tool.model_copy(update={"description": f"{tool.description}\n\n{told}"})


def _named(facets: Facets, attributes: int, names: int) -> dict[str, Any]:
    """Categories below their broad ones, brands, attributes with examples, and those that are yes or no."""
    common = sorted(facets.options.items(), key=lambda option: -sum(facet.count for facet in option[1]))
    named = {key: [_both(facet) for facet in found] for key, found in common}
    flags = [key for key, values in named.items() if values == ["true"]]
    return {
        "categories": _tree(facets.categories, names),
        "brands": [facet.key for facet in facets.brands[:names]],
        "options": [(key, _examples(values)) for key, values in named.items() if key not in flags][:attributes],
        "flags": flags[: min(names, MOST_ATTRIBUTES)],
    }


def _tree(found: Sequence[Facet], most: int) -> list[tuple[str, list[str]]]:
    """Each broad category with the names of those in it; one that holds no others stands alone."""
    kept = {facet.key: facet for facet in sorted(found, key=lambda facet: -facet.count)[:most]}
    below: dict[str, list[str]] = {facet.parent: [] for facet in kept.values() if facet.parent}
    for facet in kept.values():
        if facet.parent:
            below[facet.parent].append(_both(facet))
    return [(_both(facet), below.get(key, [])) for key, facet in kept.items() if not facet.parent or key in below]


def _examples(values: list[str]) -> list[str]:
    return values if len(values) <= MOST_VALUES else values[:EXAMPLES]


def _tokens(tool: BaseTool) -> int:
    return tokens.count(json.dumps(convert_to_openai_tool(tool), ensure_ascii=False, separators=(",", ":")))


def _both(facet: Facet) -> str:
    """`Damen|women`, or one word where both languages say the same; without the marks that part such names."""
    labels = (pick(facet.labels, locale) for locale in ("de", "en"))
    told = {label.casefold(): label.replace("|", "/").replace(";", ",") for label in labels}
    return "|".join(told.values())
