"""The script that advises on a size; the shop's chart and notes decide it, never the planner."""

import re

from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.purchase import meant
from tresen.agent.planner.results import line
from tresen.agent.planner.slots import read_slots
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View

TOOL = "advise_size"
_LONGEST = 900
_ASKS = re.compile(
    r"\bwelche\s+größe\s+(?:brauch\w*|soll\w*|nehm\w*|pass\w*|empfiehl\w*|rätst|würdest|wäre|ist\s+(?:für\s+mich|die\s+richtige))|"
    r"\bwelche\s+größe\b.*\b(?:ich|mir)\b.*\?|\bfäll(?:t|en)\b.*\b(?:klein|groß|normal)\w*\b.*\baus\b|"
    r"\bpass(?:t|en)\s+mir\b|\b(?:will|would|does|do)\b.*\bfit\s+me\b|"
    r"\b(?:what|which)\s+size\s+(?:do|should|would|will|can)\b|\b(?:what|which)\s+size\b.*\b(?:for\s+me|fits?\s+me)\b|"
    r"\bdo(?:es)?\s+(?:it|they|that|these|this|the)\b.*\brun\b.*\b(?:small|large|big)\b|\btrue\s+to\s+size\b",
    re.IGNORECASE,
)
_CM = re.compile(r"(\d{1,3}(?:[.,]\d)?)\s*cm\b", re.IGNORECASE)
_FOOT = re.compile(r"fuß|füße|foot|feet", re.IGNORECASE)
_WORN = re.compile(
    r"\b(?:trag\w*|hab\w*|wear|take|usually|sonst|normalerweise|i['’]?m)\b\D{0,30}?"
    r"\b(\d{2}(?:[.,]5)?(?:-\d{2})?|\d?x{0,3}[sl]|m)\b(?!\s*cm|['’])",
    re.IGNORECASE,
)


def asked(view: View) -> Wish | None:
    """The wish for advice on the size of one product that is clear; None when the message is another one."""
    if not asks(view):
        return None
    product = meant(Wish("size", (view.turn.text,)), view)
    product = view.memory.focus if isinstance(product, Said) and view.memory.focus else product
    return None if isinstance(product, Said) else Wish("size", (view.turn.text,), product.id)


def asks(view: View) -> bool:
    """Whether this turn wants to know which size fits."""
    return TOOL in view.tools and _ASKS.search(view.turn.text) is not None


def advise(wish: Wish, view: View) -> Script:
    """What the shop's size chart and notes say for this shopper."""
    args: dict[str, str | float] = {"product_id": wish.product}
    worn, length = _WORN.search(wish.text), _CM.search(wish.text)
    if usual := worn[1] if worn else read_slots(wish.text).size:
        args["usual_size"] = usual
    if length:
        args["foot_length_cm" if _FOOT.search(wish.text) else "body_cm"] = float(length[1].replace(",", "."))
    (result,) = yield (Call(TOOL, args),)
    return Said(line(result.data.get("tell"), _LONGEST) or told("unavailable", view.locale))
