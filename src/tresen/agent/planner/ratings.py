"""Wishes for good ratings in any wording: `gut bewertet`, `people love`, `4 stars`, `mit denen alle zufrieden sind`."""

import re

GOOD = 4.0  # stars that "well rated" asks for
_NUMBER = r"([1-5](?:[.,]\d)?)"
_LEAST = r"(?:mindestens|min\.?|ab|über|at\s+least|minimum|over|above|from|with|mit|of|von)?\s*"
_STARS = re.compile(
    rf"{_LEAST}{_NUMBER}\s*\+?\s*(?:sternen?|stars?)\b(?:\s+(?:und\s+mehr|oder\s+(?:mehr|besser)|or\s+(?:more|better|higher|above)|and\s+up))?",
    re.I,
)
_RATED = re.compile(
    rf"(?:rated|rating|ratings|bewertet|bewertung(?:en)?|bewertungsschnitt|schnitt)\s+(?:is\s+|ist\s+)?{_LEAST}{_NUMBER}(?![\d.,]*\s*(?:€|eur|%))"
    r"(?:\s+(?:or|oder)\s+(?:better|more|higher|above|besser|mehr|höher)|\s+and\s+up)?",
    re.I,
)
_DEGREE = (
    r"(?:(?:mit|with|have|having|haben|hat|get|got|gets|a|an|the|der|den|die|einer?|sehr|richtig|really|very|super|top|most|am|"
    r"viele?n?|lots?\s+of|loads\s+of|plenty\s+of|many|tons\s+of|(?<!nicht\s)gut\w*|good|great|best\w*|hoh\w*|hoch|high\w*|"
    r"strong|decent|excellent|nice|brilliant|outstanding|toll\w*|klasse|ordentlich\w*|anständig\w*|positiv\w*|customer|"
    r"well|five|fünf|all|ganz|so|durchweg|überwiegend|hervorragend\w*|ausgezeichnet\w*)[\s-]+){0,5}"
)
_NOUN = (
    r"(?:(?:kunden|best|top|gut|hoch)?bewert(?:ung(?:en)?|et(?:e[nrms]?)?)|(?:kunden)?rezension(?:en)?|beurteil(?:ung(?:en)?|t(?:e[nrms]?)?)|"
    r"sternen?|kritiken|kundenmeinung(?:en)?|"
    r"reviews?|reviewed|ratings?|rated?|rates|stars?|evaluat(?:ion|ions|ed)|feedback|marks|scores?|appraisals?)"
)
_TOLD = re.compile(rf"\b{_DEGREE}{_NOUN}\b(?:\s+(?:highly|well|best|gut))?", re.I)
_LIKED = re.compile(
    r"\b(?:(?:am\s+|sehr\s+|besonders\s+|most\s+|very\s+|really\s+)*"
    r"(?:beliebt(?:e[nrms]?|este[nrms]?|esten)?|popular|bestseller\w*|best[\s-]?selling|well[\s-](?:liked|loved|regarded)|"
    r"(?:highly|much)[\s-](?:liked|loved|praised|recommended|regarded)|acclaimed|praised|gut\s+ankomm\w*|kommt?\s+gut\s+an|go(?:es)?\s+down\s+well|gelobt\w*|hochgelobt\w*|"
    r"angesagt\w*|geschätzt\w*|(?:kunden|customer|fan|crowd)[\s-]?(?:lieblinge?|favou?rites?)))\b",
    re.I,
)
_CROWD = (
    r"(?:kund(?:en|innen|schaft)|leuten?|käufern?|andere[nr]?|allen?|läufern?|viele[n]?|"
    r"people|ppl|customers?|clients?|shoppers?|buyers?|users?|runners?|cyclists?|riders?|others|everyone|everybody|folks|crowd)"
)
_PRAISE = (
    r"(?:(?:gut|toll|super|klasse)\s+(?:finden|fanden|ankommen|gefallen)|mögen|lieben|empfehlen|empfohlen|loben|schwören|schwärmen|zufrieden\w*|begeister\w*|"
    r"überzeug\w*|gefallen|likes?|loves?|loved|liked|rates?|recommends?|recommended|enjoy|praise|swear\s+by|rave\s+about|satisfied|"
    r"happy|happiest|pleased|keen\s+on|think\s+highly\s+of)"
)
_PRAISED = re.compile(
    rf"\b{_CROWD}\b(?:\s+\w+){{0,3}}?\s+{_PRAISE}\b(?:\s+(?:best|most|highly|with|by))?"
    rf"|\b(?:empfehlen|mögen|lieben|loben|schätzen)\s+(?:(?:die|eure|viele|andere|alle)\s+)*{_CROWD}\b(?:\s+weiter)?"
    rf"|\b(?:von|by|bei|among|with)\s+(?:(?:den|der|allen|your|all|the|other|anderen|vielen|many)\s+)*{_CROWD}\s+{_PRAISE}\b"
    rf"|\b{_PRAISE}\s+(?:von|by|bei|among|with)\s+(?:(?:den|der|allen|your|all|the|other|anderen|vielen|many)\s+)*{_CROWD}\b",
    re.I,
)


def take_rating(text: str) -> tuple[float | None, str]:
    """The lowest rating wished for, and the text without the words for it."""
    for pattern in (_STARS, _RATED):
        if found := pattern.search(text):
            return _stars(found[1]), _TOLD.sub(" ", f"{text[: found.start()]} {text[found.end() :]}")
    rest = text
    for pattern in (_PRAISED, _TOLD, _LIKED):
        rest = pattern.sub(" ", rest)
    return (GOOD if rest != text else None), rest


def _stars(number: str) -> float:
    return float(number.replace(",", "."))
