"""The live catalog as the find_products tool describes it: categories in both languages, and brands."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tresen.agent.planner.spelling import alike, stem, words
from tresen.agent.planner.vocabulary import empty_words

_SPLIT = re.compile(r"\s*(?:,|;|/|&|\bund\b|\band\b)\s*", re.I)
_BY = re.compile(r"\b(?:von|by|marke|brand|from)\s+(?:der\s+|the\s+)?$", re.I)
SURE, APART = 0.6, 0.25  # a category is filtered by only when it fits this well, and this much better than the next
WIDER = 0.4  # each further word of a name that is said: `running shoes` is rather `Road running shoes` than `Running`
NO_KIND_OF = (("schuh", "handschuh"), ("band", "armband"), ("tasche", "flasche"), ("shoe", "horseshoe"))


@dataclass(frozen=True)
class Category:
    """A category; `names` are the alternatives in its labels as folded words, `labels` German and English."""

    key: str
    labels: tuple[str, str]
    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Catalog:
    categories: tuple[Category, ...] = ()
    brands: tuple[str, ...] = ()

    def category(self, text: str) -> Category | None:
        """The one category a text means, if it is clear."""
        said = tuple(word for word in words(text) if word not in empty_words())
        scored = sorted(((_fit(each, said), each) for each in self.categories), key=lambda pair: -pair[0])
        if not scored or scored[0][0] < SURE:
            return None
        others = [score for score, each in scored[1:] if scored[0][0] - score < APART]
        return None if others else scored[0][1]

    def colour_of_name(self, text: str, colour: str) -> bool:
        """Whether a colour word belongs to the category's name, as in `green tea`."""
        category = self.category(text)
        named = {word for name in category.names if len(name) > 1 for word in name} if category else set()
        return bool(colour) and set(colour.split()) <= named

    def names_category(self, text: str) -> bool:
        """Whether any word of a text names a category, clear or not."""
        said = tuple(word for word in words(text) if word not in empty_words())
        return any(_fit(each, said) >= SURE for each in self.categories)

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


def _loosely(brand: str) -> str:
    return r"\b" + r"[\s-]+".join(re.escape(part) for part in brand.split()) + r"s?\b"


@lru_cache(maxsize=16)
def read_catalog(description: str) -> Catalog:
    """Read `- key | German | English` lines under `Categories:`, and the `Brands:` line."""
    categories = []
    for line in description.partition("Categories:")[2].partition("Brands:")[0].splitlines():
        fields = [field.strip() for field in line.strip().removeprefix("-").split("|")]
        if line.strip().startswith("-") and len(fields) == 3 and fields[0]:
            categories.append(Category(fields[0], (fields[1], fields[2]), _names(fields[1], fields[2])))
    line = description.partition("Brands:")[2].partition("\n")[0]
    brands = tuple(brand.strip() for brand in line.split(",") if brand.strip())
    return Catalog(tuple(categories), brands)


def _names(*labels: str) -> tuple[tuple[str, ...], ...]:
    return tuple(name for label in labels for part in _SPLIT.split(label) if (name := words(part)))


def _fit(category: Category, said: tuple[str, ...]) -> float:
    return max((_name_fit(name, said) for name in category.names), default=0.0)


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
