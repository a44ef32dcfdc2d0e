"""Sentences and clauses, cut so that "am 23. November" and "12.90" stay whole."""

import re
from functools import cache

from tresen.agent.grounding.reading.moments import months

_ABBREVIATED = re.compile(
    r"(?<!\d\s)(?:\b(?:ca|z|B|inkl|exkl|zzgl|bzw|ggf|evtl|usw|etc|max|min|Nr|Gr|St|Str|Dr|Fr|Hr|Mr|Mrs|Ms|approx|incl|excl|vs|"
    r"no|e|i|d|u|a|m|p|g|h|Std|Mio|Tel|Art|Mo|Di|Mi|Do|Sa|So))\.$",
)
_END = re.compile(r"[.!?…]+[*\"”“»)\]]*\s+|\s*\n+")
_CLAUSE = re.compile(
    r"[,;]\s+|\s[–—-]\s|\n|\s(?=(?:und|and|aber|but|sondern|während|while|whereas|oder|or|denn|doch)\s)"
)
_BRACKETS = re.compile(r"\([^()\n]{1,80}\)")
_SEGMENT = re.compile(r";\s+|\n")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, each with its closing white space; bullets and lines are sentences."""
    spans, start = [], 0
    for end in ends(text):
        spans.append((start, end))
        start = end
    if text[start:].strip():
        spans.append((start, len(text)))
    elif spans:
        spans[-1] = (spans[-1][0], len(text))
    return spans


def ends(text: str, begin: int = 0, closed: bool = True) -> list[int]:
    """Where sentences end; in a text that still grows (`closed` is False) only ends that more text cannot undo."""
    found = []
    for match in _END.finditer(text, begin):
        if not closed and match.end() == len(text):
            break
        doubtful = _doubt(text, match)
        if doubtful == "wait" and not closed:
            break
        if doubtful != "no":
            found.append(match.end())
    return found


def _doubt(text: str, match: re.Match[str]) -> str:
    """ "no" where a full stop ends no sentence, "wait" where the next word must be whole to tell."""
    if "\n" in match[0] or not match[0].startswith(".") or match[0].startswith(".."):
        return ""
    before = text[max(0, match.start() - 12) : match.start() + 1]
    if _ABBREVIATED.search(before):
        return "no"
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start() + 1]
    if re.fullmatch(r"\s*(?:[*-]\s+)?\d{1,2}\.", line):
        return "no"  # the number of a list's line
    if re.search(r"(?<![\d.,])\d{1,2}\.$", before):
        following = re.match(r"(?:(?:und|and|bis|oder|am|dem|den)\s+)*([\w]+)(\W)?", text[match.end() :])
        if following and (following[1].lower() in months() or following[1].isdigit() or following[1][0].islower()):
            return "no"
        if not (following and following[2]) or following[1].lower() in (
            "und",
            "and",
            "bis",
            "oder",
            "am",
            "dem",
            "den",
        ):
            return "wait"
    return ""


def clauses(text: str) -> list[tuple[int, int]]:
    """Spans of the clauses of a sentence."""
    return _cut(text, _CLAUSE)


def segments(text: str) -> list[tuple[int, int]]:
    """Spans of what semicolons and lines part: what stands together in "40 cm: 12 hooks, 640 g; 60 cm: ..."."""
    return _cut(text, _SEGMENT)


def _cut(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    spans, start = [], 0
    inside = [match.span() for match in _BRACKETS.finditer(text)]
    for match in pattern.finditer(text):
        if match.start() > start and not any(opened < match.start() < closed for opened, closed in inside):
            spans.append((start, match.start()))
            start = match.end()
    return [*spans, (start, len(text))]


def around(spans: list[tuple[int, int]], at: int) -> tuple[int, int]:
    """The span that holds a place."""
    return next(((start, end) for start, end in spans if start <= at < end), spans[-1] if spans else (0, 0))


@cache
def _standing() -> re.Pattern[str]:
    return re.compile(r"(?:[,;]\s+|\s[–—]\s|\s)(?=(?:und|and|aber|but|denn|doch|sondern)\s)|;\s+|\s[–—]\s")


def standing_ends(sentence: str) -> list[int]:
    """Where a first part of a sentence can stand alone: before ", and", a dash, a semicolon."""
    return [match.start() for match in _standing().finditer(sentence)]
