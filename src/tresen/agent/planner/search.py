"""Scripts that search: find, refine, show more."""

from typing import Any

from tresen.agent.planner.cues import intents
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.negation import split_negated
from tresen.agent.planner.phrasing import clipped, listed, named, told
from tresen.agent.planner.purchase import choose
from tresen.agent.planner.quantities import counted
from tresen.agent.planner.references import content, full_title
from tresen.agent.planner.results import Product, line, products, rows
from tresen.agent.planner.slots import read_slots
from tresen.agent.planner.spelling import terms, words
from tresen.agent.planner.transcript import Call, Result
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.wanted import excluded, filters, query_of, search_args, wanted_attributes

MOST_NAMED = 4  # titles in one sentence
MOST_WORDS = 36
MOST_SHOWN = 8


def find(wish: Wish, view: View) -> Script:
    """Search for what a text describes."""
    (result,) = yield (Call("find_products", search_args(wish.text, view)),)
    if result.ok and (product := _ordered(wish.text, result, view)):
        return (yield from choose(Wish("choose", (wish.text,), product.id), view))
    return Said(found(result, view))


def _ordered(text: str, result: Result, view: View) -> Product | None:
    """The product that is not only looked for but to be bought: its whole title is given, and how many or `add`."""
    if text.rstrip().endswith("?") or not (counted(text) or "buy" in intents(words(text))):
        return None
    titled = [each for each in products(result.data) if full_title(text, each) or full_title(view.turn.text, each)]
    return max(titled, key=lambda each: len(each.title), default=None)


def refine(wish: Wish, view: View) -> Script:
    """The last search with what is new; "cheaper" orders by price."""
    before = view.memory.search or {}
    args = {**before, **_new(wish.text, view)}
    if args == before:
        return Said(told("same-search", view.locale))
    (result,) = yield (Call("find_products", args),)
    return Said(found(result, view))


def more(wish: Wish, view: View) -> Script:
    """The last search again, longer; only what was not shown yet is named."""
    args = {**(view.memory.search or {}), "limit": MOST_SHOWN}
    (result,) = yield (Call("find_products", args),)
    if not result.ok:
        return Said(told("unavailable", view.locale))
    old = {product.id for product in view.memory.shown}
    new = [product for product in products(result.data) if product.id not in old]
    if not new:
        return Said(told("no-more", view.locale))
    return Said(told("more", view.locale, count=len(new), titles=titles(new, view.locale)))


def found(result: Result, view: View) -> str:
    """One honest sentence on what a search brought back."""
    if not result.ok:
        return told("unavailable", view.locale)
    data, shown = result.data, products(result.data)
    outcome = str(data.get("outcome"))
    query = clipped(str(result.call.args.get("query", "")), 8)
    if not shown:
        return _nothing(outcome, data, query, view)
    values: dict[str, Any] = {"count": len(shown), "titles": titles(list(shown), view.locale)}
    if outcome == "relaxed":
        fields = [
            named("field", field, view.locale) for each in _texts(data, "relaxed") if (field := each.split(":")[0])
        ]
        dropped = told("relaxed", view.locale, fields=listed(fields, view.locale) or "…", **values)
        return f"{dropped} {_left(result, view)}".strip()
    if outcome == "filter_unknown":
        unknown = [each.partition(":")[2] or each for each in _texts(data, "unknown")]
        return told("filter-unknown", view.locale, values=listed(unknown, view.locale) or query, **values)
    if outcome == "out_of_reach":
        return _out_of_reach(data, values, view)
    if outcome == "category_not_carried":
        return f"{told('not-carried', view.locale, query=query)} {told('closest', view.locale, **values)}"
    said = (told("found", view.locale, **values), _remark(result, shown, view), _left(result, view), _question(data))
    return " ".join(each for each in said if each)


def titles(shown: list[Product], locale: str) -> str:
    """The titles for a sentence; too many or too long ones are announced by their number alone."""
    text = listed([product.title for product in shown], locale)
    return text if len(shown) == 1 or (len(shown) <= MOST_NAMED and len(text.split()) <= MOST_WORDS) else ""


def _nothing(outcome: str, data: dict[str, Any], query: str, view: View) -> str:
    if outcome == "category_not_carried":
        return told("not-carried", view.locale, query=query)
    if outcome == "out_of_reach":
        return _out_of_reach(data, {"count": 0, "titles": ""}, view)
    if outcome == "filter_unknown":
        unknown = [each.partition(":")[2] or each for each in _texts(data, "unknown")]
        return told("filter-unknown", view.locale, values=listed(unknown, view.locale) or query, count=0, titles="")
    return told("nothing", view.locale, query=query)


def _out_of_reach(data: dict[str, Any], values: dict[str, Any], view: View) -> str:
    nearest = line(data.get("nearest_price"), 40)
    return told("out-of-reach", view.locale, nearest=nearest, **values)


def _remark(result: Result, shown: tuple[Product, ...], view: View) -> str:
    """Which one is rated best, when the shopper asked for good ratings."""
    rated = [(each.rating, each) for each in shown if each.rating is not None and each.ratings]
    if result.call.args.get("sort") != "rating" or not rated:
        return ""
    rating, best = max(rated, key=lambda pair: pair[0])
    return told("best-rated", view.locale, title=best.title, rating=rating, count=best.ratings)


def _left(result: Result, view: View) -> str:
    """What remains of a budget with the first one, when the shopper spoke of one."""
    first = next(iter(rows(result.data.get("products"))), {})
    left, title = line(first.get("left_of_budget"), 40), line(first.get("title"))
    return (
        told("budget-left", view.locale, title=title, left=left) if left and "budget" in view.turn.text.lower() else ""
    )


def _question(data: dict[str, Any]) -> str:
    """The question back that the shop has, if its answer changes what is found."""
    ask = data.get("ask")
    return line(ask.get("say")) if isinstance(ask, dict) else ""


def _texts(data: dict[str, Any], key: str) -> list[str]:
    listed_values = data.get(key)
    return [text for each in listed_values if (text := line(each, 40))] if isinstance(listed_values, list) else []


def _new(text: str, view: View) -> dict[str, Any]:
    """What a refining text adds to the last search."""
    slots = read_slots(split_negated(text)[0])
    brand, rest = view.catalog.brand(slots.rest)
    new = filters(slots, view)
    attributes, used = wanted_attributes(text, view, settled=True)
    if attributes:
        new["attributes"] = {**(view.memory.search or {}).get("attributes", {}), **attributes}
    if "cheaper" in _cues(text) and "price_max" not in new:
        new["sort"] = "price"
    if brand:
        new["brand"] = brand
    if refused := excluded(text, view):
        new["exclude"] = list(dict.fromkeys([*(view.memory.search or {}).get("exclude", []), *refused]))
    before = str((view.memory.search or {}).get("query", ""))
    described = query_of(rest, used, view.catalog)
    added = [term for term in terms(described) if content(term) and "cheaper" not in _cues(term)]
    if added:
        new["query"] = f"{before} {' '.join(added)}".strip()
    return new


def _cues(text: str) -> frozenset[str]:
    return intents(words(text))
