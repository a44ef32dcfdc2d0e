"""JSON-LD in web pages: finds the nodes of given types and reads their values, however they are written."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog_ingest.blocks import soup_of
from catalog_ingest.documents import HTML, LARGEST

_LONGEST = 2 * 1024 * 1024  # letters of one script
_MOST_NODES = 20_000
_STARTS = (re.compile(rb"application/ld\+json", re.IGNORECASE), re.compile(rb"[\"/:](?:Product|ProductGroup)\""))
_WRAPPING = re.compile(r"^\s*(?:<!--|//)|(?:-->|//)\s*$")
_COMMA_TOO_MANY = re.compile(r",(?=\s*[}\]])")
# Where a page may keep its products; what hangs on a product itself, such as related ones, is not looked into.
_CONTAINERS = ("@graph", "mainEntity", "itemListElement", "item", "about")

Node = dict[str, Any]


@dataclass
class Page:
    """What a page says in JSON-LD: its nodes in page order, all nodes by `@id`, and the scripts nobody can read."""

    locale: str = ""
    address: str = ""
    nodes: list[Node] = field(default_factory=list)
    by_id: dict[str, Node] = field(default_factory=dict)
    broken: list[tuple[int, str]] = field(default_factory=list)  # number of the script, why

    def find(self, *types: str) -> Iterator[Node]:
        return (node for node in self.nodes if types_of(node) & set(types))

    def nodes_of(self, value: Any) -> list[Node]:
        """The nodes that a value is or refers to."""
        values = value if isinstance(value, list) else [value]
        return [self._resolved(each) for each in values if isinstance(each, dict)]

    def _resolved(self, node: Node) -> Node:
        return self.by_id.get(str(node["@id"]), node) if set(node) == {"@id"} else node


def is_product_page(path: Path) -> bool:
    """Whether a look at the bytes finds JSON-LD about a product."""
    if path.suffix.lower() not in HTML or path.stat().st_size > LARGEST:
        return False
    content = path.read_bytes()
    return all(start.search(content) for start in _STARTS)


def page_of(markup: str) -> Page:
    soup = soup_of(markup)
    page = Page(locale=str(soup.html.get("lang") or "")[:2].lower() if soup.html else "")
    canonical = soup.find("link", rel="canonical")
    page.address = str(canonical.get("href") or "") if canonical else ""
    scripts = soup.find_all("script", type=re.compile(r"^\s*application/ld\+json", re.IGNORECASE))
    for number, script in enumerate(scripts, 1):
        try:
            _collect(page, _parsed(script.string or script.get_text()))
        except ValueError as error:
            page.broken.append((number, str(error)))
    return page


def types_of(node: Node) -> set[str]:
    told = node.get("@type")
    return {name_of(each) for each in (told if isinstance(told, list) else [told])}


def name_of(value: Any) -> str:
    """`https://schema.org/InStock`, `schema:InStock` and `InStock` are the same."""
    return re.split(r"[/:#]", value.strip())[-1] if isinstance(value, str) else ""


def word(value: Any) -> str:
    """A text, the first of several, or the name of a thing."""
    if isinstance(value, list):
        return next((told for each in value if (told := word(each))), "")
    if isinstance(value, dict):
        return word(value.get("name") or value.get("@value") or value.get("value"))
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def link(value: Any) -> str:
    """An address, the first of several, or that of an image."""
    if isinstance(value, list):
        return next((told for each in value if (told := link(each))), "")
    if isinstance(value, dict):
        return link(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value.strip() if isinstance(value, str) else ""


def _parsed(text: str) -> Any:
    """JSON as pages have it: in a comment, with HTML entities, with a comma too many.

    Raises:
        ValueError: it cannot be read even so.
    """
    if len(text) > _LONGEST:
        raise ValueError("longer than 2 MB")
    bare = _WRAPPING.sub("", text.strip())
    while bare != (barer := _WRAPPING.sub("", bare)):
        bare = barer
    reason = ""
    for attempt in (bare, _COMMA_TOO_MANY.sub("", bare), _COMMA_TOO_MANY.sub("", html.unescape(bare))):
        try:
            return json.loads(attempt, strict=False)
        except json.JSONDecodeError as error:
            reason = reason or f"{error.msg} in line {error.lineno}"
        except RecursionError:
            raise ValueError("nested too deeply") from None
    raise ValueError(reason)


def _collect(page: Page, told: Any) -> None:
    """Put every node in page order into `page`, without recursion."""
    waiting = [told]
    count = 0
    while waiting:
        count += 1
        if count > _MOST_NODES:
            raise ValueError(f"more than {_MOST_NODES} values")
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            if "@id" in value and len(value) > 1:
                page.by_id.setdefault(str(value["@id"]), value)
            if "@type" in value:
                page.nodes.append(value)
            waiting.extend(value[key] for key in reversed(_CONTAINERS) if key in value)
