"""Cuts a sentence into what names a thing and what says what it is for, without a model."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tresen.retrieval import language

# Where a wish stops saying what it wants and goes on to say what for or how: "Schuhe | für den Marathon".
_CUT = re.compile(
    r"\b(out of|with|for|of|from|in|to|by|without|on|while|under|over|into|out|off|when|during|against|after|before|as|"
    r"can|mit|für|fürs|ohne|aus|von|vom|zum|zur|im|ins|auf|aufs|bis|bei|beim|gegen|unter|über|während|durch|wenn|damit|"
    r"um|nach|vor|am|an)\b|(?<=\s)(that|which|who)\b|[(:|]",
    re.IGNORECASE,
)
# After these a department says where the thing belongs: "Handschuhe fürs Rad", but not "warm unter dem Helm".
_LACKING = frozenset({"without", "ohne"})
_BESIDE = frozenset({"under", "over", "out of", "unter", "über"})
_BELONGS = frozenset({"for", "while", "when", "für", "fürs", "zum", "zur", "beim"})
# A sentence that begins so says what is to be done, not what is wanted.
_DO = re.compile(
    r"\s*(?:(?:how|what|wie|was)\s+(?:can|do|to|could|kann|hilft)\s+)?(?:i\s+)?(?:be|keep|get|make|stop|prevent|avoid|"
    r"protect|carry|store|clean|wash|fix|repair|mend|loosen|relieve|reduce|improve|stay|hold|attach|help|remove)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;.!?]\s+|[!?]|\s-\s")
_AND = re.compile(r"\s(?:and|und|or|oder|&|\+)\s|/", re.IGNORECASE)
_MOST_WORDS = 12
_LOOKING = re.compile(
    r"\b(?:look(?:ing)?|search(?:ing)?|shopping|hunting)\s+for\b|\bin\s+need\s+of\b|\b(?:auf\s+der\s+)?suche\s+nach\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Naming:
    """A sentence in two: phrases that name a thing, and the words that say what it is for.

    Of the rest, `home` may name the department it belongs to, `without` is what it shall not have, and `aside` what
    is not wanted but only near ("under my helmet").
    """

    phrases: tuple[tuple[str, ...], ...]
    rest: tuple[str, ...]
    home: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return (*(word for phrase in self.phrases for word in phrase), *self.rest)


def naming(text: str, locales: Iterable[str]) -> Naming:
    """Cut a sentence where it stops naming; the first clause with a name counts."""
    quiet = frozenset().union(*(language.silent(locale) for locale in {*locales, "de", "en"}))
    phrases: list[tuple[str, ...]] = []
    rest: list[str] = []
    home: list[str] = []
    without: list[str] = []
    aside: list[str] = []
    for clause in _CLAUSE.split(_LOOKING.sub(" ", text)):
        front, *parts = _CUT.split(clause)
        if phrases or _DO.match(clause):
            rest += _said(front, quiet)
        else:
            phrases += [said for part in _AND.split(front) if (said := _said(part, quiet))]
        for before, other, part in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            said = _said(part, quiet)
            rest += said
            home += said if (before or other or "").casefold() in _BELONGS else ()
            without += said[:1] if (before or "").casefold() in _LACKING else ()
            aside += said if (before or "").casefold() in _BESIDE else ()
    return Naming(tuple(phrases), tuple(dict.fromkeys(rest)), tuple(home), tuple(without), tuple(aside))


def _said(text: str, quiet: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in language.words(text) if word not in quiet))[:_MOST_WORDS]
