"""Which product a text speaks of: titles and brands, whole or shortened, found in prose."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tresen.agent.grounding.reading.stems import stem, words

_CORE_ENDS = re.compile(r",| (?:für|mit|zum|zur|gegen|in|aus|von|ohne|for|with|in|to|against|from|without|by)\b")
_QUOTED = re.compile(r"[„“\"»']([^„“”\"«»]+)[“”\"«']")
_BREAK = re.compile(r"[;:.!?()\n|/]|\b(?:und|and|oder|or|als|than|vs)\b|&", re.IGNORECASE)
_SMALL = frozenset(
    [
        "für",
        "mit",
        "der",
        "die",
        "das",
        "dem",
        "den",
        "zum",
        "zur",
        "in",
        "aus",
        "von",
        "vom",
        "im",
        "am",
        "und",
        "for",
        "with",
        "of",
        "the",
        "a",
        "an",
        "and",
        "from",
        "by",
    ]
)
_BEFORE_BRAND = frozenset(("von", "by", "from", "marke", "brand", "hersteller", "vom"))
_NO_BRAND = frozenset(("eine", "einer", "einen", "ein", "a", "an", "keine", "deine", "deiner", "your"))


@dataclass(frozen=True)
class Mention:
    """A place that names a product: the products it may mean, and whether it names them rather than their kind."""

    ids: frozenset[str]
    start: int
    end: int
    strong: bool
    brand: str = ""


@dataclass
class _Title:
    core: frozenset[str]
    rest: frozenset[str]
    quoted: frozenset[str]
    brand: str
    kind: frozenset[str] = frozenset()
    head: str = ""


@dataclass
class Names:
    """The titles that were told, as an index from stems to products."""

    titles: dict[str, _Title] = field(default_factory=dict)
    brands: dict[str, frozenset[str]] = field(default_factory=dict)
    _owners: dict[str, set[str]] = field(default_factory=dict)
    _names_only: set[str] = field(default_factory=set)
    _words: dict[str, str] = field(default_factory=dict)
    _last: tuple[str, list[Mention]] = ("", [])

    def add(self, product: str, title: str, brand: str) -> None:
        ends = _CORE_ENDS.search(title)
        core = frozenset(_parts(title[: ends.start()] if ends else title))
        rest = frozenset(_parts(title)) - core
        known = self.titles.get(product)
        if known:  # the other language's title of the same product
            core, rest, brand = core | known.core, (rest | known.rest) - core, brand or known.brand
        quoted = frozenset(each for match in _QUOTED.finditer(title) for each in _parts(match[1]))
        kind = _kind(title[: ends.start()] if ends else title) | (known.kind if known else frozenset())
        named = [word for word, _, _ in words(title[: ends.start()] if ends else title) if not word.isdigit()]
        head = stem(named[-1]) if named else ""
        self.titles[product] = _Title(core, rest, quoted | (known.quoted if known else frozenset()), brand, kind, head)
        self._names_only |= {word for word, _, _ in words(title) if word[0].isupper()}
        # A name in quotes is said whole: the "Runde" of a text is no "Stadtrunde".
        self._words |= {word.casefold(): stem(word) for word, _, _ in words(_QUOTED.sub(" ", title)) if len(word) > 4}
        for each in core | rest:
            self._owners.setdefault(each, set()).add(product)
        if brand:
            self.brands[brand] = self.brands.get(brand, frozenset()) | {product}
        self._last = ("", [])

    def mentions(self, text: str) -> list[Mention]:
        """Every naming of a product in a text, in order."""
        if self._last[0] != text:
            self._last = (text, [found for run in self._runs(text) if (found := self._named(run))])
        return self._last[1]

    def known(self, word: str) -> bool:
        return self._key(word) in self._owners

    def _runs(self, text: str) -> Iterable[list[tuple[str, int, int]]]:
        run: list[tuple[str, int, int]] = []
        gap: list[tuple[str, int, int]] = []
        for token in words(text):
            alone = len(token[0]) > 2 and not token[0].isdigit()  # "10 mm" belongs to a name, but is none
            owned = bool(self._owned(text, token, run)) and (alone or bool(run))
            if run and (_BREAK.search(text[run[-1][2] : token[1]]) or (len(gap) > 1) or self._parted(text, run, token)):
                yield run
                run, gap = [], []
                owned = owned and alone
            if owned:
                run, gap = [*run, token], []
            elif run:
                gap = [*gap, token] if token[0].casefold() in _SMALL else [token, token]
        if run:
            yield run

    def _parted(self, text: str, run: list[tuple[str, int, int]], token: tuple[str, int, int]) -> bool:
        """A comma parts two names unless one title holds both words."""
        if "," not in text[run[-1][2] : token[1]]:
            return False
        both = self._owners.get(self._key(run[-1][0]), set()) & self._owners.get(self._key(token[0]), set())
        return not both or len(run) < 2

    def _owned(self, text: str, token: tuple[str, int, int], run: list[tuple[str, int, int]]) -> set[str]:
        word, start, _ = token
        if brand := self._brand(word):
            before = text[:start].split()[-1:]
            if (
                not (before and before[0].casefold() in _NO_BRAND)
                and "&" not in text[start - 2 : start + len(word) + 2]
            ):
                return set(self.brands[brand])
        if word.casefold() in _SMALL or (
            word.islower() and word.endswith("s") and word[:-1].capitalize() in self._names_only
        ):
            return set()  # "starts" is not the helmet "Start"
        return self._owners.get(self._key(word), set())

    def _key(self, word: str) -> str:
        """The stem under which a word is in the titles: "Mütze" in "Merinomütze", "Sommersocken" by its "Sommer"."""
        key = stem(word)
        if key in self._owners or len(word) < 5 or not word[0].isupper():
            return key
        low = word.casefold()
        alike = {known for whole, known in self._words.items() if whole.endswith(low) or whole.startswith(low)}
        if len(alike) == 1:
            return alike.pop()
        for at in range(len(low) - 4, 4, -1):
            begun = {known for whole, known in self._words.items() if whole.startswith(low[:at])}
            if len(begun) == 1 and any(whole.endswith(low[at:]) for whole in self._words):
                return begun.pop()
        return key

    def _brand(self, word: str) -> str:
        return next((brand for brand in self.brands if word[0].isupper() and stem(word) == stem(brand.split()[0])), "")

    def _named(self, run: list[tuple[str, int, int]]) -> Mention | None:
        scores: Counter[str] = Counter()
        for word in {self._key(token[0]): token[0] for token in run}.values():
            for product in self._owners.get(self._key(word), ()):
                shared = len(self._owners[self._key(word)])
                scores[product] += 2 * (1 + (self._key(word) in self.titles[product].core)) // 1 * 1000 // shared
        brand = next((found for token in run if (found := self._brand(token[0]))), "")
        for product in self.brands.get(brand, ()):
            scores[product] += 1500
        if not scores:
            return None
        if brand and max(scores, key=lambda each: scores[each]) not in self.brands[brand]:
            for product in self._in_part(run, self.brands[brand]):
                scores[product] += 10_000
        best = max(scores.values())
        ids = self._shortest([product for product, score in scores.items() if score == best])
        return Mention(ids, run[0][1], run[-1][2], self._strong(run, ids, brand), brand)

    def _in_part(self, run: list[tuple[str, int, int]], products: frozenset[str]) -> list[str]:
        """Products with a word that begins a compound of the run: "Merino-Laufsocken" for "Merinosocken von Kiesel"."""
        said = [self._key(token[0]) for token in run]
        parts = {each: [key for key in self.titles[each].core if len(key) > 4] for each in products}
        return [each for each, keys in parts.items() if any(whole.startswith(key) for whole in said for key in keys)]

    def _strong(self, run: list[tuple[str, int, int]], ids: frozenset[str], brand: str) -> bool:
        if brand:
            return True
        telling = [token[0] for token in run if self._tells(token[0], ids)]
        names = [word for word in telling if any(self._names(word, product) for product in ids)]
        if len(ids) == 1 and telling and len({self._key(token[0]) for token in run}) > 2:
            return True
        if not names:
            return False
        several = len({self._key(token[0]) for token in run}) > 1
        return several or any(word[0].isupper() or self._heads(word, ids) for word in names)

    def _heads(self, word: str, ids: frozenset[str]) -> bool:
        """Whether a word is the noun at the end of the name: "the journal"."""
        return len(word) > 3 and any(self.titles[each].head == self._key(word) for each in ids)

    def _shortest(self, products: list[str]) -> frozenset[str]:
        """Of names that match alike, the one that the others only lengthen: "Takt" beside "Takt Mini"."""
        for product in products:
            core = self.titles[product].core
            if all(core < self.titles[other].core for other in products if other != product):
                return frozenset((product,))
        return frozenset(products)

    def _tells(self, word: str, ids: frozenset[str]) -> bool:
        """Whether a word stands for these products alone, or for longer names that begin as theirs do ("Takt Mini")."""
        owners = self._owners[self._key(word)]
        if word.isdigit() or not ids <= owners:
            return False
        core = frozenset[str]().union(*(self.titles[each].core for each in ids))
        return all(core < self.titles[each].core for each in owners - ids)

    def _names(self, word: str, product: str) -> bool:
        title = self.titles[product]
        return (self._key(word) in title.core and self._key(word) not in title.kind) or self._key(word) in title.quoted


def _kind(core: str) -> frozenset[str]:
    """The parts of a hyphenated noun that names follow: "GPS-Uhr" of "GPS-Uhr Sonnwend Solar" is a kind of product."""
    found = re.match(r"((?:[A-ZÄÖÜ][\wäöüß]*-)+[A-ZÄÖÜ][\wäöüß]*)\s+[„“\"]?[A-ZÄÖÜ]", core)
    return frozenset(_parts(found[1])) if found else frozenset()


def _parts(title: str) -> list[str]:
    """Stems of a title: its words, the parts of hyphenated ones."""
    return [stem(word) for word, _, _ in words(title) if word.casefold() not in _SMALL]
