"""The suite of hand-overs: balanced samples, and a scorer that looks at who has the conversation."""

from types import SimpleNamespace
from typing import Any

import pytest
from inspect_ai.scorer import Target

from evals.handovers import Call, Expected
from evals.labels import read
from evals.scorers.handed_over import handed_over


def test_as_many_must_as_must_not_in_both_languages() -> None:
    calls = read("handoff", Call)
    assert len(calls) >= 80
    assert len({call.id for call in calls}) == len({call.turns for call in calls}) == len(calls)
    assert sum(call.expect.handover for call in calls) * 2 == len(calls)
    assert sum(call.locale == "de" for call in calls) * 2 == len(calls)
    assert all(call.why.strip() and all(turn.strip() for turn in call.turns) for call in calls)


@pytest.mark.parametrize(("owner", "handover", "right"), [
    ("waiting", True, True), ("agent", True, False), ("agent", False, True), ("waiting", False, False),
])  # fmt: skip
async def test_the_owner_decides(owner: str, handover: bool, right: bool) -> None:
    call = Call(id="x", locale="de", turns=("hallo",), expect=Expected(handover=handover, reason="anger"), why="w")
    state: Any = SimpleNamespace(metadata_as=lambda _: call, store_as=lambda _: SimpleNamespace(owner=owner))
    found = await handed_over()(state, Target(""))
    assert found is not None and (found.value == "C") == right
    assert ("anger" in (found.explanation or "")) != right
