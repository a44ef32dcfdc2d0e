"""What documents of every kind have in common: which files, their text, their title and language."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from catalog_ingest.blocks import Block
from catalog_ingest.texts import clean, line

LARGEST = 5 * 1024 * 1024  # bytes
HTML = (".html", ".htm")
_SHOP_LOCALES = ("de", "en")


def files_of(path: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """`path` itself, or the files of these kinds anywhere below it, hidden ones and links to elsewhere left out."""
    if not path.is_dir():
        return [path]
    root = path.resolve()
    found = (file for file in path.rglob("*") if file.suffix.lower() in suffixes and file.is_file())
    seen = (file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts))
    return sorted(file for file in seen if file.resolve().is_relative_to(root))


def name_below(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix() if root.is_dir() else file.name


def text_of(file: Path) -> str:
    """Raises: ValueError when it is too large or no text."""
    if file.stat().st_size > LARGEST:
        raise ValueError("it is larger than 5 MB")
    content = file.read_bytes()
    if b"\0" in content:
        raise ValueError("it is not text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def tidy(parts: Iterable[Block]) -> list[Block]:
    """Clean texts; what looks like a tag now was meant to be read, so the brackets go and the words stay."""
    cleaned = (Block(clean(part.text), part.level, part.item) for part in parts)
    return [part for part in cleaned if part.text]


def title_of(told: object, parts: list[Block], file: Path) -> str:
    """What the head of a document says, else its first heading, else its file's name."""
    heading = next((part.text for part in parts if part.level == 1), "")
    return word(told) or heading or _spelled(file.stem)


def locale_of(told: object, file: Path, root: Path) -> str:
    """What the head of a document says, else the nearest folder that is named after a language."""
    if locale := word(told).lower()[:2]:
        return locale
    for folder in _folders(file.absolute(), root.absolute()):
        if folder.name.lower() in _SHOP_LOCALES:
            return folder.name.lower()
    return ""


def word(value: object) -> str:
    """A plain text from a document's head; anything else there is ignored, however it unfolds."""
    return line(value) if isinstance(value, str) and len(value) < 2000 else ""


def _folders(file: Path, root: Path) -> Iterator[Path]:
    for folder in file.parents:
        yield folder
        if folder == root or file == root:
            return


def _spelled(stem: str) -> str:
    """`opening-hours` -> `Opening hours`."""
    words = re.sub(r"[-_]+", " ", stem).strip() or stem
    return words[:1].upper() + words[1:]
