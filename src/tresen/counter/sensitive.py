"""What the shop keeps of nobody, even if they say it: health, faith, politics, love, money, ways to reach them.

A shop needs none of it to advise, and the law guards it. Only words that are clear count: `green` is a colour.
"""

import re

from tresen.retrieval import language

_HEALTH = (
    r"\w*krank\w*|\w*allerg\w*|diabet\w*|schwanger\w*|pregnan\w*|asthma\w*|depress\w*|hiv|krebs\w*|cancer|behinder\w*|"
    r"disab\w*|medikament\w*|medicat\w*|arthr\w*|epilep\w*|therap\w*|herz(?:fehler|krank\w*|schritt\w*|infarkt)|"
    r"heart (?:disease|condition|attack)|pacemaker|zoliak\w*|co?eliac|\w*intoleran\w*|\w*unvertraglich\w*|burnout|adhs|"
    r"adhd|autis\w*|ubergewicht\w*|overweight|adipos\w*|obes\w*|disease|illness|bandscheib\w*|stillend?\w*|"
    r"breastfeed\w*|inkontinen\w*|incontinen\w*|sucht|addict\w*"
)
_FAITH = (
    r"religio\w*|muslim\w*|islam\w*|christ(?:lich\w*|en|in|ian\w*)?|kathol\w*|cathol\w*|evangelisch\w*|protestant\w*|"
    r"jud(?:isch\w*|e|in)|jew(?:ish)?|buddhis\w*|hindu\w*|atheis\w*|halal|kosc?her|kirch\w*|church|mosch\w*|mosque"
)
_POLITICS = r"cdu|csu|spd|afd|fdp|republican\w*|democrat\w*|politi\w*|gewerkschaft\w*|trade union\w*"
_LOVE = r"schwul\w*|lesb\w*|gay|bisex\w*|queer|transgender|sexu\w*|homosex\w*"
_ORIGIN = r"ethni\w*|hautfarbe|skin colou?r|asylant\w*|refugee"
_MONEY = r"schulden|debts?|insolven\w*|bankrupt\w*|gehalt|salary|einkommen|income|vorbestraft|criminal\w*"
_WORDS = re.compile(rf"\b(?:{'|'.join((_HEALTH, _FAITH, _POLITICS, _LOVE, _ORIGIN, _MONEY))})\b")
_REACHED = re.compile(r"\S@\S|(?:\d[\s./-]?){7,}")  # an e-mail, a number of a phone, a card or an account


def is_sensitive(text: str) -> bool:
    """Whether a text says of somebody what no shop should keep."""
    return bool(_WORDS.search(language.fold(text)) or _REACHED.search(text))
