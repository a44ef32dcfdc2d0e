"""Texts as scorers compare them."""

import re
from collections.abc import Iterable, Iterator

_SPACE = re.compile(r"\s+")  # also the ones that do not break
_ADMISSION = re.compile(r"\b(?:sag|steht|stehen|weiss|wissen|find|nenn)\w*\b[^.!?]{0,90}\b(?:nichts|nicht|keine?)\b")
_ADMITTED = re.compile(
    r"\b(?:not|no|nothing)\b[^.!?]{0,40}\b(?:say|says|said|state|states|stated|mention\w*|list|listed|specif\w+|tell|know|known|"
    r"given|recorded)\b|\b(?:says|mentions|states|know) nothing\b"
)
_DASH = re.compile(r" ?[\u2010-\u2015\u2212] ?| - ")
_SHORT = re.compile(r"n't\b")  # `don't` and `do not` are the same words
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"'})


def folded(text: str) -> str:
    """Any space is one, any dash is `-`, no capital letters, straight quotes, `not` written out."""
    plain = _DASH.sub("-", _SPACE.sub(" ", text.translate(_QUOTES))).casefold()
    return _SHORT.sub(" not", plain.replace("can't", "cannot").replace("won't", "will not")).replace(
        "cannot", "can not"
    )


def says(text: str, words: str) -> bool:
    """Whether the words stand in the text; figures not as a part of longer ones."""
    pattern = re.escape(folded(words))
    if words[:1].isdigit():
        pattern = rf"(?<![\d.,]){pattern}"
    if words[-1:].isdigit():
        pattern = rf"{pattern}(?!\d|[.,]\d)"
    return bool(re.search(pattern, folded(text)))


def admits(text: str) -> bool:
    """Whether a sentence says that something is not said or known, in German or English, its words parted by others."""
    return bool(_ADMISSION.search(folded(text)) or _ADMITTED.search(folded(text)))


def missing(groups: Iterable[tuple[str, ...]], told: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The groups of which nothing was said."""
    said = "\n".join(told)
    return (group for group in groups if not any(says(said, words) for words in group))
