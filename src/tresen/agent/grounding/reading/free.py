"""What prose says costs nothing: "kostenlos", "free of charge"."""

import re
from decimal import Decimal

from tresen.agent.grounding.reading.figures import Figure

_FREE = re.compile(
    r"\b(?:kostenlos\w*|gratis|kostenfrei\w*|versandkostenfrei\w*|unentgeltlich\w*|umsonst|frei haus|portofrei|"
    r"ohne versandkosten|free of charge|for free|at no (?:extra )?(?:cost|charge)|no charge|complimentary|"
    r"free (?:shipping|delivery|returns?|postage|pick-?up|of charge|exchange|repair)|free-shipping|"
    r"(?:ships?|shipped|delivered|posted|sent)\s+free\b|"
    r"(?:is|are|it's|completely|comes|for)\s+free(?!\s+of\s+(?!charge)|"
    r"\s+from\s+(?:any |all )?(?:defect|chlor|pfas|gluten|caffein|lactos|plastic)|\s?-|\s+to\b))\b|"
    r"(?<=: )free\b|^free$",
    re.IGNORECASE,
)


_PAID = re.compile(
    r"\b(?:you (?:have to |must |will )?(?:pay|cover|bear)\b[^.]*\byourself|at your own (?:expense|cost)|"
    r"(?:trägst|zahlst|übernimmst) du\b[^.]*\bselbst|auf (?:deine|eigene) kosten|kostenpflichtig\w*)\b",
    re.IGNORECASE,
)


def free(text: str) -> list[Figure]:
    """Each saying that something costs nothing (0) or that the shopper pays for it (1), of the dimension "free"."""
    readings = ((_FREE, Decimal(0)), (_PAID, Decimal(1)))
    return [
        Figure("free", value, value, match.start(), match.end(), match[0])
        for pattern, value in readings
        for match in pattern.finditer(text)
    ]
