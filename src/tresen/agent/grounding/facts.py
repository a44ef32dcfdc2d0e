"""The fact sheet of a turn: what tools returned and what the shopper said, as figures bound to a subject."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tresen.agent.grounding.labels import flat, screen, worded
from tresen.agent.grounding.reading import clauses, lexicon
from tresen.agent.grounding.reading.figures import Figure, figures
from tresen.agent.grounding.reading.free import free
from tresen.agent.grounding.reading.implied import implied
from tresen.agent.grounding.reading.links import links
from tresen.agent.grounding.reading.moments import moments
from tresen.agent.grounding.reading.naming import Names
from tresen.agent.grounding.reading.ordinals import ordinals
from tresen.agent.grounding.reading.properties import NO, YES
from tresen.agent.grounding.reading.sizes import Size, size_of
from tresen.agent.grounding.reading.stems import stems

SHOPPER = "shopper"
PLENTY = 1_000_000  # pieces of what is there, where nobody said how many
# Keys that steer the model and tell it nothing that could be said.
_SILENT = frozenset(("score", "n", "key", "locale", "relaxed", "unknown", "outcome", "found", "missing", "button"))
_LISTED = frozenset(("products", "suggestions"))
# What suppliers and shoppers write about a product: anybody may have put a price or a link there.
_PROSE = frozenset(("title", "description", "details", "attributes", "reviews", "review"))
_ABOUT_PRODUCTS = frozenset(
    ("find_products", "get_product", "compare_products", "suggest_additions", "advise_size", "")
)
_TYPED = re.compile(r"adresse|address$", re.IGNORECASE)  # what shoppers typed: no source of figures
_LESS = re.compile(r"rabatt|nachlass|reduz|spar|günstiger|billiger|discount|off\b|sale|less|cheaper|save", re.I)


@dataclass(frozen=True)
class Fact:
    """One thing the shop said; `now` is False for what an earlier turn's tool returned."""

    subject: str
    field: str
    value: str
    source: str
    now: bool

    @property
    def is_prose(self) -> bool:
        """Whether the words are not the shop's own figures."""
        return self.source in _ABOUT_PRODUCTS and self.field.partition(".")[0] in _PROSE


@dataclass(frozen=True)
class Told:
    """A figure of a fact, with the words around it: those of its clause, its line and its sentence."""

    fact: Fact
    figure: Figure
    near: frozenset[str]
    line: frozenset[str]
    far: frozenset[str]
    wide: frozenset[str]

    def weight(self, word: str) -> float:
        for words, weight in ((self.near, 3.0), (self.line, 2.0), (self.far, 0.7), (self.wide, 0.5)):
            if word in words:
                return weight
        return 0.0


@dataclass
class Variant:
    """One choice of a product; `stock` is None where no tool has said it this turn."""

    product: str
    options: tuple[str, ...]
    stock: int | None = None
    price: str = ""


@dataclass
class Sheet:
    """Every fact that the words of a reply may be traced to."""

    today: date | None = None
    facts: list[Fact] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    index: Names = field(default_factory=Names)
    names: dict[str, str] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    vocabulary: set[str] = field(default_factory=set)
    variants: dict[str, Variant] = field(default_factory=dict)
    options: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    available: dict[str, bool] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    totals: set[int] = field(default_factory=set)
    worked: set[str] = field(default_factory=set)
    traits: dict[str, dict[str, bool]] = field(default_factory=dict)  # of products: what is told as yes or no
    focus: frozenset[str] = frozenset()

    @property
    def brands(self) -> Mapping[str, frozenset[str]]:
        return self.index.brands

    def add(self, tool: str, text: str, now: bool = True) -> None:
        """Take in what a tool returned: JSON, or plain words."""
        try:
            data = json.loads(text)
        except ValueError:
            data = text
        if now and isinstance(data, dict) and "cart" in data:  # the newest cart is the cart
            self.told = [each for each in self.told if each.fact.subject != "cart"]
        if not (isinstance(data, dict) and ({"refused", "failed"} & data.keys() or data.get("noted") is False)):
            self.worked.add(tool)
        self._walk(data, Fact("", "", "", tool, now))
        if now and isinstance(data, dict):
            self._notice(tool, data)

    def hear(self, words: str) -> None:
        """Take in what the shopper said in this turn; it may be said back."""
        self._tell(Fact("", "said", words, SHOPPER, True))

    def product_of(self, subject: str) -> str:
        """The product that a subject is a variant of; else the subject itself."""
        return self.variants[subject].product if subject in self.variants else subject

    def mentions(self, text: str) -> bool:
        """Whether a fact or the shopper holds these letters, in whatever case."""
        sought = text.casefold()
        return any(sought in fact.value.casefold() for fact in self.facts)

    def sizes_of(self, subjects: frozenset[str]) -> list[Size]:
        """The sizes that products come in; of all products when none is given."""
        chosen = [values for product, values in self.options.items() if not subjects or product in subjects]
        texts = [text for options in chosen for values in options.values() for text in values]
        return [size for text in dict.fromkeys(texts) if (size := size_of(text))]

    def _notice(self, tool: str, data: dict[str, Any]) -> None:
        """What a list of products, or the one product asked for, is about."""
        if isinstance(found := data.get("products"), list):
            self.listed = [str(each["id"]) for each in found if isinstance(each, dict) and "id" in each]
            self.totals |= {int(data["total"])} if isinstance(data.get("total"), int) else set()
            self.totals |= {len(self.listed)}
            self.focus = frozenset(self.listed) if len(self.listed) == 1 or tool == "compare_products" else frozenset()
        elif "title" in data and "id" in data:
            self.focus = frozenset((str(data["id"]),))

    def _walk(self, value: Any, where: Fact, label: str = "") -> None:
        if isinstance(value, dict):
            self._walk_dict(value, self._subject(value, where))
        elif isinstance(value, list):
            for each in value:
                self._walk(each, where, label)
        elif isinstance(value, bool) or value is None:
            return
        elif str(value).strip():
            self._tell(_with(where, where.field, str(value)), label)

    def _walk_dict(self, value: dict[str, Any], here: Fact) -> None:
        self._structure(value, here)
        context = " ".join(
            str(value.get(key, "")) for key in ("title", "heading", "label") if here.subject not in self.names
        )
        chosen = " ".join(flat(value.get("options"))) if "variant" in here.field else ""
        for key, each in value.items():
            if key in _SILENT:
                self.vocabulary.update(stem for text in flat(each) for stem in stems(text))
                continue
            if key in ("id", "variant_id", "product_id") and not isinstance(each, dict):
                continue
            if key == "rows" and here.source == "compare_products":
                continue  # the same again, side by side
            path = f"{here.field}.{key}" if key in ("options", "quantity") else key
            within = here.field if here.field in ("attributes", "details", "reviews", "review", "variant") else ""
            path = {"variants": "variant", "match": "variant"}.get(key, path if not within else f"{within}.{key}")
            self._walk(each, _with(here, path, ""), f"{key} {context if key != 'title' else ''} {chosen}".strip())

    def _subject(self, value: dict[str, Any], where: Fact) -> Fact:
        """The fact sheet's place inside an object: its own id where it has one."""
        if "variant" in where.field and "id" in value:
            return _with(where, "variant", "", str(value["id"]))
        for key in ("product_id", "id", "number"):
            if value.get(key):
                return _with(where, where.field, "", str(value[key]))
        if where.field in ("cart", "reviews", "passages"):
            subject = {"cart": "cart", "passages": f"doc:{value.get('title', '')}"}.get(where.field, where.subject)
            return _with(where, where.field, "", subject)
        return where if where.subject else _with(where, where.field, "", screen(value))

    def _structure(self, value: dict[str, Any], here: Fact) -> None:
        """Titles, brands, options and stock: what claims are bound by."""
        subject, title = here.subject, value.get("title")
        product = str(value.get("product_id") or value.get("id") or "")
        if isinstance(title, str) and product and "variant" not in here.field:
            self.names[product] = title
            self.index.add(product, title, str(value.get("brand") or ""))
            if here.now and isinstance(value.get("available"), bool):
                self.available[product] = value["available"]
            if isinstance(options := value.get("options"), dict):
                listed = {key: tuple(flat(each)) for key, each in options.items()}
                self.options[product] = {**self.options.get(product, {}), **listed}
            for each in [*(value.get("variants") or []), value.get("match")]:
                if isinstance(each, dict):
                    self._variant(product, each, here.now)
        if product and isinstance(chart := value.get("sizes"), list) and here.source == "advise_size":
            self.options[product] = {**self.options.get(product, {}), "size": tuple(flat(chart))}
            there = set(flat(value.get("in_stock")))
            for size in flat(chart):
                self.variants[f"{product} {size}"] = Variant(product, (size,), PLENTY if size in there else 0)
        if not product and isinstance(title, str) and "quantity" in value:
            self._ordered(title, str(value.get("options") or ""))
        if "variant_id" in value and isinstance(value.get("options"), str):
            self.variants.setdefault(str(value["variant_id"]), Variant(subject, tuple(value["options"].split(", "))))

    def _ordered(self, title: str, chosen: str) -> None:
        """Goods of an order: known by their title, in the one choice that was bought."""
        known = next((each for each, told in self.names.items() if told == title), "")
        product = known or f"ordered {title}"
        if not known:
            self.names[product] = title
            self.index.add(product, title, "")
        kept = self.options.setdefault(product, {})
        for at, value in enumerate(filter(None, chosen.split(", "))):
            kept[f"chosen {at}"] = tuple(dict.fromkeys((*kept.get(f"chosen {at}", ()), value)))

    def _variant(self, product: str, value: dict[str, Any], now: bool) -> None:
        options = value.get("options") or {}
        stock = value.get("stock") if now else None
        known = self.variants.get(str(value.get("id")))
        chosen = tuple(str(each) for each in options.values())
        price = str(value.get("price") or "") if now else ""
        if known and known.options and stock is None:
            return
        self.variants[str(value.get("id"))] = Variant(product, chosen, stock, price)
        kept = self.options.setdefault(product, {})
        for key, each in options.items():
            kept[key] = tuple(dict.fromkeys((*kept.get(key, ()), str(each))))

    def _tell(self, fact: Fact, label: str = "") -> None:
        self.facts.append(fact)
        if fact.is_prose and fact.value.casefold() in YES | NO:
            held = self.traits.setdefault(fact.subject, {})
            held[fact.field.partition(".")[2]] = fact.value.casefold() in YES
        if not fact.is_prose:
            said = {link.said for link in links(fact.value)}
            self.links |= {each for each in said if fact.source != SHOPPER or "@" in each or each.isdigit()}
        self.vocabulary.update(stems(fact.value), stems(fact.field), stems(label))
        if _TYPED.search(fact.field):
            return
        text, wide = worded(fact.field, fact.value, label)
        self.told.extend(told(fact, text, wide, self.today))


def told(fact: Fact, text: str, wide: str, today: date | None) -> Iterator[Told]:
    """The figures of a text, each with the words that stand around it; `wide` holds for the whole text."""
    general = lexicon.about(wide)
    for start, end in clauses.sentences(text) or [(0, len(text))]:
        sentence = text[start:end]
        parts, lines = clauses.clauses(sentence), clauses.segments(sentence)
        measured = figures(sentence)
        found = [
            *measured,
            *ordinals(sentence),
            *implied(sentence, measured),
            *moments(sentence, today),
            *free(sentence),
        ]
        for figure in [each for each in found if not (fact.is_prose and _is_an_offer(each, sentence))]:
            shared = clauses.around(lines, figure.start) if len(lines) > 1 else (0, 0)
            spans = clauses.around(parts, figure.start), shared, (0, len(sentence))
            near, line, far = (lexicon.about(_without(sentence, span, figure)) for span in spans)
            yield Told(fact, figure, near if _spoken(sentence, figure) else general, line, far, general)


def _is_an_offer(figure: Figure, sentence: str) -> bool:
    """Whether a figure says what something costs, or how much less."""
    return figure.kind == "price" or (figure.kind == "percent" and _LESS.search(sentence) is not None)


def _spoken(sentence: str, figure: Figure) -> bool:
    """Whether a figure stands in words of its own; a bare value has only its label."""
    return bool(_without(sentence, (0, len(sentence)), figure).strip())


def _without(sentence: str, span: tuple[int, int], figure: Figure) -> str:
    start, end = span
    return f"{sentence[start : max(start, figure.start)]} {sentence[min(end, figure.end) : end]}"


def _with(fact: Fact, path: str, value: str, subject: str | None = None) -> Fact:
    return Fact(fact.subject if subject is None else subject, path, value, fact.source, fact.now)
