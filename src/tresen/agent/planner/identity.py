"""The script that lets shoppers prove who they are, and then goes on with what they had asked."""

import re
from importlib import import_module
from typing import Any, cast

from tresen.agent.planner.buying import sentence
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.orderfacts import order_number
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.results import line
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View

_CODE = re.compile(r"(?<![\w@-])(\d{3}[\s-]?\d{3})(?![\w@-])")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def unproven(wish: Wish, number: str, view: View) -> Said:
    """Offer a code by mail; what was asked is kept."""
    claim = Wish("prove", (number,) if number else (), goal=wish)
    asks = Wish("prove", goal=wish)
    if number:
        return Said(told("prove-order", view.locale, number=number), asks=asks, offer=claim)
    return Said(told("prove-who", view.locale), asks=asks)


def first_proven(wish: Wish, number: str, view: View) -> Script:
    """A code to the address that was given beside the wish; else what `unproven` offers."""
    mail = _EMAIL.search(" ".join(wish.texts))
    if mail is None:
        return unproven(wish, number, view)
    return (yield from prove(Wish("prove", (mail[0],), goal=wish), view))


def prove(wish: Wish, view: View) -> Script:
    """Have a code sent, or take the one that was typed."""
    args, goal = claim(wish.text), wish.goal
    again = Wish("prove", goal=goal)
    if not args:
        return Said(told("prove-who", view.locale), asks=again)
    (result,) = yield (Call("prove_identity", args),)
    if not result.ok:
        return Said(sentence(result, view), asks=again)
    said = line(result.data.get("say"), 400)
    if not result.data.get("proven"):
        return Said(said, asks=again)
    if goal is None:
        return Said(said)
    return cast(Said, (yield from _go_on(goal, view)))


def claim(text: str) -> dict[str, str]:
    """Arguments of prove_identity: a code of six digits, an e-mail address, or the number of an order."""
    if mail := _EMAIL.search(text):
        return {"email": mail[0].lower()}
    if number := order_number(text):
        return {"order_number": number}
    if code := _CODE.search(text):
        return {"code": re.sub(r"\D", "", code[1])}
    return {}


def _go_on(goal: Wish, view: View) -> Any:
    scripts = import_module("tresen.agent.planner.decide").SCRIPTS  # the table of all scripts names this one too
    step = scripts[goal.kind](goal, view)
    return step if isinstance(step, Said) else (yield from cast(Script, step))
