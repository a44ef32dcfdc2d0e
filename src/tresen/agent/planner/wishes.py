"""Understands a message: splits it into clauses, and says what the shopper wants."""

import re
from dataclasses import replace

from tresen.agent.planner import options
from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.clauses import Clause
from tresen.agent.planner.memory import Memory, Wish
from tresen.agent.planner.references import refer

_BREAK = re.compile(
    r"(?:(?<!\bGr)(?<!\bgr)(?<!\bNr)(?<!\bnr)(?<!\bca)(?<!\bmax)(?<!\bmin)(?<!\bbzw)(?<!\bz)(?<!\bSt)(?<!\d)[.!;]+|(?<=[?]))(?:\s+|$)|\n+|,\s+|\s+(?:und|and|sowie|außerdem|then|plus)\s+(?![\d€$£])",
    re.I,
)
CLOSINGS = frozenset({"greet", "thanks", "bye", "yes", "no"})  # left unsaid when there is something to do
PIECES = frozenset(
    {"refine", "unclear", "change", "empty", "yes", "no"}
)  # complete another clause rather than stand alone
CONDITIONS = frozenset({"falls", "wenn", "sollten", "if", "case", "weil", "because"})
RELATIVES = frozenset({"die", "der", "das", "den", "welche", "which", "that", "who"})
ALONE = ("human", "upset", "injection")  # swallow everything else
ANSWERS = frozenset({"refine", "choose", "change", "unclear", "yes", "find", "question", "more"})
MOST_WISHES = 3


def understand(text: str, memory: Memory, catalog: Catalog) -> list[Wish]:
    """The shopper's wishes, at least one."""
    clauses = _joined(
        [Clause(piece.strip(), memory, catalog) for piece in _BREAK.split(text) if piece and piece.strip()]
    )
    if not clauses:
        return [Wish("empty")]
    wishes = [_answering(clause, memory) or Wish(clause.kind, (clause.text,)) for clause in clauses]
    for kind in ALONE:
        if any(wish.kind == kind for wish in wishes):
            return [Wish(kind, (text,))]
    granted = [_granted(wish, memory) for wish in wishes]
    weighty = [wish for wish in granted if wish.kind not in CLOSINGS and wish.kind not in ("empty", "unclear")]
    return (weighty or granted[-1:])[:MOST_WISHES]


def _joined(clauses: list[Clause]) -> list[Clause]:
    """Put pieces such as `size 39-42` or `two pairs` together with the clause that they complete."""
    joined: list[Clause] = []
    for clause in clauses:
        if joined and _belongs(joined[-1], clause):
            joined[-1] = replace(clause, text=f"{joined[-1].text}, {clause.text}")
        else:
            joined.append(clause)
    return joined


def _belongs(before: Clause, clause: Clause) -> bool:
    if _conditional(before) or (_conditional(clause) and clause.kind in ("find", "question", "unclear")):
        return True
    if before.kind in ("choose", "question", "find", "refine", "change") and clause.kind in PIECES:
        return True
    if before.kind in ("refine", "unclear") and clause.kind in ("choose", "find", "question"):
        return True
    if "safety" in (before.kind, clause.kind) and {before.kind, clause.kind} <= {"safety", "question", "unclear"}:
        return True
    if before.kind == "choose" and clause.kind == "choose" and not clause.named:
        return True
    if before.kind in ("find", "choose") and clause.kind in ("find", "question"):
        return _completes(before, clause)
    return before.kind == "question" and clause.kind == "choose" and not clause.named and not before.asking


def _conditional(clause: Clause) -> bool:
    """`if they do not fit`: the circumstances of a wish, no wish."""
    return bool(CONDITIONS & set(clause.said[:2])) and clause.kind in ("find", "question", "unclear", "refine")


def _completes(before: Clause, clause: Clause) -> bool:
    """Whether a clause goes on about the same thing: a relative clause, more filters, the same category."""
    if clause.kind == "question":
        relative = clause.said[0] in RELATIVES
        return before.kind == "find" and not clause.named and (relative or not clause.asking)
    if before.kind == "choose":
        return not clause.category and not clause.finding
    same = before.catalog.category(" ".join(clause.content)) == before.catalog.category(" ".join(before.content))
    return same or not clause.category or not before.category


def _answering(clause: Clause, memory: Memory) -> Wish | None:
    """The pending wish, completed by a clause that answers our question."""
    pending = memory.pending
    if pending is None or clause.kind not in ANSWERS or clause.finding or clause.category:
        return None
    if clause.kind == "question" and clause.asking:
        return None
    named = refer(clause.text, memory, clause.catalog, bare=not pending.product)
    texts = (clause.text, *pending.texts)
    if named and named.explicit and named.products:
        if len(named.products) == 1:
            return replace(pending, texts=texts, product=named.products[0].id)
        return replace(pending, texts=texts)
    detail = memory.details.get(pending.product)
    if (
        clause.option
        or clause.quantity is not None
        or "any" in clause.cues
        or (detail and options.mentions(detail, clause.text))
    ):
        return replace(pending, texts=texts, quantity=clause.quantity or pending.quantity)
    return None


def _granted(wish: Wish, memory: Memory) -> Wish:
    """A yes to our offer is the offered wish; a yes to a choice asks it again."""
    return memory.offer or memory.pending or wish if wish.kind == "yes" else wish
