"""Understands a message: splits it into clauses, and says what the shopper wants."""

import re
from dataclasses import replace

from tresen.agent.planner import buying, errands, inquiry, options, ordering, story
from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.clauses import Clause
from tresen.agent.planner.memory import Memory, Wish
from tresen.agent.planner.postal import LABELS, holds_address, read_address, without_streets
from tresen.agent.planner.references import content, refer, title_hits
from tresen.agent.planner.wanted import JOINT

_BREAK = re.compile(
    r"(?:(?<!\bGr)(?<!\bgr)(?<!\bNr)(?<!\bnr)(?<!\bca)(?<!\bmax)(?<!\bmin)(?<!\bbzw)(?<!\bz)(?<!\bSt)(?<!\d)[.!;]+|(?<=[?]))(?:\s+|$)|\n+|,\s+|\s+(?:und|and|sowie|außerdem|then|plus)\s+(?![\d€$£])",
    re.I,
)
CLOSINGS = frozenset({"greet", "thanks", "bye", "yes", "no"})  # left unsaid when there is something to do
PIECES = frozenset(
    {"refine", "unclear", "change", "empty", "yes", "no"}
)  # complete another clause rather than stand alone
CONDITIONS = frozenset(
    {"falls", "wenn", "sollten", "if", "case", "weil", "because", "sonst", "denn", "damit", "since", "otherwise"}
)
_DENIAL = re.compile(r"\b(?:i|we)\s+(?:can['’]?t|cannot|don['’]?t|won['’]?t)\b|\b(?:ich|wir)\b.*\bnicht\b", re.I)
_SALUTATION = re.compile(
    r"\b(?:sehr\s+geehrte\w*|verehrte\w*|liebe)\s+damen(?:\s+und\s+herren)?|\bladies\s+and\s+gentlemen", re.I
)
RELATIVES = frozenset({"die", "der", "das", "den", "welche", "which", "that", "who"})
DEMANDS = frozenset({"should", "must", "soll", "sollte", "sollen", "sollten", "muss", "mussen", "musste", "mussten"})
ALONE = ("human", "upset", "injection")  # swallow everything else
ANSWERS = frozenset({"refine", "choose", "change", "unclear", "yes", "find", "question", "more"})
FORMS = frozenset({"checkout", "readdress", "code", "prove"})  # completed by what errands read, never by a quantity
IDLE = frozenset({"empty", "unclear"})
FEW = 2  # content words that add nothing of their own to a question
MOST_WISHES = 3


def understand(text: str, memory: Memory, catalog: Catalog, said: str = "") -> list[Wish]:
    """The shopper's wishes, at least one. `said` is the text as it was typed, for names and addresses."""
    said = said or text
    if ordered := ordering.ordered(said, memory, catalog):
        return [ordered]
    clauses = _joined(_split(text, said, memory, catalog))
    if not clauses:
        return [Wish("empty")]
    wishes = [(_answering(clause, memory) or Wish(clause.kind, (clause.text,)), clause) for clause in clauses]
    for kind in ALONE:
        if any(wish.kind == kind for wish, _ in wishes):
            return [Wish(kind, (text,))]
    if run := _errands(wishes, said, memory, catalog):
        return run
    busy = any(wish.kind not in (*CLOSINGS, *IDLE, "find") for wish, _ in wishes)
    ruled = any(wish.kind in ("policy", "inquire") for wish, _ in wishes)
    kept = [pair for pair in wishes if not (busy and pair[0].kind == "find" and _residual(pair[1], ruled))]
    granted = [_granted(wish, memory) for wish, _ in kept]
    weighty = [wish for wish in granted if wish.kind not in CLOSINGS and wish.kind not in IDLE]
    return (weighty or granted[-1:])[:MOST_WISHES]


def _split(text: str, said: str, memory: Memory, catalog: Catalog) -> list[Clause]:
    asked = memory.pending is not None and memory.pending.kind in ("checkout", "readdress")
    addressed = asked or holds_address(said)
    pieces = _BREAK.split(_SALUTATION.sub(" ", text))
    return [Clause(piece.strip(), memory, catalog, addressed=addressed) for piece in pieces if piece and piece.strip()]


def _street_alone(said: str, memory: Memory) -> bool:
    """`12 Mill Lane`, with something in the cart: the beginning of an address."""
    filled = memory.filled or bool(memory.cart and memory.cart.lines)
    rest = without_streets(said)
    named = set(content(rest)) <= LABELS | {"wohne", "live"}
    return filled and rest != said and named and not said.rstrip().endswith("?")


def _errands(wishes: list[tuple[Wish, Clause]], said: str, memory: Memory, catalog: Catalog) -> list[Wish]:
    """The errands of a message, each with all of its words, after what is to be put into the cart for them."""
    kinds = [wish.kind for wish, _ in wishes if wish.kind in errands.KINDS]
    whole = Clause(" ".join(said.split()), memory, catalog)
    if not kinds and (one := errands.errand(whole)) and not any(clause.finding for _, clause in wishes):
        kinds = [one]
    moving = memory.pending is not None and memory.pending.kind == "readdress"
    if not kinds and not moving and {"street", "postal_code"} <= read_address(said).keys():
        kinds = ["checkout"]  # a whole address is never about quantities
    begun = memory.checkout is not None and holds_address(said) and not said.rstrip().endswith("?")
    if not kinds and not memory.pending and (begun or _street_alone(said, memory)):
        kinds = ["checkout"]
    agreed = kinds == ["checkout"] or (not kinds and wishes[0][0].kind == "yes")
    if memory.offer and memory.offer.kind == "press" and agreed and not buying.answers(said, memory):
        return [memory.offer]
    answered = errands.continued(said, memory)
    if answered and (not kinds or answered.kind in (*kinds, "prove")):
        return [answered]
    if not kinds:
        return []
    before = [wish for wish, _ in wishes if wish.kind in errands.DONE_BY_OTHERS] if "checkout" in kinds else []
    asked = [wish for wish, clause in wishes if wish.kind == "policy" and clause.asking]
    run = [Wish(kind, (said,)) for kind in dict.fromkeys(kinds)]
    return [*before, *run[:2], *asked][:MOST_WISHES]


def _residual(clause: Clause, ruled: bool = False) -> bool:
    """Words left over beside another wish, such as `sick` or `lovely`: no product, and nothing said of searching.

    Beside a question (`ruled`), what was told before it: `I crashed, and my jacket is torn`.
    """
    if ruled and not (clause.finding or clause.asking or {"want", "buy"} & clause.cues):
        return True
    return not (clause.category or clause.brand or (clause.finding and clause.product_noun))


def _joined(clauses: list[Clause]) -> list[Clause]:
    """Put pieces such as `size 39-42` or `two pairs` together with the clause that they complete."""
    joined: list[Clause] = []
    for clause in clauses:
        before = joined[-1] if joined else None
        if before and _beside_the_point(before, clause):
            continue
        if before and _belongs(before, clause):
            kind = _kind_of_both(before, clause)
            joined[-1] = replace(clause, text=f"{before.text}{JOINT}{clause.text}", settled=kind)
        else:
            joined.append(clause)
    return joined


def _beside_the_point(before: Clause, clause: Clause) -> bool:
    """A reason for a search that names no product: `otherwise I cannot sleep`."""
    reason = _conditional(clause) or (_DENIAL.search(clause.text) is not None)
    idle = reason and not (clause.category or clause.slots.any or clause.attributes)
    return before.kind in ("find", "refine") and idle


def _kind_of_both(before: Clause, clause: Clause) -> str:
    """The kind that the first or the second clause decides alone; empty when both together are read again."""
    if "story" in (before.kind, clause.kind):
        return "story"
    if before.kind == "question" and clause.kind == "choose":
        return "choose"
    if before.kind in ("compare", "inquire"):
        return before.kind
    if clause.kind == "inquire" and before.kind != "policy":
        return "inquire"
    if _into_cart(before, clause):
        return before.kind
    if before.kind == "policy" or clause.kind == "policy":
        return "policy"
    if before.kind == "find" and (clause.excludes or clause.kind in ("puzzle", "find", "refine", "unclear")):
        return "find"
    return "find" if clause.kind == "find" and before.kind in ("unclear", "find") else ""


def _belongs(before: Clause, clause: Clause) -> bool:
    if "story" in (before.kind, clause.kind):
        return story.joins(before, clause)
    if _conditional(before) or (_conditional(clause) and clause.kind != "refine"):
        return True
    if before.kind in ("choose", "question", "find", "refine", "change") and (clause.kind in PIECES or clause.excludes):
        return True
    if before.kind in ("find", "choose") and _into_cart(before, clause):
        return True
    if before.kind in ("refine", "unclear") and clause.kind in ("choose", "find", "question"):
        return True
    if "safety" in (before.kind, clause.kind) and {before.kind, clause.kind} <= {"safety", "question", "unclear"}:
        return True
    if before.kind == "choose" and clause.kind == "choose" and not clause.named:
        return True
    if before.kind == "compare":
        return clause.kind in ("question", "compare", "unclear") or (clause.kind == "choose" and clause.named)
    if "policy" in (before.kind, clause.kind):
        return _same_policy(before, clause)
    if clause.kind == "inquire" and before.kind in ("find", "choose") and not before.finding and not before.asking:
        return inquiry.goes_on(clause)
    if before.kind == "inquire":
        return clause.asking and clause.kind in ("inquire", "question", "puzzle", "policy") and inquiry.goes_on(clause)
    if before.kind == "find" and clause.kind == "puzzle":
        return not clause.text.rstrip().endswith("?")
    if before.kind in ("find", "choose") and clause.kind in ("find", "question"):
        return _completes(before, clause)
    return before.kind == "question" and clause.kind == "choose" and not clause.named


def _into_cart(before: Clause, clause: Clause) -> bool:
    """`add the ... in blue, 39-42 to my cart`: the rest of one order."""
    buying_it = "buy" in before.cues | clause.cues and clause.kind in ("choose", "cart")
    return buying_it and clause.option and not clause.named and not clause.category


def _same_policy(before: Clause, clause: Clause) -> bool:
    """`how long do I have, to return it?`, `can I return it, and what does it cost?`: one question to the documents."""
    if before.kind == clause.kind:
        return not before.asking or bool(CONDITIONS & set(clause.said[:2]))
    if before.kind == "policy" and not (clause.category or clause.brand or clause.named):
        aside = not before.asking and clause.kind in ("inquire", "puzzle", "question")
        named = clause.kind in ("find", "unclear") and clause.text.endswith("?") and len(clause.content) <= FEW
        if aside or named:
            return True
    if clause.kind == "policy":
        return before.kind in ("question", "puzzle", "unclear") and not before.named and len(before.content) <= FEW
    asked = clause.kind in ("question", "puzzle") and not clause.named and not clause.category and not clause.option
    return asked and len(clause.content) <= FEW


def _conditional(clause: Clause) -> bool:
    """`if they do not fit`: the circumstances of a wish, no wish."""
    leads = bool(CONDITIONS & set(clause.said[:2]))
    wishing = clause.kind == "choose" and not clause.named and not clause.option and clause.quantity is None
    return leads and (wishing or clause.kind in ("find", "question", "unclear", "refine", "puzzle"))


def _completes(before: Clause, clause: Clause) -> bool:
    """Whether a clause goes on about the same thing: a relative clause, more filters, the same category."""
    if clause.kind == "question":
        demands = clause.said[0] in DEMANDS and not clause.text.rstrip().endswith("?")  # `should block the wind`
        relative = clause.said[0] in RELATIVES or demands
        return before.kind == "find" and not clause.named and (relative or not clause.asking)
    if before.kind == "choose":
        return not clause.category and not clause.finding
    if not (clause.category and before.category):
        return not (clause.finding and before.finding and clause.product_noun and before.product_noun)
    return before.catalog.category(" ".join(clause.content)) == before.catalog.category(" ".join(before.content))


def _answering(clause: Clause, memory: Memory) -> Wish | None:
    """The pending wish, completed by a clause that answers our question."""
    pending = memory.pending
    if pending is None or pending.kind in FORMS or clause.kind not in ANSWERS or clause.finding or clause.category:
        return None
    if (clause.kind == "question" and clause.asking) or _another(clause, pending):
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


def _another(clause: Clause, pending: Wish) -> bool:
    """`1 piece of the Zenith lamp`, when it is another product whose options were asked for."""
    known = clause.memory.seen.get(pending.product)
    if known is None or not (clause.counts and clause.content):
        return False
    detail = clause.memory.details.get(pending.product)
    offered = detail is not None and options.mentions(detail, clause.text)
    return not offered and not title_hits(clause.content, known)


def _granted(wish: Wish, memory: Memory) -> Wish:
    """A yes to our offer is the offered wish; a yes to a choice asks it again."""
    return memory.offer or memory.pending or wish if wish.kind == "yes" else wish
