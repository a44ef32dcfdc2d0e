"""Places in time: "am sechsten Tag", "the second year"."""

import re
from decimal import Decimal

from tresen.agent.grounding.reading.figures import Figure

_ORDINALS = {
    "erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "fünft": 5, "sechst": 6, "siebt": 7, "acht": 8, "neunt": 9,
    "zehnt": 10, "vierzehnt": 14, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "fourteenth": 14,
}  # fmt: skip
_NTH = re.compile(
    rf"\b({'|'.join(_ORDINALS)}|\d{{1,2}}(?=\.|st|nd|rd|th))(?:e[nrms]?|\.|st|nd|rd|th)?\s+"
    r"(tag|day|woche|week|monat|month|jahr|year)(?:e?s|es)?\b",
    re.IGNORECASE,
)
_SAME = {"tag": "day", "woche": "week", "monat": "month", "jahr": "year"}


def ordinals(text: str) -> list[Figure]:
    """ "am sechsten Tag", "on the sixth day"."""
    found = []
    for match in _NTH.finditer(text):
        word, noun = match[1].casefold(), match[2].casefold()
        value = Decimal(_ORDINALS.get(word) or word)
        found.append(Figure(f"nth {_SAME.get(noun, noun)}", value, value, match.start(), match.end(), match[0]))
    return found
