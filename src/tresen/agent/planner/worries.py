"""What is not about goods: worries about health, calls for a person, and what has nothing to do with the shop."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tresen.agent.mood import CALM_CARDS, SOUNDS, Reason, alarm
from tresen.agent.mood.candour import asks_nothing_else
from tresen.agent.mood.phrases import phrases, said
from tresen.agent.planner.advice import about, stated
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.people import hand_over
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.purchase import meant
from tresen.agent.planner.references import content
from tresen.agent.planner.results import detail
from tresen.agent.planner.search import find
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View

if TYPE_CHECKING:
    from tresen.agent.planner.clauses import Clause


def called(view: View) -> Wish | None:
    """The wish for a person, or for the truth about who answers, that leaves nothing else to do."""
    text = view.turn.text
    if reason := alarm(text):
        return Wish("human" if reason is Reason.ASKED else "upset", (text,))
    return Wish("ai", (text,)) if asks_nothing_else(text) else None


def off_topic(clause: "Clause") -> bool:
    """Whether a clause is about the world and not about anything that this shop could sell."""
    words = said(clause.text)
    if phrases("asides", "tasks").within(words):
        return True
    return phrases("asides", "topics").within(words) and not (clause.category or clause.named)


def calmer(calls: tuple[Call, ...], view: View) -> tuple[Call, ...]:
    """Fewer products at once for somebody who is upset."""
    if not any(note.startswith((f"{SOUNDS} upset", f"{SOUNDS} angry")) for note in view.turn.notes):
        return calls
    return tuple(_fewer(call) if call.name == "find_products" else call for call in calls)


def safety(wish: Wish, view: View) -> Script:
    """Health and safety: say what the shop states and offer a person, never reassure."""
    person = Wish("human", wish.texts)
    product = meant(wish, view)
    if isinstance(product, Said):
        if product.asks:
            return product
        if not _goods(wish.text, view):
            if _goods(view.turn.text, view):  # another wish of this message finds them
                return Said(told("safety-hint", view.locale), offer=person)
            return Said(told("safety-which", view.locale), asks=Wish("safety", wish.texts), offer=person)
        found = yield from find(wish, view)
        return replace(found, text=f"{found.text} {told('safety-hint', view.locale)}", offer=person)
    (read,) = yield (Call("get_product", {"product_id": product.id}),)
    known = detail(read.data) if read.ok else None
    if known and (text := stated(known, about(wish, known))):
        return Said(told("stated-only", view.locale, title=known.product.title, text=text), offer=person)
    return (yield from hand_over(wish, view, "safety"))


def _goods(text: str, view: View) -> bool:
    return any(view.catalog.names_category(word) for word in content(text))


def _fewer(call: Call) -> Call:
    return Call(call.name, {**call.args, "limit": min(int(call.args.get("limit", CALM_CARDS)), CALM_CARDS)})
