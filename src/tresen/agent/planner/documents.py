"""Scripts that answer from the shop's documents: the sentences that fit, and where they stand."""

import re
from collections.abc import Generator
from dataclasses import dataclass

from tresen.agent.planner import cues
from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.evidence import unspoken
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import excerpt, listed, overlap, told
from tresen.agent.planner.results import Passage, passages
from tresen.agent.planner.spelling import alike, terms, words
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import common_words, empty_words, world, worldly

MOST_WORDS = 42
LONGEST_QUERY = 300
FEW = 2  # words of its own; a question of fewer is about what was told before it
VERBS = frozenset(
    words(
        "work works working happen happens use make take takes go goes get gets give keep say tell find need want come "
        "put try start stop send sent bring wait last cost charge apply change check choose wear hold lock open close"
    )
)  # in English they look like what is asked about
_HOW_LONG = re.compile(
    r"\b(?:wie\s+(?:lange?|schnell|bald)|bis\s+wann|wie\s+viele?\s+tage|frist\w*|how\s+(?:long|many\s+days)|until\s+when|period|how\s+(?:soon|fast|quickly)|when\s+(?:will|do|does|can)|wann\s+(?:kommt|kommen|bekomm\w*|wird|erhalte\w*))\b",
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

    `key` are the nouns that a document has to speak of. Unless it asks for abroad, what holds at home comes first.
    """

    query: str
    asked: tuple[str, ...]
    wants: re.Pattern[str] | None
    key: tuple[str, ...]
    abroad: bool = False


@dataclass(frozen=True)
class Reading:
    """What the documents say to a question; `answers` is False when they speak of something else at best."""

    said: Said
    answers: bool = False


Consulting = Generator[tuple[Call, ...], tuple[Result, ...], Reading]


def answer(wish: Wish, view: View) -> Script:
    """Look a rule of the shop up and quote it."""
    read = yield from consult(wish.text, view)
    return read.said


def consult(text: str, view: View) -> Consulting:
    """Ask the documents; what they do not mention is named, and a person is offered."""
    question = read_question(text, view.locale, view.catalog, view.turn.text)
    (result,) = yield (Call("search_policies", {"query": question.query}),)
    if not result.ok:
        return Reading(Said(told("unavailable", view.locale)))
    found = passages(result.data)
    person = Wish("human", (text,))
    if not found:
        return Reading(Said(told("documents-silent", view.locale), offer=person))
    missing = _missing(question, found)
    spoken_of = not question.key or len(missing) < len(question.key) or bool(cues.rules(words(text)))
    if not spoken_of:
        return Reading(Said(told("documents-silent", view.locale), offer=person))
    said = quoted(question, found, view)
    if not missing:
        return Reading(Said(said), answers=True)
    hint = told("not-mentioned", view.locale, names=listed(missing, view.locale))
    return Reading(Said(f"{hint} {said} {told('person-may-know', view.locale)}", offer=person))


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


def read_question(text: str, locale: str, catalog: Catalog, beside: str = "") -> Question:
    """The shopper's content words without the product, joined by the words that documents use for the rule.

    `beside` is what else was written, which may tell where they live.
    """
    said = words(text)
    rules = cues.rules(said)
    kept = {rule.name for rule in rules}
    if len(rules) > 1 and (_WHO_PAYS.search(text) or kept & {"privacy", "dispatch", "warranty"}):
        rules = tuple(rule for rule in rules if rule.name not in ("payment", "shipping"))
    known_words = world((*said, *words(beside)), locale)
    long, much = _HOW_LONG.search(text) is not None, _HOW_MUCH.search(text) is not None
    usual = [*known_words, *(word for rule in rules[:2] for word in rule.words(locale, long))]
    specific = [term for term in terms(text) if _tells(term, catalog) and not any(map(cues.asks_rule, words(term)))]
    usual = usual[: max(len(known_words) + 1, 1)] if specific and not (long or much) else usual
    own = [term for term in terms(_HOW_LONG.sub(" ", text)) if _tells(term, catalog)]
    if len(own) < FEW:  # `Does the guarantee pay?`, after what has happened
        own += [term for term in terms(beside) if _tells(term, catalog) and term not in own]
    added = [word for word in usual if not any(alike(*pair) for term in own for pair in _pairs(term, word))]
    folded = [part for term in (*own, *added) for part in words(term)]
    return Question(
        query=" ".join((*own, *added))[:LONGEST_QUERY] or " ".join(text.split())[:LONGEST_QUERY],
        asked=tuple(dict.fromkeys(folded)),
        wants=_TIME if long else _MONEY if much else None,
        key=_key(text, locale, catalog),
        abroad=_ABROAD.search(f"{text} {' '.join(known_words)}") is not None
        or re.search(r"\b(?:nach|to)\s+[A-ZÄÖÜ]|\buk\b|\busa?\b", text) is not None,
    )


def quoted(question: Question, found: tuple[Passage, ...], view: View) -> str:
    """The sentences of the best passage that fit the question, with document and heading."""
    best = _best(question, found, view.locale)
    text = excerpt(best.text, question.asked, MOST_WORDS, question.wants, None if question.abroad else _ABROAD)
    source = " – ".join(part for part in dict.fromkeys((best.title, best.heading)) if part)
    return told("quoted", view.locale, source=source, text=text) if source else text


def _missing(question: Question, found: tuple[Passage, ...]) -> list[str]:
    """Of what the question is about, the names that no passage found speaks of."""
    return unspoken(question.key, [f"{each.title} {each.heading} {each.text}" for each in found])


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


def _key(text: str, locale: str, catalog: Catalog) -> tuple[str, ...]:
    """The words that name what is asked about: nouns in German, in English what is no word of every talk.

    What only asks for the rule, and what everybody knows the documents' word for, is none.
    """
    idle = VERBS | common_words() | worldly() | empty_words() | catalog.label_words()
    first, *rest = terms(_HOW_LONG.sub(" ", _HOW_MUCH.sub(" ", text))) or [""]
    nouns = [*([first] if locale != "de" else []), *(term for term in rest if locale != "de" or term[:1].isupper())]
    return tuple(
        term
        for term in dict.fromkeys(nouns)
        if len(term) > 2 and not any(cues.asks_rule(word) or word in idle for word in words(term))
    )


def _tells(term: str, catalog: Catalog) -> bool:
    """Whether a word says what is asked: no filler, no product."""
    said = words(term)
    return any(word not in empty_words() and not catalog.names_category(word) for word in said)


def _pairs(term: str, word: str) -> list[tuple[str, str]]:
    return [(one, other) for one in words(term) for other in words(word)]
