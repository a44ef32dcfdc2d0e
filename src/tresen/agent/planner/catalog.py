"""The live catalog as the find_products tool describes it: categories in both languages, brands, attributes."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tresen.agent.planner.spelling import alike, stem, words
from tresen.agent.planner.vocabulary import empty_words

_SPLIT = re.compile(r"\s*(?:,|;|/|&|\bund\b|\band\b)\s*", re.I)
_BY = re.compile(r"\b(?:von|by|marke|brand|from)\s+(?:der\s+|the\s+)?$", re.I)
_FOR = re.compile(
    r"\b(?:zum|beim|fürs|für|for|gegen|against)\s+(?:den\s+|das\s+|the\s+|my\s+|mein\w*\s+)?[^\W\d_]+", re.I
)
SURE, APART = 0.6, 0.25  # a category is filtered by only when it fits this well, and this much better than the next
LOOSELY_APART = 0.35  # the same for a part of a name: `Laufschuhe` are those for roads and those for trails
WIDER = 0.4  # each further word of a name that is said: `running shoes` is rather `Road running shoes` than `Running`
NO_KIND_OF = (("schuh", "handschuh"), ("band", "armband"), ("tasche", "flasche"), ("shoe", "horseshoe"))


@dataclass(frozen=True)
class Category:
    """A category; `names` are the alternatives in its labels as folded words, `labels` German and English.

    A `broad` one holds other categories and is meant only by its very name; one that is `named_after` it, such as
    "Running for kids" after "Running", only when all its words are said.
    """

    key: str
    labels: tuple[str, str]
    names: tuple[tuple[str, ...], ...]
    broad: bool = False
    named_after: bool = False


@dataclass(frozen=True)
class Attribute:
    """An attribute and some of its values, each in German and English (once where both say the same)."""

    key: str
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)  # one object per description, see read_catalog: cheap as a cache key
class Catalog:
    """`flags` are the attributes that are yes or no."""

    categories: tuple[Category, ...] = ()
    brands: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    flags: tuple[str, ...] = ()

    def category(self, text: str) -> Category | None:
        """The one category a text means, if it is clear; what it is for (`zum Laufen`) counts last."""
        found = self._category(_FOR.sub(" ", text)) or self._category(text, broad=True)
        return None if found and self._torn(found, text) else found

    def _category(self, text: str, broad: bool = False) -> Category | None:
        said = tuple(word for word in words(text) if word not in empty_words())
        among = [each for each in self.categories if broad or not each.broad]
        scored = sorted(((_fit(each, said), each) for each in among), key=lambda pair: -pair[0])
        if not scored or scored[0][0] < SURE:
            return None
        apart = APART if scored[0][0] >= 1 else LOOSELY_APART
        others = [score for score, each in scored[1:] if scored[0][0] - score < apart]
        return None if others else scored[0][1]

    def _torn(self, found: Category, text: str) -> bool:
        """Whether the word before the noun belongs to another category: `bib tights` beside bib shorts."""
        said, own = words(text), {word for name in found.names for word in name}
        others = self.label_words() - own
        heads = {name[-1] for name in found.names}
        return any(
            one in others and other not in empty_words() and any(_word_fit(head, other) >= SURE for head in heads)
            for one, other in pairwise(said)
        )

    def called(self, nouns: frozenset[str]) -> Category | None:
        """The category that has one of these folded nouns in its name; the one whose name is the noun comes first."""
        fitting = [each for each in self.categories if any(nouns & set(name) for name in each.names)]
        own = [each for each in fitting if any(len(name) == 1 and set(name) <= nouns for name in each.names)]
        return next(iter(own or fitting), None)

    def label_words(self) -> frozenset[str]:
        """The folded words that names of categories are made of, those of the broad ones aside."""
        return _label_words(self)

    def colour_of_name(self, text: str, colour: str) -> bool:
        """Whether a colour word belongs to the category's name, as in `green tea`."""
        category = self.category(text)
        named = {word for name in category.names if len(name) > 1 for word in name} if category else set()
        return bool(colour) and set(colour.split()) <= named

    def names_category(self, text: str) -> bool:
        """Whether any word of a text names a category, clear or not."""
        said = tuple(word for word in words(text) if word not in empty_words())
        return any(_fit(each, said) >= SURE for each in self.categories if not each.broad)

    def brand(self, text: str) -> tuple[str, str]:
        """The brand a text names, and the text without it."""
        for brand in sorted(self.brands, key=len, reverse=True):
            found = re.search(_loosely(brand), text, re.I)
            if found and (found[0][:1].isupper() or _BY.search(text[: found.start()])):
                return brand, _BY.sub("", text[: found.start()]) + " " + text[found.end() :]
        return self._misspelt(text)

    def _misspelt(self, text: str) -> tuple[str, str]:
        """A brand in small letters or with a slip; a short one may be a common word, and is left alone."""
        said = words(text)
        for brand in self.brands:
            name = words(brand)
            if len(brand) > 5 and any(said[start : start + len(name)] == name for start in range(len(said))):
                return brand, re.sub(_loosely(brand), " ", text, flags=re.I)
        for term in re.findall(r"[^\W\d_]{6,}", text):
            for brand in self.brands:
                if len(words(brand)) == 1 and len(brand) > 5 and alike(words(term)[0], words(brand)[0]):
                    return brand, text.replace(term, " ", 1)
        return "", text


@lru_cache(maxsize=16)
def _label_words(catalog: Catalog) -> frozenset[str]:
    narrow = [each for each in catalog.categories if not each.broad]
    wide = {word for each in catalog.categories if each.broad for name in each.names for word in name}
    return frozenset(word for each in narrow for name in each.names for word in name) - wide - empty_words()


def _loosely(brand: str) -> str:
    return r"\b" + r"[\s-]+".join(re.escape(part) for part in brand.split()) + r"s?\b"


@lru_cache(maxsize=16)
def read_catalog(description: str) -> Catalog:
    """Read what `prompts/catalog.md` says: categories, brands, attributes, and the attributes that are yes or no."""
    return Catalog(
        categories=_categories(*_category_rows(description)),
        brands=_listed(description, "Brands:"),
        attributes=_attributes(description),
        flags=_listed(description, "yes or no:"),
    )


def _category_rows(description: str) -> tuple[dict[str, tuple[str, str]], set[str]]:
    """(labels by key, the keys of broad categories) from lines `broad: narrow; narrow`, where a name is its own key.

    A shop's own prompt may have lines `- key | German | English` instead; there, the path of a key tells what is broad.
    """
    rows: dict[str, tuple[str, str]] = {}
    broad: set[str] = set()
    for line in description.partition("Categories")[2].partition("Brands:")[0].splitlines()[1:]:
        if line.strip().startswith("-"):
            key, german, english = (*(field.strip() for field in line.strip().removeprefix("-").split("|")), "", "")[:3]
            rows |= {key: (german, english)} if key and english else {}
            continue
        wide, _, narrow = line.partition(": ")
        for label in filter(None, map(str.strip, (wide, *narrow.split("; ")))):
            german, _, english = label.partition("|")
            rows.setdefault(english or german, (german, english or german))
        broad |= {wide.strip().rpartition("|")[2]} if narrow else set()
    return rows, broad | {key for key in rows if any(other.startswith(f"{key}/") for other in rows)}


def _categories(rows: dict[str, tuple[str, str]], broad: set[str]) -> tuple[Category, ...]:
    wide = {word for key in broad for name in _names(*rows[key]) if len(name) == 1 for word in name}
    return tuple(
        Category(key, labels, names, key in broad, key not in broad and _named_after(labels[1], wide))
        for key, labels in rows.items()
        for names in [_names(*labels)]
    )


def _named_after(label: str, wide: set[str]) -> bool:
    return any(len(name) > 1 and name[-1] in wide for name in _names(label))


def _listed(description: str, heading: str) -> tuple[str, ...]:
    line = description.partition(heading)[2].partition("\n")[0]
    return tuple(part.strip() for part in line.split(",") if part.strip())


def _attributes(description: str) -> tuple[Attribute, ...]:
    lines = description.partition("Attributes, with")[2].partition("yes or no:")[0].splitlines()[1:]
    found = (line.partition(": ") for line in lines if ": " in line and not line.startswith("Attributes"))
    return tuple(
        Attribute(key.strip(), tuple(tuple(value.strip().split("|")) for value in values.split(",") if value.strip()))
        for key, _, values in found
    )


def _names(*labels: str) -> tuple[tuple[str, ...], ...]:
    return tuple(name for label in labels for part in _SPLIT.split(label) if (name := words(part)))


def _fit(category: Category, said: tuple[str, ...]) -> float:
    if category.broad:
        return 0.65 * any(name == said[:1] == said for name in category.names)
    if category.named_after:
        return float(any(_all_said(name, said) for name in category.names))
    return max((_name_fit(name, said) for name in category.names), default=0.0)


def _all_said(name: tuple[str, ...], said: tuple[str, ...]) -> bool:
    parts = [part for part in name if part not in empty_words()]
    return bool(parts) and all(any(_word_fit(part, word) >= SURE for word in said) for part in parts)


def _name_fit(name: tuple[str, ...], said: tuple[str, ...]) -> float:
    """How well words mean a category name; its last word has to be meant, the ones before it sharpen it."""
    head = max((_word_fit(name[-1], word) for word in said), default=0.0)
    if head == 0 or len(name) == 1:
        return head
    before = sum(any(alike(part, word) for word in said) for part in name[:-1])
    return head * (0.65 + 0.4 * before / (len(name) - 1)) + WIDER * before


@lru_cache(maxsize=32768)
def _word_fit(name: str, word: str) -> float:
    """1 for the same word, less for a slip or a part of a compound: `socken` ~ `laufsocken`."""
    if stem(name) == stem(word):
        return 1.0
    if alike(name, word):
        return 0.7
    short, long = sorted((stem(name), stem(word)), key=len)
    if len(short) < 4 or not long.endswith(short) or any(_barred(short, long, pair) for pair in NO_KIND_OF):
        return 0.0
    return 0.8 if long == stem(name) else 0.75


def _barred(short: str, long: str, pair: tuple[str, str]) -> bool:
    return short == stem(pair[0]) and long.endswith(stem(pair[1]))
