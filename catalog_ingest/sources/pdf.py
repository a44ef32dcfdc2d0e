"""Policies as PDF: a folder of them, or one such file."""

import logging
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from catalog_ingest.documents import files_of, locale_of, name_below, tidy, title_of
from catalog_ingest.options import Options
from catalog_ingest.printed import blocks_of, print_of
from catalog_ingest.sources import Row, Rows, Source, Unreadable
from catalog_ingest.split import passages

_SUFFIXES = (".pdf",)
_MADE_BY = re.compile(r"microsoft word|untitled|unbenannt|.*\.(?:docx?|odt|pdf|indd|pages)$", re.IGNORECASE)
_log = logging.getLogger(__name__)


def in_folder(path: Path) -> bool:
    return bool(files_of(path, _SUFFIXES))


def read(path: Path, options: Options) -> Rows:
    """Each file one row, with its passages; its id is its path below the folder."""
    for file in files_of(path, _SUFFIXES):
        name = name_below(path, file)
        try:
            yield Row(1, _document(name, file, path), name)
        except (OSError, ValueError) as error:
            yield _unreadable(name, str(error).split("\n")[0][:200])
        except Exception as error:  # noqa: BLE001 - a broken PDF makes the library raise anything
            _log.info("%s is broken: %r", name, error)
            yield _unreadable(name, "it is no PDF, or a broken one")


def _unreadable(name: str, reason: str) -> Unreadable:
    return Unreadable(1, f"the document cannot be read: {reason}", name, file=name)


def _document(name: str, file: Path, root: Path) -> dict[str, Any]:
    told = print_of(file)
    parts = tidy(blocks_of(told.lines))
    plausible = isinstance(told.title, str) and not _MADE_BY.match(told.title)
    title = title_of(told.title if plausible else "", parts, file)
    pieces = [asdict(piece) for piece in passages(title, parts)]
    return {"id": name, "locale": locale_of(told.locale, file, root), "title": title, "url": "", "passages": pieces}


source = Source("pdf", "document", _SUFFIXES, read, in_folder=in_folder)
