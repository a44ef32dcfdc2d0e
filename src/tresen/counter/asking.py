"""One question back, when its answer changes what is shown: asked from the facts of what was found."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tresen.conversation.remembered import Entry
from tresen.counter import saying
from tresen.counter.taste import is_about
from tresen.kit.words import say
from tresen.retrieval.query import Query
from tresen.shop.catalog import Product, pick

FIRST = ("surface", "gender", "type", "season")  # what decides before taste does
SIZE = "size"
FEW = 2  # so many need no question
MOST_VALUES, MOST_SIZES = 4, 12
KNOWN = 0.7  # share of what was found that the shop states the fact of
MOSTLY = 0.8  # share of one value from which the answer is clear
SPLITS = 0.35  # how evenly a fact parts what was found: 0 not at all, 0.5 in halves
MOST_CONDITIONS = 1  # who has given more knows what they want
LONGEST = 30  # characters of a value that fits a button
_EVERYBODY = frozenset({"unisex"})


@dataclass(frozen=True)
class Question:
    """What to ask, and the answers that there are, in the shopper's language. `key` is the fact it is about."""

    key: str
    text: str
    values: tuple[str, ...]


def question(
    products: Sequence[Product], shown: int, query: Query, entries: Sequence[Entry], asked: Collection[str]
) -> Question | None:
    """The question whose answer parts what was found best; None when none is worth asking.

    Args:
        products: The best of what was found, in order; the first `shown` are on the screen.
        entries: What is known of the shopper.
        asked: The facts that were asked for in this conversation already.
    """
    conditions = len(query.options) + sum(map(bool, (query.brand, query.price_max, query.rating_min)))
    if len(products) <= FEW or query.sort != "relevance" or conditions > MOST_CONDITIONS:
        return None
    said = " ".join((query.text, query.category, *query.options.values()))
    open_keys = [key for key in _keys(products) if key not in {*asked, *query.options}]
    found = [(gain, key) for key in open_keys if (gain := _gain(products, shown, key, said)) > SPLITS]
    if found:
        key = min(found, key=lambda each: (FIRST.index(each[1]) if each[1] in FIRST else len(FIRST), -each[0]))[1]
        return _worded(key, _counted(products, key), products, query.locale)
    return None if SIZE in asked else _size(products, query, entries, said)


def _size(products: Sequence[Product], query: Query, entries: Sequence[Entry], said: str) -> Question | None:
    """Which size, when it is not known and not everything is there in every size."""
    wearable = [each for each in products if any(SIZE in item.options for item in each.variants)]
    known = any(entry.kind == SIZE and is_about(each, entry.about) for entry in entries for each in products)
    if known or SIZE in query.options or len(wearable) < KNOWN * len(products):
        return None
    sizes = [_sizes(each, query.locale) for each in wearable]
    there = [_sizes(each, query.locale, available=True) for each in wearable]
    names = list(dict.fromkeys(name for each in sizes for name in each))
    lacking = [name for name in names if sum(name in each for each in there) < len(wearable)]
    if not 1 < len(names) <= MOST_SIZES or not lacking or any(saying.occurs(name, said) for name in names):
        return None
    return Question(SIZE, say("ask-size", query.locale), tuple(sorted(names, key=_by_size)))


def _sizes(product: Product, locale: str, available: bool = False) -> list[str]:
    """The sizes it is made in, or those that can be had."""
    items = [item for item in product.variants if SIZE in item.options and (item.available or not available)]
    return list(dict.fromkeys(pick(item.options[SIZE], locale) for item in items))


def _by_size(name: str) -> tuple[int, str]:
    letters = ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"]
    folded = name.casefold().partition(" ")[0]
    return (letters.index(folded), "") if folded in letters else (len(letters), name.zfill(5))


def _worded(key: str, counts: Counter[str], products: Sequence[Product], locale: str) -> Question:
    """The most common values first."""
    labels = {name: text for each in products for name, text in _values(each, key, locale).items()}
    values = tuple(labels[name] for name in sorted(counts, key=lambda name: (-counts[name], labels[name])))
    listed = f"{', '.join(values[:-1])} {say('ask-or', locale)} {values[-1]}"
    return Question(key, say("ask-gender" if key == "gender" else "ask-which", locale, values=listed), values)


def _keys(products: Sequence[Product]) -> list[str]:
    return list(dict.fromkeys(key for each in products for key in each.attributes))


def _gain(products: Sequence[Product], shown: int, key: str, said: str) -> float:
    """How evenly the values of a fact part the products; 0 when it is not worth asking."""
    counts = _counted(products, key)
    stated = [values for each in products if (values := _values(each, key, ""))]
    on_screen = {frozenset(_values(each, key, "")) for each in products[:shown]}
    if not 2 <= len(counts) <= MOST_VALUES or len(stated) < KNOWN * len(products) or len(on_screen) < 2:
        return 0.0
    if counts.most_common(1)[0][1] > MOSTLY * len(products) or any(saying.occurs(name, said) for name in counts):
        return 0.0
    if any(saying.occurs(text, said) for each in products for text in _texts(each, key)):
        return 0.0
    total = sum(counts.values())
    return 1 - sum((count / total) ** 2 for count in counts.values())


def _counted(products: Sequence[Product], key: str) -> Counter[str]:
    return Counter(name for each in products for name in _values(each, key, "") if name not in _EVERYBODY)


def _values(product: Product, key: str, locale: str) -> dict[str, str]:
    """The values of a fact that are words, by their English names."""
    fact = product.attributes.get(key)
    single = fact if isinstance(fact, list) else [fact]
    words = [each for each in single if isinstance(each, str | dict)]
    found = {pick(each, "en").casefold(): pick(each, locale) for each in words}
    return found if all(len(text) <= LONGEST for text in found.values()) else {}


def _texts(product: Product, key: str) -> list[str]:
    fact = product.attributes.get(key)
    single = fact if isinstance(fact, list) else [fact]
    return [text for each in single if isinstance(each, dict) for text in each.values()]
