"""Policy documents: a folder of Markdown, HTML and text, or one such file."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import frontmatter
import yaml  # type: ignore[import-untyped,unused-ignore]
from markdown_it import MarkdownIt

from catalog_ingest.blocks import Block, blocks, soup_of
from catalog_ingest.documents import HTML, files_of, locale_of, name_below, text_of, tidy, title_of, word
from catalog_ingest.linked import is_product_page
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Rows, Source, Unreadable
from catalog_ingest.split import passages

_MARKDOWN = (".md", ".markdown")
_SUFFIXES = (*_MARKDOWN, *HTML, ".txt")


def in_folder(path: Path) -> bool:
    """Any file but a product page."""
    return any(not is_product_page(file) for file in files_of(path, _SUFFIXES))


def read(path: Path, options: Options) -> Rows:
    """Each file one row, with its passages; its id is its path below the folder."""
    for file in files_of(path, _SUFFIXES):
        if path.is_dir() and not options.format and is_product_page(file):
            continue
        name = name_below(path, file)
        try:
            yield Row(1, _document(name, file, path), name)
        except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
            reason = str(error).split("\n")[0][:200] or "nested too deeply"
            yield Unreadable(1, f"the document cannot be read: {reason}", name, file=name)


def _document(name: str, file: Path, root: Path) -> dict[str, Any]:
    text = text_of(file)
    told: dict[str, object] = {}
    if file.suffix.lower() in HTML:
        told, parts = _from_html(text)
    else:
        told, body = frontmatter.parse(text) if text.startswith("---") else ({}, text)
        parts = _from_markdown(body) if file.suffix.lower() in _MARKDOWN else _from_text(body)
    title = title_of(told.get("title"), parts, file)
    pieces = [asdict(piece) for piece in passages(title, parts)]
    locale = locale_of(told.get("locale"), file, root)
    return {"id": name, "locale": locale, "title": title, "url": word(told.get("url")), "passages": pieces}


def _from_markdown(text: str) -> list[Block]:
    html = MarkdownIt("commonmark").enable("table").render(text)
    return tidy(blocks(soup_of(html)))


def _from_html(text: str) -> tuple[dict[str, object], list[Block]]:
    soup = soup_of(text)
    page = soup.html
    told: dict[str, object] = {"title": soup.title.get_text() if soup.title else ""}
    told["locale"] = page.get("lang") if page else ""
    return told, tidy(blocks(soup.find("main") or soup.find("article") or soup.body or soup))


def _from_text(text: str) -> list[Block]:
    return tidy(Block(part) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))


source = Source("documents", "document", _SUFFIXES, read, in_folder=in_folder)
