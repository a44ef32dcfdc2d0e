"""Scripts that answer from the shop's documents: the sentences that fit, and where they stand."""

from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import excerpt, overlap, told
from tresen.agent.planner.results import Passage, passages
from tresen.agent.planner.spelling import words
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import empty_words

MOST_WORDS = 42
LONGEST_QUERY = 300


def answer(wish: Wish, view: View) -> Script:
    """Look a rule of the shop up and quote it."""
    (result,) = yield (Call("search_policies", {"query": " ".join(wish.text.split())[:LONGEST_QUERY]}),)
    if not result.ok:
        return Said(told("unavailable", view.locale))
    found = passages(result.data)
    return Said(quoted(wish.text, found, view)) if found else _silent(wish, view)


def discount(wish: Wish, view: View) -> Script:
    """Never grant a discount; a question about vouchers is looked up first."""
    refusal = told("no-discount", view.locale)
    if not wish.text.rstrip().endswith("?") or any(letter.isdigit() for letter in wish.text):
        return Said(refusal)
    (result,) = yield (Call("search_policies", {"query": " ".join(wish.text.split())[:LONGEST_QUERY]}),)
    about = (
        [each for each in passages(result.data) if overlap(_asked(wish.text), f"{each.heading} {each.text}")]
        if result.ok
        else []
    )
    return Said(f"{quoted(wish.text, tuple(about), view)} {refusal}" if about else refusal)


def quoted(text: str, found: tuple[Passage, ...], view: View) -> str:
    """The sentences of the best passage that fit the question, with document and heading."""
    best = _best(text, found, view.locale)
    said = excerpt(best.text, _asked(text), MOST_WORDS)
    source = " – ".join(part for part in dict.fromkeys((best.title, best.heading)) if part)
    return told("quoted", view.locale, source=source, text=said) if source else said


def _best(text: str, found: tuple[Passage, ...], locale: str) -> Passage:
    """The passage that search put first, unless a later one clearly speaks more of what was asked."""
    asked = _asked(text)

    def fit(pair: tuple[int, Passage]) -> float:
        place, passage = pair
        spoken = overlap(asked, passage.text) + 1.5 * overlap(asked, f"{passage.heading} {passage.title}")
        return spoken - 0.6 * place + (0.5 if passage.locale == locale else 0)

    return max(enumerate(found), key=fit)[1]


def _asked(text: str) -> list[str]:
    return [word for word in words(text) if word not in empty_words()]


def _silent(wish: Wish, view: View) -> Said:
    return Said(told("documents-silent", view.locale), offer=Wish("human", wish.texts))
