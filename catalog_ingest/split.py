"""Cuts a document into passages: by heading, then at about 400 tokens, between blocks or at least sentences."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from catalog_ingest.blocks import Block
from catalog_ingest.texts import slug
from tresen.retrieval import tokens
from tresen.shop.saving import NewPassage

MOST_TOKENS = 400
_LONGEST_HEADING = 400
_LONGEST_ANCHOR = 80
_END = re.compile(r"(?<=[.!?…])[\"“”'’)\]]*\s+(?=[\"„“'‚(\[]?[A-ZÄÖÜ0-9])")
# What ends in a dot and is no sentence: one letter, a date, an abbreviation.
_NO_END = re.compile(
    r"(?:\b[A-Za-z]|\b\d{1,4}|\b(?:bzw|ca|Buchst|inkl|exkl|zzgl|evtl|ggf|usw|etc|vgl|Nr|Abs|Art|Str|Dr|Prof|St|Tel|max|min|"
    r"approx|incl|excl|vs|No|Mr|Mrs|Ms|e\.g|i\.e))\.$"
)


def passages(title: str, blocks: Iterable[Block]) -> list[NewPassage]:
    """The passages of a document, each with its heading (below others: `Shipping › Germany`) and its own anchor."""
    found = []
    anchors: dict[str, int] = {}
    for headings, section in _sections(blocks):
        heading = " › ".join(headings)[:_LONGEST_HEADING] or title
        for text in _pieces(section):
            found.append(NewPassage(heading, _anchor(headings[-1] if headings else title, anchors), text))
    return found


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[list[str], list[Block]]]:
    """(headings above, blocks below them); the first heading of level 1 is the title, so it is not among them."""
    above: list[Block] = []
    section: list[Block] = []
    titled = False
    for block in blocks:
        if not block.level:
            section.append(block)
            continue
        yield [heading.text for heading in above], section
        section = []
        above = [heading for heading in above if heading.level < block.level]
        if block.level > 1 or titled:
            above.append(block)
        titled = True
    yield [heading.text for heading in above], section


def _pieces(section: list[Block]) -> Iterator[str]:
    """Texts of at most `MOST_TOKENS`; items of one list stand on lines of their own."""
    text = ""
    was_item = False
    for block in chain.from_iterable(map(_small, section)):
        joint = "\n" if block.item and was_item else "\n\n"
        joined = f"{text}{joint}{block.text}" if text else block.text
        if text and tokens.count(joined) > MOST_TOKENS:
            yield text
            joined = block.text
        text, was_item = joined, block.item
    if text:
        yield text


def _small(block: Block) -> Iterator[Block]:
    """The block itself, or what it has to be cut into because it alone is too long."""
    if tokens.count(block.text) <= MOST_TOKENS:
        yield block
        return
    text = ""
    for sentence in _sentences(block.text):
        if text and tokens.count(f"{text} {sentence}") > MOST_TOKENS:
            yield replace(block, text=text)
            text = ""
        text = f"{text} {sentence}" if text else sentence
    yield replace(block, text=text)


def _sentences(text: str) -> Iterator[str]:
    """Sentences; one that is too long by itself is cut between words, and a word without end anywhere."""
    sentence = ""
    for part in _split(text):
        sentence += part
        if _NO_END.search(sentence.rstrip()[-12:]):
            continue
        yield from _words(sentence.strip())
        sentence = ""
    if sentence.strip():
        yield from _words(sentence.strip())


def _split(text: str) -> Iterator[str]:
    start = 0
    for match in _END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    yield text[start:]


def _words(sentence: str) -> Iterator[str]:
    if tokens.count(sentence) <= MOST_TOKENS:
        yield sentence
        return
    letters = MOST_TOKENS // 2  # even rare scripts seldom need two tokens for a letter
    yield from textwrap.wrap(sentence, letters, break_on_hyphens=False)


def _anchor(heading: str, taken: dict[str, int]) -> str:
    base = slug(heading)[:_LONGEST_ANCHOR].strip("-")
    taken[base] = taken.get(base, 0) + 1
    anchor = base if taken[base] == 1 else f"{base}-{taken[base]}"
    if anchor != base:
        taken.setdefault(anchor, 1)
    return anchor
