"""What is indexed of products, categories and passages: weighted fields for words, short views for meaning."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from tresen.retrieval import language
from tresen.retrieval.encoders import ENGLISH
from tresen.retrieval.heads import text_in
from tresen.retrieval.lexical import Field, Lexical
from tresen.retrieval.titles import Titles, titles
from tresen.retrieval.values import texts_of
from tresen.retrieval.vocabulary import Vocabulary
from tresen.shop.catalog import Passage, Product

SCHEMA = 1

# Of each field: the weight of its BM25 score, and how much a word in it says about the product.
_FIELDS = {
    "title": (1.0, 1.0),
    "category": (0.6, 1.0),
    "brand": (0.5, 1.0),
    "parts": (0.5, 1.0),
    "codes": (0.5, 1.0),
    "attributes": (0.35, 0.8),
    "description": (0.3, 0.3),
}
_TEXTS = ("title", "category", "brand", "attributes", "description")
_WHOLE = ("title", "title", "category", "attributes", "description")  # the text as one, the name counted twice
_DESCRIBED = 0.5  # share of products that say more than a name, below which the catalog counts as bare
_SENTENCE = 60
_SHORT = 32  # words of a description beside the name, for the encoder that reads whole phrases


@dataclass(frozen=True)
class Entry:
    """One row of a vector collection. Its vector is the mean of the vectors of its `views`."""

    id: str
    views: tuple[str, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.views)

    def hash(self, encoder: str) -> str:
        """Equal when the same encoder would make the same vector."""
        return hashlib.blake2b("\x1f".join((encoder, str(SCHEMA), *self.views)).encode(), digest_size=16).hexdigest()


def product_entries(products: Iterable[Product]) -> list[Entry]:
    """Per language a product's name with its category, and the category alone.

    The category counts for half: short titles full of model names mislead the encoder, their category does not.
    """
    return [
        Entry(item.id, _product_views(item), {"brand": item.brand, "category": item.category_key, "kind": "product"})
        for item in products
        if item.variants
    ]


def english_entries(products: Iterable[Product]) -> list[Entry]:
    """A product's name, category and the beginning of its description as one view, of products described in English."""
    return [
        Entry(item.id, (_english_view(item),), {"brand": item.brand, "category": item.category_key, "kind": "product"})
        for item in products
        if item.variants and any(language.base(locale) in {ENGLISH, ""} for locale in item.title)
    ]


def passage_entries(passages: Iterable[Passage]) -> list[Entry]:
    return [
        Entry(item.id, (f"{item.title}. {item.heading}", *_cut(item.text)), {"locale": item.locale, "kind": "passage"})
        for item in passages
    ]


def product_lexical(products: Sequence[Product], locales: Sequence[str]) -> Lexical:
    """The lexical index of products, one per language of the catalog."""
    vocabularies, fields, wholes = {}, {}, {}
    for locale in locales:
        texts = [_fields(item, locale) for item in products]
        said = {name: [language.words(each[name]) for each in texts] for name in _TEXTS}
        vocabulary = vocabularies[locale] = Vocabulary(locale, chain.from_iterable(said.values()))
        fields[locale] = _columns(said, [each["codes"] for each in texts], vocabulary)
        tokens = [[language.stemmed(words, locale) for words in said[name]] for name in _WHOLE]
        wholes[locale] = [[form for words in each for form in words] for each in zip(*tokens, strict=True)]
    bare = sum(bool(item.description or item.attributes) for item in products) < _DESCRIBED * len(products)
    return Lexical(len(products), fields, vocabularies, wholes, bare)


def product_titles(products: Sequence[Product], locales: Sequence[str]) -> dict[str, Titles]:
    return {locale: titles([text_in(item.title, locale) for item in products], locale) for locale in locales}


def passage_lexical(passages: Sequence[Passage]) -> Lexical:
    locales = sorted({language.base(item.locale) for item in passages})
    vocabularies, fields = {}, {}
    for locale in locales:
        own = [item if language.base(item.locale) == locale else None for item in passages]
        headings = [language.words(f"{item.title} {item.heading}") if item else [] for item in own]
        bodies = [language.words(item.text) if item else [] for item in own]
        vocabulary = vocabularies[locale] = Vocabulary(locale, [*headings, *bodies])
        tokens = [[language.stemmed(words, locale) for words in column] for column in (headings, bodies)]
        parts = [_parts([*heading, *body], vocabulary) for heading, body in zip(headings, bodies, strict=True)]
        fields[locale] = [Field(1.0, tokens[0]), Field(0.7, tokens[1]), Field(0.4, parts)]
    return Lexical(len(passages), fields, vocabularies)


def _product_views(item: Product) -> tuple[str, ...]:
    views: list[str] = []
    for locale in sorted(item.title):
        leaf = text_in(item.category[-1], locale) if item.category else ""
        title = text_in(item.title, locale)
        views += [f"{leaf}: {title}", leaf] if leaf else [title]
    return tuple(views) or (item.external_id,)


def _english_view(item: Product) -> str:
    leaf = text_in(item.category[-1], ENGLISH) if item.category else ""
    more = text_in(item.description, ENGLISH).split()[:_SHORT]
    return " ".join([f"{text_in(item.title, ENGLISH)}.", *([f"{leaf}."] if leaf else []), *more])


def _fields(item: Product, locale: str) -> dict[str, str]:
    facts: dict[str, Any] = {**item.attributes, **{f"details {key}": text for key, text in item.details.items()}}
    options = {f"{key} {value}": value for each in item.variants for key, value in each.options.items()}
    short = [_said(key, value, locale) for key, value in facts.items() if not key.startswith("details ")]
    long = [_said("", value, locale) for key, value in facts.items() if key.startswith("details ")]
    return {
        "title": text_in(item.title, locale),
        "category": " ".join(text_in(labels, locale) for labels in item.category),
        "brand": item.brand,
        "attributes": " ".join([*short, *dict.fromkeys(_said("", value, locale) for value in options.values())]),
        "description": " ".join([text_in(item.description, locale), *long]),
        "codes": " ".join([item.external_id, *(each.sku for each in item.variants)]),
    }


def _said(key: str, value: Any, locale: str) -> str:
    """A fact as words: `waterproof` for a true one, nothing for a false one."""
    if isinstance(value, bool):
        return key.replace("_", " ") if value else ""
    return " ".join(text_in(texts, locale) for texts in texts_of(value))


def _columns(said: Mapping[str, Sequence[list[str]]], codes: Sequence[str], vocabulary: Vocabulary) -> list[Field]:
    tokens = {name: [language.stemmed(words, vocabulary.locale) for words in column] for name, column in said.items()}
    named = zip(said["title"], said["category"], strict=True)
    tokens["parts"] = [_parts([*title, *category], vocabulary) for title, category in named]
    tokens["codes"] = [[*language.words(each), *each.casefold().split()] for each in codes]
    return [Field(weight, tokens[name], says) for name, (weight, says) in _FIELDS.items()]


def _parts(words: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    return [form for word in words for form in vocabulary.parts(word)] if vocabulary.compounding else []


def _cut(text: str) -> list[str]:
    """A passage in pieces of about a sentence or two: an encoder of sentences blurs long texts."""
    words = text.split()
    return [" ".join(words[start : start + _SENTENCE]) for start in range(0, len(words), _SENTENCE)][:6]
