"""Whether a sentence of a story is borne by the facts it names."""

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from tresen.agent import grounding
from tresen.agent.grounding.facts import Sheet
from tresen.agent.planner.phrasing import overlap
from tresen.agent.planner.spelling import fold, words
from tresen.agent.planner.vocabulary import empty_words, numbers, table
from tresen.agent.stories.facts import Stated

LONGEST = 45  # words of one sentence
SHARE = 0.4  # of the words that say something, at least so many are in the facts
TRACED = frozenset({"price", "percent", "link", "date", "rating", "stock", "brand"})
_MARKUP = re.compile(r"[<>{}\[\]`|#*_\\]|https?:|www\.|//|@|^\s*[-•]|[\U0001f000-\U0001faff\u2600-\u27bf]", re.I)
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_NOT = re.compile(
    r"\b(?:nicht|kein\w*|ohne|nie|weder|not|no|never|without|isn|doesn|don|won|nor|neither)\b|n['’]t\b", re.I
)
_DOT_STE = re.compile(r"\b[a-zäöüß]{3,}(?:st|ßt)e[nrms]?\b")
_EST = re.compile(r"\b[a-z]{3,}est\b|\bmost\b|\bbest\b|\bworst\b|\bleast\b")
# Words that end as superlatives do and are none.
_PLAIN = re.compile(
    r"(?:erst|fest|leist|kost|test|rast|robust|bewusst|gemust|tast|lüst|pust|reist|passt|liest|übrigst|unterst|"
    r"verlust|last|rost|frost|kunst|dienst|gast|geist|west|ost)e[nrms]?",
    re.I,
)
_PLAIN_EST = frozenset(
    words("honest forest interest request harvest modest invest protest suggest digest contest west chest vest test")
)


def fault(text: str, cited: Sequence[Stated], named: Sequence[Stated], locale: str) -> str:
    """What is wrong with a sentence that rests on the facts it cites; empty when nothing is.

    `named` are title and brand, which every sentence may say.
    """
    said = " ".join(fact.whole for fact in cited)
    checks = (
        (not cited, "rests on no fact"),
        (len(text.split()) > LONGEST, "is too long"),
        (_MARKUP.search(text) is not None, "holds markup, a link or an emoji"),
        (bool(_figures(text) - _figures(said)), "names a figure that its facts do not hold"),
        (_untraced(text, [*named, *cited], locale), "claims what its facts do not hold"),
        (bool(_praise(text) - set(words(said))), "praises beyond its facts"),
        (bool(_claimed(text, cited)), "claims what its facts do not say"),
        (_borne(text, said) < SHARE, "is not what its facts say"),
    )
    return next((wrong for failed, wrong in checks if failed), "")


def _untraced(text: str, facts: Sequence[Stated], locale: str) -> bool:
    found = grounding.check(text, _sheet(facts), locale).findings
    return any(finding.kind in TRACED for finding in found)


def _sheet(facts: Sequence[Stated]) -> Sheet:
    """The facts as the sheet that replies are traced to."""
    told: dict[str, Any] = {"id": "story", "attributes": {}, "details": {}, "reviews": [], "description": ""}
    for fact in facts:
        kind = fact.field.partition(".")[0]
        if kind in ("attributes", "details"):
            told[kind][fact.label] = fact.text
        elif kind in ("title", "brand", "category", "price"):
            told[kind] = fact.text
        elif kind == "review":
            told["reviews"].append({"text": fact.text})
        else:
            told["description"] = f"{told['description']} {fact.text}".strip()
    sheet = Sheet()
    sheet.add("tell_story", json.dumps(told, ensure_ascii=False))
    return sheet


def _figures(text: str) -> set[str]:
    """Numbers in digits, and in words from two on, as digits."""
    digits = {_plain(found) for found in _FIGURE.findall(text)}
    named = numbers("cardinal")
    return digits | {str(named[word]) for word in words(text) if named.get(word, 0) > 1}


def _plain(figure: str) -> str:
    """`10.000` and `10000`, `1,4` and `1.4` are one number each."""
    bare = re.sub(r"[.,](?=\d{3}\b)", "", figure).replace(",", ".")
    return bare.rstrip("0").rstrip(".") if "." in bare else bare


def _praise(text: str) -> set[str]:
    """The folded superlatives of a sentence, and words of that kind."""
    lower = text if text[:1].islower() else text[:1].lower() + text[1:]
    found = {match for match in _DOT_STE.findall(lower) if not _PLAIN.fullmatch(match)}
    found |= {match for match in _EST.findall(lower.lower()) if match not in _PLAIN_EST}
    said = words(text)
    return {fold(each) for each in found} | {word for word in said if any(_fits(word, each) for each in _praises())}


def _claimed(text: str, cited: Sequence[Stated]) -> list[str]:
    """Qualities that a sentence claims and no fact states, or that a fact denies and the sentence does not."""
    said = words(text)
    denied = _NOT.search(text) is not None
    wrong = []
    for name, patterns in _claims().items():
        if not _speaks(said, patterns):
            continue
        stating = [fact for fact in cited if _speaks(words(fact.whole), patterns)]
        if not stating or (not denied and all(fact.yes is False or _NOT.search(fact.whole) for fact in stating)):
            wrong.append(name)
    return wrong


def _borne(text: str, said: str) -> float:
    """The share of a sentence's own words that its facts hold too."""
    own = [word for word in dict.fromkeys(words(text)) if len(word) > 3 and word not in empty_words()]
    return overlap(own, said) / len(own) if own else 1.0


@cache
def _claims() -> dict[str, tuple[str, ...]]:
    return {name: _patterns(text) for name, text in table("claims")["claims"].items()}


@cache
def _praises() -> tuple[str, ...]:
    return _patterns(table("claims")["praise"]["words"])


def _patterns(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in text.split())


def _speaks(said: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(_fits(word, pattern) for word in said for pattern in patterns)


def _fits(word: str, pattern: str) -> bool:
    bare = pattern.strip("*")
    if pattern.startswith("*"):
        return bare in word if pattern.endswith("*") else word.endswith(bare)
    return word.startswith(bare) if pattern.endswith("*") else word == bare
