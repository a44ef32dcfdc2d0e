"""The planner's core: read the messages into a view, decide what to call or to say. Pure functions, no state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from langchain_core.messages import BaseMessage

from tresen.agent.planner import (
    advice,
    buying,
    cart,
    compare,
    documents,
    identity,
    inquiry,
    keeping,
    ordering,
    orders,
    people,
    purchase,
    remembering,
    search,
    sizes,
    story,
    suggesting,
    talk,
    worries,
)
from tresen.agent.planner.catalog import Catalog, read_catalog
from tresen.agent.planner.errands import AFTER_OTHERS
from tresen.agent.planner.language import detect
from tresen.agent.planner.memory import Memory, Wish, remember, with_notes
from tresen.agent.planner.mending import mended
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.transcript import Call, Turn, departments, page_locale, turns
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.wishes import understand

REMEMBERED = 12  # turns whose open questions are still followed

ASIDES = frozenset(
    {"cart", "policy", "puzzle", "inquire", "thanks", "greet"}
)  # a question of ours is still open after these
WHILE_BUYING = ASIDES | {"change", "remove", "code", "unclear", "empty", "no"}  # and the checkout after these as well

SCRIPTS: dict[str, Callable[[Wish, View], Script | Said]] = {
    "find": search.find,
    "refine": search.refine,
    "more": search.more,
    "choose": purchase.choose,
    "cart": cart.show,
    "empty_cart": cart.empty,
    "remove": cart.remove,
    "change": cart.change,
    "question": advice.ask,
    "compare": compare.compare,
    "safety": worries.safety,
    "policy": documents.answer,
    "puzzle": inquiry.inquire,
    "inquire": inquiry.inquire,
    "order": ordering.order,
    "discount": documents.discount,
    "human": people.human,
    "upset": people.upset,
    "checkout": buying.checkout,
    "press": buying.press,
    "code": buying.code,
    "track": orders.track,
    "cancel": orders.cancel,
    "take_out": orders.take_out,
    "readdress": orders.readdress,
    "repay": orders.repay,
    "send_back": orders.send_back,
    "exchange": orders.exchange,
    "withdraw": orders.withdraw,
    "dispute": orders.dispute,
    "prove": identity.prove,
    "additions": suggesting.additions,
    "better": suggesting.better,
    "later": keeping.later,
    "bring_back": keeping.bring_back,
    "notify": keeping.notify,
    "story": story.tell,
    "remember": remembering.note,
    "show_memory": remembering.show,
    "forget": remembering.forget,
    "size": sizes.advise,
    "injection": talk.saying("no-orders-taken"),
    "ai": talk.saying("ai"),
    "maker": talk.saying("maker"),
    "abilities": talk.saying("abilities"),
    "off_topic": talk.saying("off-topic"),
    "insult": talk.saying("insult"),
    "greet": talk.saying("greet"),
    "thanks": talk.saying("thanks"),
    "bye": talk.saying("bye"),
    "yes": talk.saying("unclear"),
    "no": talk.saying("all-right"),
    "empty": talk.saying("garbled"),
    "unclear": talk.saying("unclear"),
}


@dataclass(frozen=True)
class Calls:
    """Tools to call now, in parallel."""

    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Say:
    text: str


def read(messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]] = ()) -> View:
    """Everything the planner goes by. `tools` are OpenAI tool definitions, as `bind_tools` makes them."""
    functions = [tool.get("function", {}) for tool in tools]
    described = {str(each.get("name", "")): str(each.get("description", "")) for each in functions}
    catalog = read_catalog(described.get("find_products", ""))
    *before, now = turns(messages)
    memory = Memory(locale=page_locale(messages))
    for place, turn in enumerate(before):
        memory = _after(memory, turn, catalog, follow=len(before) - place <= REMEMBERED)
    locale = detect(now.text, catalog, memory.locale)
    return View(now, with_notes(memory, now), catalog, frozenset(described), locale, departments(messages))


def decide(view: View) -> Calls | Say:
    """The next step of this turn."""
    steps = _steps(view)
    calls = {call.key: call for step in steps if isinstance(step, tuple) for call in step}
    if calls:
        return Calls(tuple(calls.values()))
    said = [step.text for step in steps if isinstance(step, Said) and step.text]
    return Say("\n\n".join(dict.fromkeys(said)) or told("unclear", view.locale))


def _steps(view: View) -> list[tuple[Call, ...] | Said]:
    """One step of every wish; what needs the cart as it will be waits until the others are done."""
    steps: list[tuple[Call, ...] | Said] = []
    for wish in _wishes(view):
        if wish.kind in AFTER_OTHERS and any(isinstance(step, tuple) for step in steps):
            break
        steps.append(_advance(wish, view))
    return steps


def _wishes(view: View) -> list[Wish]:
    if view.turn.tapped:
        return [Wish("question", ("",), view.turn.tapped)]
    if called := worries.called(view):
        return [called]
    sized = sizes.asked(view)
    found = understand(mended(view.turn.text, view.catalog), view.memory, view.catalog, view.turn.text)
    return remembering.beside([sized] if sized else found, view)


def _advance(wish: Wish, view: View) -> tuple[Call, ...] | Said:
    """Run a wish's script from the top until it lacks a result, or has something to say."""
    script = SCRIPTS[wish.kind](wish, view)
    if isinstance(script, Said):
        return script
    try:
        calls = worries.calmer(next(script), view)
        while True:
            results = [view.result(call) for call in calls]
            if missing := tuple(call for call, result in zip(calls, results, strict=True) if result is None):
                return missing
            answered = tuple(result for result in results if result is not None)
            calls = worries.calmer(script.send(answered), view)
    except StopIteration as stop:
        return cast(Said, stop.value)


def _after(memory: Memory, turn: Turn, catalog: Catalog, follow: bool) -> Memory:
    """The memory after an earlier turn, with the question it left open."""
    locale = detect(turn.text, catalog, memory.locale) if turn.text else memory.locale
    view = View(turn, with_notes(memory, turn), catalog, locale=locale)
    wishes = _wishes(view) if follow and turn.text else []
    said = [step for wish in wishes if isinstance(step := _advance(wish, view), Said)]
    kept = WHILE_BUYING if memory.pending and memory.pending.kind == "checkout" else ASIDES
    aside = bool(wishes) and all(wish.kind in kept for wish in wishes)
    now = remember(memory, turn)
    asks = next((each.asks for each in reversed(said) if each.asks), now.pending if aside else None)
    offer = next((each.offer for each in reversed(said) if each.offer), None)
    return replace(now, locale=locale, pending=asks, offer=offer)
