"""Policy documents: a folder of Markdown, HTML and text, or one such file."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import frontmatter
import yaml  # type: ignore[import-untyped,unused-ignore]
from markdown_it import MarkdownIt

from catalog_ingest.blocks import Block, blocks, soup_of
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Rows, Source, Unreadable
from catalog_ingest.split import passages
from catalog_ingest.texts import clean, line

LARGEST = 5 * 1024 * 1024  # bytes
_HTML = (".html", ".htm")
_MARKDOWN = (".md", ".markdown")
_SUFFIXES = (*_MARKDOWN, *_HTML, ".txt")
_SHOP_LOCALES = ("de", "en")


def read(path: Path, options: Options) -> Rows:
    """Each file one row, with its passages; its id is its path below the folder."""
    for file in _files(path):
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        try:
            yield Row(1, _document(name, file, path), name)
        except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
            reason = str(error).split("\n")[0][:200] or "nested too deeply"
            yield Unreadable(1, f"the document cannot be read: {reason}", name, file=name)


def _files(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return [path]
    found = (file for file in path.rglob("*") if file.suffix.lower() in _SUFFIXES and file.is_file())
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts))


def _document(name: str, file: Path, root: Path) -> dict[str, Any]:
    text = _text(file)
    told: dict[str, object] = {}
    if file.suffix.lower() in _HTML:
        told, parts = _from_html(text)
    else:
        told, body = frontmatter.parse(text) if text.startswith("---") else ({}, text)
        parts = _from_markdown(body) if file.suffix.lower() in _MARKDOWN else _from_text(body)
    title = _word(told.get("title")) or _first_heading(parts) or _spelled(file.stem)
    pieces = [asdict(piece) for piece in passages(title, parts)]
    locale = _word(told.get("locale")).lower()[:2] or _of_folder(file, root)
    return {"id": name, "locale": locale, "title": title, "url": _word(told.get("url")), "passages": pieces}


def _text(file: Path) -> str:
    if file.stat().st_size > LARGEST:
        raise ValueError("it is larger than 5 MB")
    content = file.read_bytes()
    if b"\0" in content:
        raise ValueError("it is not text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _from_markdown(text: str) -> list[Block]:
    html = MarkdownIt("commonmark").enable("table").render(text)
    return _tidy(blocks(soup_of(html)))


def _from_html(text: str) -> tuple[dict[str, object], list[Block]]:
    soup = soup_of(text)
    page = soup.html
    told: dict[str, object] = {"title": soup.title.get_text() if soup.title else ""}
    told["locale"] = page.get("lang") if page else ""
    return told, _tidy(blocks(soup.find("main") or soup.find("article") or soup.body or soup))


def _from_text(text: str) -> list[Block]:
    return _tidy(Block(part) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))


def _tidy(parts: Iterable[Block]) -> list[Block]:
    """Clean texts; what looks like a tag now was meant to be read, so the brackets go and the words stay."""
    tidy = (Block(clean(part.text), part.level, part.item) for part in parts)
    return [part for part in tidy if part.text]


def _first_heading(parts: list[Block]) -> str:
    return next((part.text for part in parts if part.level == 1), "")


def _of_folder(file: Path, root: Path) -> str:
    """The language that a folder is named after, the nearest one first."""
    for folder in _folders(file.absolute(), root.absolute()):
        if folder.name.lower() in _SHOP_LOCALES:
            return folder.name.lower()
    return ""


def _folders(file: Path, root: Path) -> Iterator[Path]:
    for folder in file.parents:
        yield folder
        if folder == root or file == root:
            return


def _word(value: object) -> str:
    """A plain text from a page's head; anything else there is ignored, however it unfolds."""
    return line(value) if isinstance(value, str) and len(value) < 2000 else ""


def _spelled(stem: str) -> str:
    """`opening-hours` -> `Opening hours`."""
    words = re.sub(r"[-_]+", " ", stem).strip() or stem
    return words[:1].upper() + words[1:]


source = Source("documents", "document", _SUFFIXES, read, folders=True)
