"""Makes foreign text safe and plain: no tags, no control characters, one way to write each letter."""

import hashlib
import html
import re
import unicodedata
from typing import Any

from catalog_ingest.blocks import flat

_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>")
_KEPT = "\n\t\u200d"  # the last one joins the parts of an emoji
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LOCALE = re.compile(r"[a-z]{2}")


def clean(text: str) -> str:
    """Plain text: tags and control characters gone, spaces single, lines kept, Unicode in NFC."""
    if "<" in text or "&" in text:
        text = _without_tags(text)
    if not text.isprintable():
        text = "".join(letter for letter in text.replace("\r\n", "\n") if letter in _KEPT or _visible(letter))
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _visible(letter: str) -> bool:
    """Neither a control character, nor one that turns the direction of text, nor half a surrogate pair."""
    return letter.isprintable() or unicodedata.category(letter)[0] not in "C"


def _without_tags(text: str) -> str:
    """Tags hidden behind entities are tags as well, so it looks again, but not for ever."""
    for _ in range(3):
        if _TAG.search(text):
            text = flat(text)
            continue
        plain = html.unescape(text)
        if not _TAG.search(plain):
            return plain
        text = plain
    return _TAG.sub(" ", text)


def line(text: str) -> str:
    """Plain text on one line."""
    return " ".join(clean(text).split())


def is_locale(value: Any) -> bool:
    return isinstance(value, str) and _LOCALE.fullmatch(value) is not None


def slug(text: str, joint: str = "-") -> str:
    """A name for addresses and keys: `Stirnlampen & Sichtbarkeit` -> `stirnlampen-sichtbarkeit`.

    Text without a Latin letter gets a short stable digest instead.
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", joint, plain).strip(joint)
    return words or "x" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
