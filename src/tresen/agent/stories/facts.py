"""The facts a story may be told from, and whom it is told for."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tresen.agent.planner.phrasing import clipped, sentences
from tresen.agent.planner.spelling import fold, words
from tresen.agent.planner.vocabulary import empty_words
from tresen.agent.stories.themes import Theme, themes
from tresen.counter.cards import label, price_text
from tresen.counter.facts import fact_text
from tresen.kit.words import maybe, say
from tresen.shop.catalog import Fact, Product, pick
from tresen.shop.house import House

LONGEST_USE = 80
LONGEST_VALUE = 40
MOST_VALUES = 6
LONGEST_STORY = 150  # words
SHORTEST_STORY = 20
MOST_SENTENCES = 12
MOST_FACTS = 24  # attributes, and details
LONGEST_FACT = 60  # words
MOST_REVIEWS = 4
UNSAID = frozenset({"size_chart"})  # tables, and what is no story
_FOREIGN = re.compile(r"[€$£]|\b(?:EUR|USD|GBP|CHF)\b|https?:|www\.|@", re.I)  # goes stale, or leads away


@dataclass(frozen=True)
class Stated:
    """One fact: `field` names where the shop says it (`attributes.season`), `text` is what it says there.

    `yes` tells a fact that is only yes or no.
    """

    field: str
    label: str
    text: str
    yes: bool | None = None

    @property
    def key(self) -> str:
        return self.field.partition(".")[2]

    @property
    def whole(self) -> str:
        return f"{self.label}: {self.text}" if self.label else self.text


@dataclass(frozen=True)
class Sentence:
    """A sentence of a story and the fields it rests on."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Audience:
    """Whom a story is for. `use` and `values` are a shopper's own words: data, cut to a length, never repeated."""

    use: str = ""
    values: tuple[str, ...] = ()
    gift: bool = False
    words: int = 80

    @classmethod
    def of(cls, use: str, values: Iterable[str], gift: bool, length: int) -> "Audience":
        """From words of anybody: one line each, cut to their lengths."""
        said = tuple(dict.fromkeys(text for value in values if (text := _line(value, LONGEST_VALUE))))
        return cls(_line(use, LONGEST_USE), said[:MOST_VALUES], gift, min(max(length, SHORTEST_STORY), LONGEST_STORY))

    def told(self) -> tuple[object, ...]:
        """What makes another audience: the words in any order, case and spelling aside."""
        return " ".join(words(self.use)), sorted(fold(value) for value in self.values), self.gift, self.words

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The uses and values that are meant, uses first."""
        said = words(" ".join((self.use, *self.values)))
        return tuple(theme for theme in themes() if theme.asked_by(said))

    @property
    def other_words(self) -> tuple[str, ...]:
        """What was said besides, folded."""
        said = words(" ".join((self.use, *self.values)))
        rest = (word for word in said if not any(theme.asked_by((word,)) for theme in themes()))
        return tuple(word for word in rest if word not in empty_words() and len(word) > 3)


def facts_of(product: Product, house: House, audience: Audience, locale: str) -> tuple[Stated, ...]:
    """What a story of the product may be told from; no price unless it is asked for, because prices go stale."""
    found = [*_named(product, locale), *_described(product, locale), *_attributes(product, locale)]
    found += [*_details(product, locale), *_reviews(product, locale)]
    if any(theme.name == "price" for theme in audience.themes) and product.price_from():
        found.append(Stated("price", "", say("story-price", locale, text=price_text(product, locale))))
    if audience.gift and product.category_key not in house.returns.excluded and house.returns.days:
        found.append(Stated("returns", "", say("story-returns", locale, days=house.returns.days)))
    return (*found, *_gaps(audience, found, locale))


def _named(product: Product, locale: str) -> Iterator[Stated]:
    yield Stated("title", "", pick(product.title, locale))
    if product.brand:
        yield Stated("brand", "", product.brand)
    if product.category:
        yield Stated("category", "", pick(product.category[-1], locale))


def _described(product: Product, locale: str) -> Iterator[Stated]:
    said = [piece for piece in sentences(pick(product.description, locale)) if not _FOREIGN.search(piece)]
    for piece in said[:MOST_SENTENCES]:
        yield Stated("description", "", clipped(piece, LONGEST_FACT))


def _attributes(product: Product, locale: str) -> Iterator[Stated]:
    for key, fact in list(product.attributes.items())[:MOST_FACTS]:
        text = clipped(fact_text(fact, locale), LONGEST_FACT)
        if key not in UNSAID and text and sentences(text):
            yield Stated(f"attributes.{key}", label(key, locale), text, _yes(fact))


def _details(product: Product, locale: str) -> Iterator[Stated]:
    for key, texts in list(product.details.items())[:MOST_FACTS]:
        text = clipped(" ".join(sentences(pick(texts, locale))), LONGEST_FACT).rstrip(".")
        if key not in UNSAID and text and not _FOREIGN.search(text):
            yield Stated(f"details.{key}", label(key, locale), text)


def _reviews(product: Product, locale: str) -> Iterator[Stated]:
    """What buyers said in this language, good ones first; what they said of prices and other shops is left out."""
    own = [each for each in product.reviews if each.locale == locale and not _FOREIGN.search(each.text)]
    for review in sorted(own, key=lambda each: -each.stars)[:MOST_REVIEWS]:
        if text := clipped(" ".join(sentences(review.text)), LONGEST_FACT):
            yield Stated("review", "", text)


def _gaps(audience: Audience, found: list[Stated], locale: str) -> Iterator[Stated]:
    """An asked value of which the shop says nothing is a fact too."""
    for theme in audience.themes:
        stated = any(concerns(theme, fact) for fact in found if fact.field != "review")
        if theme.kind == "value" and theme.name != "price" and not stated:
            lack = maybe(f"story-lack-{theme.name}", locale) or say("story-lack-other", locale)
            yield Stated("not_stated", "", lack)


def concerns(theme: Theme, fact: Stated) -> bool:
    """Whether a fact has to do with a theme."""
    if fact.field.startswith("attributes."):
        return fact.key in theme.keys
    return fact.key in theme.keys or fact.field == theme.name or theme.hits(fact.text) > 0


def _yes(fact: Fact) -> bool | None:
    return fact if isinstance(fact, bool) else None


def _line(text: str, most: int) -> str:
    return " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())[:most]
