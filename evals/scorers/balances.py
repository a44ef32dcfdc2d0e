"""Are the shop's rows after the conversation exactly those that were computed by hand?"""

from collections.abc import Iterator
from typing import Any

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from evals.deals import DealLabel, Ordered, Outcome
from evals.ledger import Ledger
from evals.purchase import kept


@scorer(metrics=[accuracy(), stderr()])
def balances() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        wrong = list(complaints(state.metadata_as(DealLabel).expect, kept(state)))
        return Score(value=INCORRECT if wrong else CORRECT, explanation="; ".join(wrong))

    return score


def complaints(expect: Outcome, found: Ledger) -> Iterator[str]:
    """Every way in which the ledger is not what was expected."""
    for step in found.missed:
        yield f"could not be done: {step}"
    if expect.cart is not None:
        yield from _differs("cart", expect.cart, found.cart)
    if expect.sums is not None:
        yield from _differs("sums of the cart", expect.sums, found.sums)
    if expect.offered is not None and expect.offered != (found.offer is not None):
        yield "nothing was offered" if expect.offered else "an order was offered"
    if expect.offer is not None:
        city = found.offer.city if found.offer and expect.offer.city else None
        offer = found.offer.model_copy(update={"city": city}) if found.offer else None
        yield from _differs("offer", expect.offer, offer)
    if expect.orders is not None:
        yield from _orders(expect.orders, found.orders)
    if expect.stock is not None:
        yield from _differs("stock", expect.stock, found.stock)


def _orders(expected: tuple[Ordered, ...], found: tuple[Ordered, ...]) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"{len(expected)} orders expected, {len(found)} found"
        return
    named = {each.number for each in expected if each.number}
    placed = iter(each for each in found if each.number not in named)
    known = {each.number: each for each in found}
    for want in expected:
        got = known.get(want.number) if want.number else next(placed, None)
        asked = {name for name, value in want.model_dump().items() if value is not None and name != "number"}
        for name in sorted(asked):
            place = f"order {want.number or 'placed'}: {name}"
            yield from _differs(place, getattr(want, name), getattr(got, name, None))


def _differs(what: str, expected: Any, found: Any) -> Iterator[str]:
    if expected != found:
        yield f"{what} is {_brief(found)}, not {_brief(expected)}"


def _brief(value: Any) -> str:
    return str(value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value)
