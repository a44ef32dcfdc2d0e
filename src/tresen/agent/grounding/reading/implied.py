"""Rounded numbers without a unit, whose unit stands before them: "from 24 days in watch mode it becomes about 30"."""

import re

from tresen.agent.grounding.reading.figures import Figure
from tresen.agent.grounding.reading.hedges import Hedge, hedge_before
from tresen.agent.grounding.reading.numbers import numbers

_ENDS = re.compile(r"\s*(?:[,;.!?)]\s|[,;.!?)]?$|(?:in|im|bei|mit|with|at|on|auf)\b)")


def implied(text: str, found: list[Figure]) -> list[Figure]:
    """What such a number may measure: once for each dimension that was spoken of before it."""
    more = []
    for number in numbers(text):
        hedge, start = hedge_before(text, number.start)
        taken = any(each.start <= number.start < each.end for each in found)
        if hedge is not Hedge.ABOUT or taken or number.article or not _ENDS.match(text, number.end):
            continue
        before = {each.dimension: each for each in found if each.end <= start and each.kind in ("measure", "period")}
        for each in before.values():
            said = text[start : number.end]
            more.append(Figure(each.dimension, number.value, number.value, start, number.end, said, hedge))
    return more
