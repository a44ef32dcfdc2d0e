"""PDF pages as headings and blocks: a PDF knows only where letters stand, so size, weight and gaps have to tell."""

import math
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

from catalog_ingest.blocks import Block

LARGEST = 20 * 1024 * 1024  # bytes
_MOST_PAGES = 300
_MOST_SECONDS = 60.0
_LONGEST_HEADING = 120
_PAGE_NUMBER = re.compile(r"(?:(?:seite|page)\s*)?\d{1,4}(?:\s*(?:/|von|of)\s*\d{1,4})?", re.IGNORECASE)
_SECTION_SIGN = re.compile(r"§\s*\d+")
_BULLET = re.compile(r"[•‣◦▪●–\-*]\s+")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0x00AD: ""}
_BODY_FROM = 1.12  # a heading is at least so much larger than the body


@dataclass(frozen=True)
class Line:
    """A line as printed; `y` grows upwards, in points."""

    text: str
    size: float
    bold: bool
    y: float
    page: int


@dataclass(frozen=True)
class Print:
    title: object
    locale: object
    lines: list[Line]


def print_of(path: Path) -> Print:
    """What a PDF says.

    Raises:
        ValueError: too large, too long, under a password, or only pictures of text.
    """
    if path.stat().st_size > LARGEST:
        raise ValueError("it is larger than 20 MB")
    reader = PdfReader(path)
    try:
        count = len(reader.pages)
        if count > _MOST_PAGES:
            raise ValueError(f"it has more than {_MOST_PAGES} pages")
        lines = list(_lines(reader))
    except FileNotDecryptedError:
        raise ValueError("it is protected by a password; save it without one") from None
    if sum(len(line.text) for line in lines) < 20:
        raise ValueError("it has no text, so it is probably scanned; run text recognition (OCR) over it first")
    title = reader.metadata.title if reader.metadata else None
    return Print(title, reader.root_object.get("/Lang"), _without_running(lines, count))


def _lines(reader: PdfReader) -> Iterator[Line]:
    started = time.monotonic()
    for number, page in enumerate(reader.pages):
        if time.monotonic() - started > _MOST_SECONDS:
            raise ValueError("reading it takes too long")
        pieces: list[Line] = []

        def heard(
            text: str, cm: Any, tm: Any, font: Any, size: float, pieces: list[Line] = pieces, number: int = number
        ) -> None:
            scale = math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            bold = bool(font) and "bold" in str(font.get("/BaseFont", "")).lower()
            pieces.append(Line(text, round(size * scale, 1), bold, y, number))

        page.extract_text(visitor_text=heard)
        yield from _joined(pieces)


def _joined(pieces: list[Line]) -> Iterator[Line]:
    """Pieces of text as whole lines."""
    line: list[Line] = []
    for piece in pieces:
        for position, text in enumerate(piece.text.translate(_LIGATURES).split("\n")):
            if position:
                yield from _line(line)
                line = []
            if text:
                line.append(Line(text, piece.size, piece.bold, piece.y, piece.page))
    yield from _line(line)


def _line(pieces: list[Line]) -> Iterator[Line]:
    shown = [piece for piece in pieces if piece.text.strip()]
    if not shown:
        return
    text = " ".join("".join(piece.text for piece in pieces).split())
    sizes = Counter[float]()
    for piece in shown:
        sizes[piece.size] += len(piece.text)
    yield Line(text, sizes.most_common(1)[0][0], all(piece.bold for piece in shown), shown[0].y, shown[0].page)


def _without_running(lines: list[Line], pages: int) -> list[Line]:
    """Lines without page numbers and without what stands at the same place of most pages."""

    def place(line: Line) -> tuple[str, int]:
        return re.sub(r"\d+", "#", line.text), round(line.y / 4)

    seen = Counter(each for page in range(pages) for each in {place(line) for line in lines if line.page == page})
    often = max(2, pages / 2)
    return [line for line in lines if seen[place(line)] < often and not _PAGE_NUMBER.fullmatch(line.text)]


def blocks_of(lines: list[Line]) -> list[Block]:
    """Headings, paragraphs and items of lists, in the order of the pages."""
    if not lines:
        return []
    sizes = Counter[float]()
    bold_letters = 0
    for line in lines:
        sizes[line.size] += len(line.text)
        bold_letters += len(line.text) * line.bold
    body = sizes.most_common(1)[0][0]
    bold_tells = bold_letters < sum(sizes.values()) / 2
    ranks = [_rank(line, body, bold_tells) for line in lines]
    told = sorted({rank for rank in ranks if rank}, reverse=True)
    levels = {rank: level for level, rank in enumerate(told, 1 if told and told[0] >= body else 2)}
    spacing = _spacing(lines)
    found: list[Block] = []
    for before, line, rank, rank_before in zip([None, *lines], lines, ranks, [0.0, *ranks], strict=False):
        level = min(levels.get(rank, 0), 6)
        goes_on = before is not None and rank == rank_before and _goes_on(before, line, spacing)
        if goes_on and not _BULLET.match(line.text) and found:
            found[-1] = Block(_with(found[-1].text, line.text), level, found[-1].item)
        else:
            bullet = _BULLET.match(line.text)
            found.append(Block(f"- {line.text[bullet.end() :]}" if bullet else line.text, level, bool(bullet)))
    return found


def _rank(line: Line, body: float, bold_tells: bool) -> float:
    """0 for what is no heading, else a number that is greater for headings above others.

    The sections of a law-like text (`§ 3`) are headings however they look, but never the title.
    """
    if len(line.text) > _LONGEST_HEADING or _BULLET.match(line.text) or not re.search(r"[^\W\d_]", line.text):
        return 0
    if line.size >= body * _BODY_FROM:
        return line.size
    if line.text.endswith((".", ",", ";")):
        return 0
    if line.bold and bold_tells and line.size >= body * 0.95:
        return body
    return body * 0.9 if _SECTION_SIGN.match(line.text) else 0


def _spacing(lines: list[Line]) -> float:
    """The usual distance of two lines."""
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page and a.y > b.y]
    return median(gaps) if gaps else 0


def _goes_on(before: Line, line: Line, spacing: float) -> bool:
    """Whether a line belongs to the one before it. A sentence may go on over the end of a page."""
    if before.page != line.page:
        return not before.text.endswith((".", ":", "!", "?")) and line.text[:1].islower()
    return 0 <= before.y - line.y <= max(min(spacing, line.size * 1.6), line.size) * 1.35


def _with(text: str, more: str) -> str:
    """Two lines as one; a word that was cut at the end of the first is whole again."""
    if text.endswith("-") and text[-2:-1].isalpha() and more[:1].islower():
        return text[:-1] + more
    return f"{text} {more}"
