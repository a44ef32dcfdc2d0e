"""The script that hands over to a person, with a brief of what the shopper wants."""

from tresen.agent.mood import Reason, alarm
from tresen.agent.planner.memory import Memory, Wish
from tresen.agent.planner.phrasing import clipped, told
from tresen.agent.planner.spelling import alike, words
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import trades
from tresen.kit.words import maybe

MOST_ITEMS = 5


def human(wish: Wish, view: View) -> Script:
    """The shopper asks for a person."""
    return (yield from hand_over(wish, view, "asked"))


def upset(wish: Wish, view: View) -> Script:
    """The shopper is angry, speaks of lawyers, or tells of something that a person has to see to."""
    return (yield from hand_over(wish, view, alarm(wish.text) or Reason.ANGER))


def hand_over(wish: Wish, view: View, why: str) -> Script:
    """Ask for a person once; the tool itself tells the shopper."""
    reason = maybe(f"handover-reason-{why}", view.locale) or told(f"reason-{why}", view.locale)
    args = {"reason": reason, "brief": brief(wish, view)}
    if named := department(wish, view):
        args["department"] = named
    (result,) = yield (Call("ask_for_human", args),)
    return Said(told("handed-over" if result.ok else "no-human", view.locale))


def department(wish: Wish, view: View) -> str:
    """The department that the shopper's words name, or whose trade they speak of; empty when none does."""
    said = {word for text in (*wish.texts, view.turn.text) for word in words(text)}
    for name in view.departments:
        own = set(words(name))
        trade = next((each for each in trades() if own & each), frozenset())
        if any(alike(word, part) for word in said for part in own | trade if len(part) > 3):
            return name
    return ""


def brief(wish: Wish, view: View) -> str:
    """What the shopper wants, looked for and has in the cart."""
    memory, locale = view.memory, view.locale
    said = " / ".join(clipped(" ".join(text.split()), 40) for text in wish.texts)
    parts = [told("brief-said", locale, text=said or "–")]
    if memory.search:
        parts.append(told("brief-search", locale, text=_search(memory)))
    if memory.focus:
        parts.append(told("brief-product", locale, title=memory.focus.title))
    if memory.cart and memory.cart.lines:
        items = "; ".join(f"{each.quantity} × {each.title}" for each in memory.cart.lines[:MOST_ITEMS])
        parts.append(told("brief-cart", locale, items=items, total=memory.cart.total))
    return " ".join(parts)


def _search(memory: Memory) -> str:
    named = [str(value) for key, value in (memory.search or {}).items() if key in ("query", "brand", "color", "size")]
    return clipped(", ".join(dict.fromkeys(value for value in named if value)), 20)
