"""What shoppers want done besides finding: buy, track, cancel, send back, withdraw, keep. The first that fits wins."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tresen.agent.planner import buying, cues, identity
from tresen.agent.planner.documents import asks_terms
from tresen.agent.planner.memory import Memory, Wish
from tresen.agent.planner.orderfacts import order_number
from tresen.agent.planner.postal import LABELS, read_address
from tresen.agent.planner.references import places
from tresen.agent.planner.spelling import words

if TYPE_CHECKING:
    from tresen.agent.planner.clauses import Clause

WILLING = frozenset(
    words(
        "möchte möcht will würde muss müsste wollte bitte brauche hätte "
        "want wanna like need please would must gotta have"
    )
)
ASKING = frozenset(
    words("wie was wann wer wo warum wieso welche ob gibt how what when who where why which is are do does")
)
HOW = frozenset(words("how wie whether ob"))  # wherever it stands: "could you tell me how I would ..."
OWN = frozenset(words("mein meine meiner meines meinem my"))
MOST_WORDS = 40  # of an answer
TAKING = frozenset(
    words("nimm nehmen nehme nehmt rausnehmen herausnehmen rausnimmst streich streiche streichen take drop raus")
)
WHERE = frozenset(words("wo wann bleibt status where when track"))
IFS = frozenset(words("falls wenn if suppose angenommen"))
DONE_BY_OTHERS = ("choose", "change", "remove", "empty_cart")  # kept beside an errand, and done before it
NUMBERED = frozenset({"send_back", "exchange", "take_out", "cancel", "repay", "withdraw", "track"})
AFTER_OTHERS = frozenset({"code", "checkout"})


def _checkout(clause: "Clause") -> bool:
    if "checkout" in clause.cues:
        return not clause.named and not (clause.asking and _terms(clause))
    other = clause.named or clause.category or clause.brand or clause.option
    if "purchase" not in clause.cues or clause.asking or other:
        return False
    cart, focus = clause.memory.cart, clause.memory.focus
    held = {line.product_id for line in cart.lines} if cart else set()
    new = focus is not None and bool(held) and focus.id not in held
    filled = bool(held) or clause.memory.filled or not (clause.memory.shown or focus)
    return filled and not new and clause.quantity is None


def _code(clause: "Clause") -> bool:
    if "code" not in clause.cues:
        return buying.code_in(clause.text) == clause.text.strip(" .!") != "" and any(map(str.isdigit, clause.text))
    if "prove" in clause.cues:
        return False
    return bool(buying.code_in(clause.text)) or ("code_given" in clause.cues and not _open_question(clause))


def _order(name: str) -> Callable[["Clause"], bool]:
    return lambda clause: name in clause.cues and not _terms(clause)


def _dispute(clause: "Clause") -> bool:
    return ("dispute" in clause.cues or {"bill", "wrong"} <= clause.cues) and not _terms(clause)


def _sends_back(name: str) -> Callable[["Clause"], bool]:
    """A wish to send back, not the question whether and how one can."""

    def fits(clause: "Clause") -> bool:
        if name not in clause.cues or _terms(clause) or IFS & set(clause.said[:3]):
            return False
        named = bool(order_number(clause.text.upper()))
        willing = bool(WILLING & set(clause.said)) and not _open_question(clause)
        begun = clause.said[0] in ("return", "exchange", "swap") and len(clause.said) > 1 and not clause.asking
        known = bool(clause.memory.orders) and not ASKING & set(clause.said[:1]) and len(clause.said) > 1
        return named or willing or begun or known

    return fits


def _readdress(clause: "Clause") -> bool:
    asked = clause.memory.pending
    return "readdress" in clause.cues and not (asked and asked.kind == "checkout")


def _repay(clause: "Clause") -> bool:
    """Another way to pay what is ordered; before that, it is for the checkout to hear."""
    asked, cart = clause.memory.pending, clause.memory.cart
    buying_now = (asked and asked.kind == "checkout") or (cart and cart.lines)
    return "repay" in clause.cues and not buying_now


def _take_out(clause: "Clause") -> bool:
    """`take the hat out of my order`, or out of what was just looked up when the cart is empty."""
    cart = clause.memory.cart
    known = bool(clause.memory.orders) and not (cart and cart.lines) and bool({"remove", "fewer"} & clause.cues)
    taking = "take_out" in clause.cues and bool({"remove", "fewer"} & clause.cues or TAKING & set(clause.said))
    return (taking or known) and not (_terms(clause) or LABELS & set(clause.said))


def _track(clause: "Clause") -> bool:
    if "order" in clause.cues:
        rules = {rule.name for rule in cues.rules(clause.said)} - {"shipping", "dispatch"}
        if clause.asking and rules and not (WHERE & set(clause.said) or order_number(clause.text)):
            return False  # `how long will you keep my order?`
        own = bool(OWN & set(clause.said)) or bool(order_number(clause.text))
        return own or not _terms(clause)
    numbered = bool(order_number(clause.text))
    return numbered and (len(clause.content) < 3 or bool(WHERE & set(clause.said)))  # hardly more than a number


def _additions(clause: "Clause") -> bool:
    cart, focus = clause.memory.cart, clause.memory.focus
    held = {line.product_id for line in cart.lines} if cart else set()
    other = focus is not None and focus.id not in held
    filled = bool(held) or clause.memory.filled
    return "additions" in clause.cues and filled and not (other or clause.named or clause.category)


def _better(clause: "Clause") -> bool:
    return "better" in clause.cues and bool(clause.memory.shown or clause.memory.focus) and not clause.category


def _terms(clause: "Clause") -> bool:
    """Whether it is the rules that are asked for: how long, what it costs."""
    return asks_terms(clause.text)


def _open_question(clause: "Clause") -> bool:
    if ASKING & set(clause.said[:1]) or HOW & set(clause.said):
        return True
    return clause.asking and not WILLING & set(clause.said)


def _cue(name: str) -> Callable[["Clause"], bool]:
    return lambda clause: name in clause.cues


ERRANDS: tuple[tuple[str, Callable[["Clause"], bool]], ...] = (
    ("code", _code),
    ("dispute", _dispute),
    ("withdraw", _order("withdraw")),
    ("take_out", _take_out),
    ("cancel", _order("cancel")),
    ("readdress", _readdress),
    ("repay", _repay),
    ("exchange", _sends_back("exchange")),
    ("send_back", _sends_back("send_back")),
    ("notify", _cue("notify")),
    ("bring_back", _cue("bring_back")),
    ("later", _cue("later")),
    ("checkout", _checkout),
    ("track", _track),
    ("prove", _cue("prove")),
    ("additions", _additions),
    ("better", _better),
)
KINDS = frozenset(kind for kind, _ in ERRANDS)


def errand(clause: "Clause") -> str:
    """The errand a clause is about; empty when it is about none."""
    return next((kind for kind, fits in ERRANDS if fits(clause)), "")


def continued(said: str, memory: Memory) -> Wish | None:
    """The errand that waits for an answer, completed by what the shopper wrote."""
    asked = memory.pending
    if asked is None or len(words(said)) > MOST_WORDS:
        return None
    texts = (said, *asked.texts)
    match asked.kind:
        case "checkout" if buying.answers(said, memory):
            return Wish("checkout", (said,), fields=asked.fields)
        case "prove" if identity.claim(said):
            return Wish("prove", (said,), goal=asked.goal)
        case "code" if buying.code_in(said.upper()) and len(words(said)) < 4:
            return Wish("code", (buying.code_in(said.upper()),))
        case "readdress" if order_number(said, memory.orders) or read_address(said, lacking=memory.refused_fields):
            return Wish("readdress", texts, fields=asked.fields)
        case kind if kind in NUMBERED and order_number(said, memory.orders):
            return Wish(kind, texts)
        case "send_back" | "exchange" | "take_out" | "repay" if places(said) or len(words(said)) < 8:
            return Wish(asked.kind, texts)
        case _:
            return None
