"""What a shopper does not want: `ohne Koffein`, `kein Gel`, `no cycling gloves`. It never enters the query."""

import re

_LIMITS = r"(?!\s*(?:mehr|teurer|über|more|less|over|later|zu\s|so\s|too|bigger|longer|problem|idea|ahnung|thanks|danke|nur\b|only\b|just\b|unter\b))"
_NOT = re.compile(
    rf"\b(?:(?:aber|but|bitte|please|bloß|und|and|just|definitely|auf)\s+)*(?:ohne|keine?[nrms]?|nicht|no|not|without|non|except(?:\s+for)?|außer|anything\s+but|statt)\b{_LIMITS}"
    r"\s+(?:(?:noch|schon|wieder|jede[nrms]?|so|eine?[nrms]?|das|die|den|der|another|any|a|an|the|more|those|these|into|for)\s+)*"
    r"([^\W\d_][\w-]*(?:\s+(?!(?:für|for|in|mit|with|unter|under|aber|but|und|and|or|oder|bis|size|größe|please|bitte|sonst|weil|because|that|die|das|der)\b)[^\W\d_][\w-]*)?)",
    re.I,
)


def split_negated(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what it rules out, and what that is."""
    return _NOT.sub(" ", text), tuple(match[1] for match in _NOT.finditer(text))


def only_negates(text: str) -> bool:
    """Whether a clause does nothing but rule something out: `but no cycling gloves`."""
    found = _NOT.match(text.strip())
    return found is not None and len(text.strip()) - found.end() < 4
