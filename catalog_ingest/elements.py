"""Reads XML feeds of any size, one entry at a time; nothing in them is ever followed, unfolded or fetched."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from catalog_ingest.files import open_feed
from tresen.kit.errors import Unprocessable

_CHUNK = 64 * 1024
_LONGEST_TAG = 1024 * 1024  # bytes without anything the parser could tell of
_LONGEST_ENTRY = 1024 * 1024  # letters
_DEEPEST = 40

Name = tuple[str, str]  # namespace, local name


class Malformed(Exception):
    """The file is not well-formed; nothing after this point can be read."""


@dataclass(frozen=True)
class Leaf:
    """An element inside an entry: its path of names below the entry, its own attributes, and its text."""

    path: tuple[str, ...]
    namespace: str
    text: str
    attributes: dict[str, str]


@dataclass
class Element:
    """An entry of a feed; `whole` False: it is too large, so most of it is gone."""

    leaves: list[Leaf] = field(default_factory=list)
    letters: int = 0

    @property
    def whole(self) -> bool:
        return self.letters <= _LONGEST_ENTRY


def elements(path: Path, entries: frozenset[str]) -> Iterator[Element]:
    """Each element with one of these local names.

    Raises:
        Malformed: after the last entry that could be read.
        Unprocessable: the file declares entities or points to other files, nests too deeply, or has a giant tag.
    """
    handler = _Handler(entries)
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    with open_feed(path) as file:
        silent = 0
        while chunk := file.read(_CHUNK):
            told = handler.told
            yield from _fed(parser, handler, chunk, path)
            silent = 0 if handler.told > told else silent + len(chunk)
            if silent > _LONGEST_TAG:
                raise _refused(path, "has a tag longer than 1 MB")
        yield from _fed(parser, handler, None, path)


def _fed(parser: Any, handler: "_Handler", chunk: bytes | None, path: Path) -> Iterator[Element]:
    """The entries that end in this chunk; None is the end of the file."""
    try:
        parser.close() if chunk is None else parser.feed(chunk)
    except DefusedXmlException as error:
        raise _refused(path, "declares a document type or entities") from error
    except RecursionError as error:
        raise _refused(path, f"nests deeper than {_DEEPEST} elements") from error
    except SAXParseException as error:
        yield from handler.taken()
        raise Malformed(f"not well-formed XML at line {error.getLineNumber()}: {error.getMessage()}") from error
    except (SAXException, ValueError) as error:
        yield from handler.taken()
        raise Malformed(f"not well-formed XML: {str(error)[:100]}") from error
    yield from handler.taken()


def _refused(path: Path, reason: str) -> Unprocessable:
    hint = "export a plain feed: no DOCTYPE, no entities, no references to other files"
    return Unprocessable(f"{path.name} {reason}, so it is not read.", code="hostile_feed", hint=hint)


class _Handler(ContentHandler):
    def __init__(self, entries: frozenset[str]) -> None:
        super().__init__()
        self.told = 0
        self._entries = entries
        self._depth = 0
        self._ready: list[Element] = []
        self._current: Element | None = None
        self._open: list[tuple[Name, dict[str, str], list[str]]] = []

    def taken(self) -> list[Element]:
        ready, self._ready = self._ready, []
        return ready

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:
        self.told += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RecursionError
        if self._current is not None:
            attributes = {local: value for (_, local), value in attrs.items()}
            self._current.letters += sum(map(len, attributes.values()))
            self._open.append(((name[0] or "", name[1]), attributes, []))
        elif name[1] in self._entries:
            self._current = Element()

    def characters(self, content: str) -> None:
        self.told += 1
        if self._current is None or not self._open:
            return
        self._current.letters += len(content)
        if self._current.whole:
            self._open[-1][2].append(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        self.told += 1
        self._depth -= 1
        if self._current is None:
            return
        if not self._open:
            self._ready.append(self._current)
            self._current = None
            return
        path = tuple(local for (_, local), _, _ in self._open)
        (namespace, _), attributes, pieces = self._open.pop()
        if self._current.whole:
            self._current.leaves.append(Leaf(path, namespace, "".join(pieces).strip(), attributes))
