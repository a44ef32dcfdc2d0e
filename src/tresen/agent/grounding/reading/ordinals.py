"""Places in time: "am sechsten Tag", "the second year"."""

import re
from decimal import Decimal

from tresen.agent.grounding.reading.figures import Figure

_NTH = re.compile(
    r"\b(erst|zweit|dritt|viert|fünft|sechst|siebt|acht|neunt|zehnt|vierzehnt|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|"
    r"tenth|fourteenth|\d{1,2}(?=\.|st|nd|rd|th))(?:e[nrms]?|\.|st|nd|rd|th)?\s+(tag|day|woche|week|monat|month|jahr|year)(?:e?s|es)?\b",
    re.IGNORECASE,
)
_ORDINALS = (
    ["erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt"],
    (["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]),
)
_SAME = {"tag": "day", "woche": "week", "monat": "month", "jahr": "year"}


def ordinals(text: str) -> list[Figure]:
    """ "am sechsten Tag", "on the sixth day"."""
    found = []
    for match in _NTH.finditer(text):
        word, noun = match[1].casefold(), match[2].casefold()
        places = [names.index(word) + 1 for names in _ORDINALS if word in names]
        value = Decimal(word if word.isdigit() else places[0] if places else 14)
        found.append(Figure(f"nth {_SAME.get(noun, noun)}", value, value, match.start(), match.end(), match[0]))
    return found
