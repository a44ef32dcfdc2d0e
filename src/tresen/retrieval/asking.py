"""Questions about the shop itself: which brands of a thing it has, whether it sells such things at all; no model."""

import re
from typing import Literal

About = Literal["", "brands", "carried"]

_BRANDS = re.compile(
    r"\b(?:(?:what|which)\b.*\b(?:brands?|manufacturers?)\b|brands? of\b|"
    r"(?:welche[nrsm]?|was für)\b.*(?:marken?|hersteller)n?\b|\w+[\s-]+(?:brands|marken)\W*$)",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:(?:what|which)(?: are)?(?: (?:the|your))?|do you (?:have|sell|carry|stock|offer)|have you got|are there|"
    r"can i (?:get|buy)|(?:brands?|manufacturers?)(?: of| for)?|"
    r"(?:von |bei )?welche[nrsm]?|was für|(?:habt|führt|verkauft|bietet|kennt) ihr|(?:haben|führen|verkaufen) sie|"
    r"hast du|gibt(?:'s| es)|bei euch|im angebot|an\s*[?.!]*$|(?:marken?|hersteller)n?(?: von| bei| für| an)?)(?!\w)",
    re.IGNORECASE,
)
_BRANDS_OF = re.compile(r"(?<=\w{4})-?(?:marken?|hersteller)n?\b", re.IGNORECASE)
_CARRIED = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hallo|moin)\W+)?"
    r"(?:do you (?:guys )?(?:also |even |still )?(?:sell|have|carry|stock|offer)|have you got|"
    r"(?:habt|führt|verkauft|bietet) ihr|(?:haben|führen|verkaufen) sie|hast du|gibt(?:'s| es)(?: bei euch)?)"
    r"(?: (?:any|some|also|auch|überhaupt|denn|eigentlich|irgendwelche|vielleicht))*\s+(?=\w)",
    re.IGNORECASE,
)
_AT_ALL = re.compile(r"\s+(?:at all|überhaupt|im angebot)\b|\s+an(?=\s*[?.!]*$)", re.IGNORECASE)


def read(text: str) -> tuple[About, str]:
    """What a sentence asks about the shop, and the thing it asks it of (empty for the whole shop)."""
    if _BRANDS.search(text):
        return "brands", " ".join(_FRAME.sub(" ", _BRANDS_OF.sub("", text)).split()).strip(" ?!.")
    if found := _CARRIED.match(text):
        return "carried", _AT_ALL.sub("", text[found.end() :]).strip(" ?!.")
    return "", text
