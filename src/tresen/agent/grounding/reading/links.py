"""Links, mail addresses and telephone numbers in prose."""

import re
from dataclasses import dataclass

_LINK = re.compile(
    r"https?://[^\s<>()\[\]\"']+|\bwww\.[^\s<>()\[\]\"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|"
    r"(?<![\w@/.])(?:[a-z0-9-]+\.)+(?:com|de|net|org|eu|shop|store|io|example|info|at|ch|co\.uk)(?:/[^\s<>()\[\]\"']*)?(?![\w@])|"
    r"(?<![\w/.<])/(?:[\w-]+/)*[\w-]+(?:\?[\w=&-]+)?(?=[\s).,!?\]]|$)(?<=[\w-]{3})|"
    r"(?<![\w.,])(?:\+|00)\d{1,3}(?:[\s/()-]*\d){6,}|(?<![\w.,])0\d{2,4}[\s/-]\d(?:[\s/-]?\d){4,}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FoundLink:
    """A link where it stands, in the form in which two spellings of it are equal."""

    said: str
    start: int
    end: int


def links(text: str) -> list[FoundLink]:
    found = []
    for match in _LINK.finditer(text):
        written = match[0].rstrip(".,;:!?)*")
        found.append(FoundLink(normal(written), match.start(), match.start() + len(written)))
    return found


def normal(link: str) -> str:
    if link[0] in "+0":
        return re.sub(r"\D", "", link)
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link).rstrip("/").casefold()
