"""Puts answers together: lists, excerpts from the shop's texts, and Fluent sentences."""

import re
from collections.abc import Iterable, Sequence

from tresen.agent.planner.cues import intents
from tresen.agent.planner.spelling import alike, stem, words
from tresen.agent.planner.vocabulary import empty_words
from tresen.kit.words import maybe, say

_MARKS = re.compile(r"\*\*|__|`|^\s*(?:#+|[-*•>])\s+", re.M)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\d\.)(?<!\bz\.)(?<!\bB\.)(?<!\bNr\.)(?<!\bca\.)\s+|\n+")
MOST_SENTENCES = 3
INSTRUCTIONS = frozenset({"injection"})


def told(key: str, locale: str, **values: str | int | float) -> str:
    """A sentence of the planner. Each text has a number `has_<name>` beside it: 0 when it is empty."""
    filled = {f"has_{name}": int(bool(value)) for name, value in values.items() if isinstance(value, str)}
    return say(f"planner-{key}", locale, **values, **filled).strip()


def named(key: str, name: str, locale: str) -> str:
    """The word for an option, a field or the like; the name itself when there is none."""
    return maybe(f"planner-{key}-{name.replace('_', '-')}", locale) or name


def listed(items: Sequence[str], locale: str, joint: str = "and") -> str:
    """`a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {told(joint, locale)} {items[-1]}"


def clipped(text: str, most: int) -> str:
    """At most so many words, cut at the end of a word."""
    said = text.split()
    return text if len(said) <= most else " ".join(said[:most]).rstrip(",;:–-") + " …"


def sentences(text: str) -> list[str]:
    """The sentences of a shop's text without its markup and tables. What reads as an order to a model is left out."""
    plain = _MARKS.sub("", _LINK.sub(r"\1", text))
    found = (piece.strip() for piece in _SENTENCE.split(plain) if "|" not in piece)
    return [piece for piece in found if piece and not INSTRUCTIONS & intents(words(piece))]


def excerpt(
    text: str,
    asked: Iterable[str],
    most: int,
    wants: re.Pattern[str] | None = None,
    avoids: re.Pattern[str] | None = None,
) -> str:
    """Up to three sentences that fit best what was asked, in their order; the first one when none stands out.

    `wants` is what a good sentence holds, such as an amount of money; `avoids` what the shopper did not ask about.
    """
    pieces = sentences(text)
    asked = [word for word in asked if word not in empty_words()]

    def fit(piece: str) -> int:
        held = 2 * bool(wants and wants.search(piece)) - 2 * bool(avoids and avoids.search(piece))
        return overlap(asked, piece) + held

    scored = [(fit(each), -at) for at, each in enumerate(pieces)]
    best = sorted((pair for pair in scored if pair[0] > 0), reverse=True)[:MOST_SENTENCES] or scored[:1]
    kept: list[int] = []
    for _, place in best:
        size = sum(len(pieces[-each].split()) for each in (*kept, place))
        if not kept or size <= most:
            kept.append(place)
    return clipped(" ".join(pieces[-place] for place in sorted(kept, reverse=True)), most)


def overlap(asked: Iterable[str], text: str) -> int:
    """How many of the folded words a text speaks of, as words or as parts of compounds."""
    said = words(text)
    return sum(speaks_of(word, said) for word in dict.fromkeys(asked))


def speaks_of(word: str, said: Iterable[str]) -> bool:
    """Whether a folded word occurs among others, as a word or as a part of a compound."""
    return any(_related(word, each) for each in said)


def _related(one: str, other: str) -> bool:
    if alike(one, other):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) > 4 and long.startswith(short):
        return True
    short, long = sorted((stem(one), stem(other)), key=len)
    return len(short) > 4 and (long.startswith(short) or long.endswith(short))
