"""Scripts that answer from the shop's documents: the sentences that fit, and where they stand."""

import re
from dataclasses import dataclass

from tresen.agent.planner import cues
from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import excerpt, listed, overlap, told
from tresen.agent.planner.results import Passage, passages
from tresen.agent.planner.spelling import alike, terms, words
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import empty_words

MOST_WORDS = 42
LONGEST_QUERY = 300
_HOW_LONG = re.compile(
    r"\b(?:wie\s+lange?|bis\s+wann|wie\s+viele?\s+tage|frist\w*|how\s+(?:long|many\s+days)|until\s+when|period|how\s+(?:soon|fast|quickly)|when\s+(?:will|do|does|can)|wann\s+(?:kommt|kommen|bekomm\w*|wird|erhalte\w*))\b",
    re.I,
)
_HOW_MUCH = re.compile(
    r"\b(?:kostet|kosten|gebühr\w*|wie\s+(?:viel|teuer)|costs?|how\s+much|fees?|price|charge|wer\s+(?:zahlt|bezahlt|trägt|übernimmt)|who\s+pays|kostenlos|kostenfrei|gratis|free)\b",
    re.I,
)
_TIME = re.compile(
    r"\d[\d.,–-]*\s*(?:werk|arbeits|working\s+|business\s+)?(?:tag|woche|monat|jahr|stunde|day|week|month|year|hour)",
    re.I,
)
_MONEY = re.compile(r"(?:€|\$|£)\s?\d|\d\s?(?:€|eur\b|\$|£|chf)|kostenlos|kostenfrei|versandkostenfrei|\bfree\b", re.I)
_WHO_PAYS = re.compile(r"\b(?:wer\s+(?:zahlt|bezahlt|trägt|übernimmt)|who\s+pays)\b", re.I)
_ABROAD = re.compile(
    r"österreich|schweiz|liechtenstein|ausland|\beu\b|europ|außerhalb|nicht\s+liefern|austria|switzerland|abroad|outside|"
    r"international|overseas|do\s+not\s+ship|kingdom|norw",
    re.I,
)


@dataclass(frozen=True)
class Question:
    """A question to the documents: the query for the search, the words to look for, what a good sentence holds.

    Unless it asks for abroad, what holds at home comes first.
    """

    query: str
    asked: tuple[str, ...]
    wants: re.Pattern[str] | None
    names: tuple[str, ...]
    abroad: bool = False


def answer(wish: Wish, view: View) -> Script:
    """Look a rule of the shop up and quote it."""
    question = read_question(wish.text, view.locale, view.catalog)
    (result,) = yield (Call("search_policies", {"query": question.query}),)
    if not result.ok:
        return Said(told("unavailable", view.locale))
    found = passages(result.data)
    if not found:
        return Said(told("documents-silent", view.locale), offer=Wish("human", wish.texts))
    return Said(quoted(question, found, view))


def discount(wish: Wish, view: View) -> Script:
    """Never grant a discount; a question about vouchers is looked up first."""
    refusal = told("no-discount", view.locale)
    if not wish.text.rstrip().endswith("?") or any(letter.isdigit() for letter in wish.text):
        return Said(refusal)
    question = read_question(wish.text, view.locale, view.catalog)
    (result,) = yield (Call("search_policies", {"query": question.query}),)
    found = passages(result.data) if result.ok else ()
    about = tuple(each for each in found if overlap(question.asked, f"{each.heading} {each.text}"))
    return Said(f"{quoted(question, about, view)} {refusal}" if about else refusal)


def asks_terms(text: str) -> bool:
    """Whether a text asks how long or how much, which is what documents tell."""
    return _HOW_LONG.search(text) is not None or _HOW_MUCH.search(text) is not None


def read_question(text: str, locale: str, catalog: Catalog) -> Question:
    """The shopper's content words without the product, joined by the words that documents use for the rule."""
    said = words(text)
    rules = cues.rules(said)
    if _WHO_PAYS.search(text) and len(rules) > 1:
        rules = tuple(rule for rule in rules if rule.name != "payment")
    long, much = _HOW_LONG.search(text) is not None, _HOW_MUCH.search(text) is not None
    usual = [word for rule in rules[:2] for word in rule.words(locale, long)]
    own = [term for term in terms(_HOW_LONG.sub(" ", text)) if _tells(term, catalog)]
    added = [word for word in usual if not any(alike(*pair) for term in own for pair in _pairs(term, word))]
    folded = [part for term in (*own, *added) for part in words(term)]
    return Question(
        query=" ".join((*own, *added))[:LONGEST_QUERY] or " ".join(text.split())[:LONGEST_QUERY],
        asked=tuple(dict.fromkeys(folded)),
        wants=_TIME if long else _MONEY if much else None,
        names=tuple(name for rule in rules for name in rule.names if set(words(name)) <= set(said)),
        abroad=_ABROAD.search(text) is not None
        or re.search(r"\b(?:nach|to)\s+[A-ZÄÖÜ]|\buk\b|\busa?\b", text) is not None,
    )


def quoted(question: Question, found: tuple[Passage, ...], view: View) -> str:
    """The sentences of the best passage that fit the question, with document and heading."""
    best = _best(question, found, view.locale)
    text = excerpt(best.text, question.asked, MOST_WORDS, question.wants, None if question.abroad else _ABROAD)
    source = " – ".join(part for part in dict.fromkeys((best.title, best.heading)) if part)
    said = told("quoted", view.locale, source=source, text=text) if source else text
    spoken = set(words(" ".join(f"{each.heading} {each.text}" for each in found)))
    missing = [name for name in question.names if not set(words(name)) <= spoken]
    return f"{told('not-mentioned', view.locale, names=listed(missing, view.locale))} {said}" if missing else said


def _best(question: Question, found: tuple[Passage, ...], locale: str) -> Passage:
    """The passage that search put first, unless a later one clearly speaks more of what was asked."""

    def fit(pair: tuple[int, Passage]) -> float:
        place, passage = pair
        headed = f"{passage.heading} {passage.title}"
        spoken = 0.5 * overlap(question.asked, passage.text) + overlap(question.asked, headed)
        wants = question.wants
        holds = 1.5 * bool(wants and wants.search(passage.text)) + bool(wants and wants.search(headed))
        far = 0.0 if question.abroad else 2.0 * bool(_ABROAD.search(headed))
        return spoken - far - 0.5 * place + holds + 0.5 * (passage.locale == locale)

    return max(enumerate(found), key=fit)[1]


def _tells(term: str, catalog: Catalog) -> bool:
    """Whether a word says what is asked: no filler, no product."""
    said = words(term)
    return any(word not in empty_words() and not catalog.names_category(word) for word in said)


def _pairs(term: str, word: str) -> list[tuple[str, str]]:
    return [(one, other) for one in words(term) for other in words(word)]
