"""What a shopper does not want: `ohne Koffein`, `kein Gel`, `no cycling gloves`. It never enters the query."""

import re

_LIMITS = (  # `not more than`, `no thanks`: these rule nothing out
    r"(?!\s*(?:mehr|teurer|über|more|less|over|later|zu\s|so\s|too|bigger|longer|problem|idea|ahnung|thanks|danke|"
    r"nur\b|only\b|just\b|unter\b|sure|sicher))"
)
_LEAD = r"(?:(?:aber|but|bitte|please|bloß|und|and|just|definitely|auf)\s+)*"
_NO = (
    r"(?:ohne|keine?[nrms]?|nicht|no|not|without|non|except(?:\s+for)?|außer|anything\s+but|statt|"
    r"nichts(?=\s+(?:in|mit|aus)\b)|nothing(?=\s+(?:in|with)\b))\b"
)
_DETERMINER = (
    r"(?:(?:noch|schon|wieder|jede[nrms]?|so|eine?[nrms]?|das|die|den|der|"
    r"another|any|a|an|the|those|these|into|for|in|mit|aus|with)\s+)*"
)
_ENDS = (
    r"(?!(?:für|for|in|mit|with|unter|under|aber|but|und|and|or|oder|bis|size|größe|please|bitte|sonst|weil|because|"
    r"that|die|das|der)\b)"
)
_NOT = re.compile(
    rf"\b{_LEAD}{_NO}{_LIMITS}\s+{_DETERMINER}([^\W\d_][\w-]*(?:\s+{_ENDS}[^\W\d_][\w-]*)?)",
    re.I,
)


def split_negated(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what it rules out, and what that is."""
    return _NOT.sub(" ", text), tuple(match[1] for match in _NOT.finditer(text))


def only_negates(text: str) -> bool:
    """Whether a clause does nothing but rule something out: `but no cycling gloves`."""
    found = _NOT.match(text.strip())
    return found is not None and len(text.strip()) - found.end() < 4
