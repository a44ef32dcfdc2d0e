"""HTML as a flat list of headings and blocks of plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

_HIDDEN = {"script", "style", "template", "noscript", "nav", "head", "form", "iframe", "object", "svg", "math"}
_MOST_TAGS = 100_000
_SECTION = re.compile(r"<!\[(?:CDATA\[|[^>\[\]]{0,40}\](?:>|(?=--)))?|\]\]>")
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    *_LEVELS, "p", "li", "ul", "ol", "tr", "pre", "blockquote", "div", "section", "article", "main", "body",
    "header", "footer", "aside", "dt", "dd", "table", "figure", "figcaption", "address", "details", "summary",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item or a table row; a heading if `level` is not 0. Items of a list stand close."""

    text: str
    level: int = 0
    item: bool = False


def soup_of(markup: str) -> BeautifulSoup:
    """Raises: ValueError for more tags than any page has."""
    if markup.count("<") > _MOST_TAGS:
        raise ValueError(f"it has more than {_MOST_TAGS} tags")
    return BeautifulSoup(_closed(markup), "html.parser")


def _closed(markup: str) -> str:
    """The same markup without openings that nothing closes: for each the parser would search to the end of the page."""
    markup = _SECTION.sub("", markup)
    for opening, closing in (("<!--", "-->"), ("<", ">")):
        end = markup.rfind(closing) + 1
        markup = markup[:end] + markup[end:].replace(opening, f"&lt;{opening[1:]}")
    return markup


def blocks(root: Tag) -> Iterator[Block]:
    """The visible text below `root` in reading order, without recursion, however deep the page nests."""
    pieces: list[str] = []
    current: Tag | None = None
    marked: set[int] = set()
    for text, owner in _strings(root):
        if owner is not current and current is not None:
            yield from _block(current, "".join(pieces), marked)
            pieces = []
        current = owner
        pieces.append(text)
    if current is not None:
        yield from _block(current, "".join(pieces), marked)


def flat(markup: str) -> str:
    """The visible text of a snippet of HTML, one line per block."""
    return "\n".join(block.text for block in blocks(soup_of(markup)))


def _strings(root: Tag) -> Iterator[tuple[str, Tag]]:
    """Each visible string with the block it belongs to."""
    waiting: list[tuple[object, Tag]] = [(root, root)]
    while waiting:
        node, owner = waiting.pop()
        if isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):  # comments and doctypes
                yield str(node), owner
        elif isinstance(node, Tag) and node.name == "br":
            yield " ", owner
        elif isinstance(node, Tag) and (node.name not in _HIDDEN or node is root):
            inner = node if node.name in _BLOCKS else owner
            if node.name in ("td", "th") and node.find_previous_sibling(("td", "th")):
                yield " | ", inner
            waiting.extend((child, inner) for child in reversed(node.contents))


def _block(owner: Tag, raw: str, marked: set[int]) -> Iterator[Block]:
    text = re.sub(r"\s+", " ", raw).strip()
    if not text:
        return
    is_item = owner.name in ("li", "tr", "dd")
    dash = "- " if owner.name == "li" and id(owner) not in marked else ""
    marked.add(id(owner))
    yield Block(dash + text, _LEVELS.get(owner.name, 0), is_item)
