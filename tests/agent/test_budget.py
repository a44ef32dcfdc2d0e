"""A turn's budget, and what models may cost a day: kept while many spend at once, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from langchain_core.messages import AIMessage

from tresen.agent.models.budget import Budget, Limits
from tresen.agent.models.pricing import NOTHING, USUAL_OUTPUT, Price, Prices, Purse, Usage, usage_of
from tresen.conversation import shoppers, spending, turns
from tresen.conversation.events import ModelReplied
from tresen.conversation.parts import Text
from tresen.conversation.spending import Cap, CapReached, Caps, Spent
from tresen.conversation.turn import Turn
from tresen.kit.bus import Bus
from tresen.kit.db import Database

BERLIN = ZoneInfo("Europe/Berlin")
PROMPT = 1_000  # tokens of the calls here


# ---- of a turn


@pytest.mark.parametrize(
    ("calls", "runs", "circling"),
    [
        ("ab", "yy", False),
        ("aa", "yy", False),
        ("aaa", "yyn", True),
        ("abab", "yyyy", True),
        ("abcabc", "yyyyyy", False),
        ("abcdefghijklm", "yyyyyyyyyyyyn", False),
    ],
)
def test_a_turn_notices_when_a_model_goes_round_in_circles(calls: str, runs: str, circling: bool) -> None:
    budget, limits = Budget(), Limits()
    assert "".join("y" if budget.may_run(each, limits) else "n" for each in calls) == runs
    assert budget.circling is circling
    assert budget.used_up(limits) is (circling or len(calls) >= limits.tool_calls)


def test_a_turn_has_so_many_messages_and_so_much_time() -> None:
    budget, limits = Budget(), Limits(model_calls=2, seconds=10)
    budget.model_calls = 2
    assert not budget.used_up(limits)
    budget.model_calls = 3
    assert budget.used_up(limits)
    assert 9 < budget.left(limits) <= 10
    budget.started -= 11
    assert budget.left(limits) < 0


# ---- what a call costs


def test_a_price_is_per_million_tokens_and_what_was_cached_has_its_own() -> None:
    prices = Prices({"m": Price(Decimal("0.25"), Decimal("0.025"), Decimal("2"))})
    assert prices.cost("m", Usage(1_000_000, 0)) == 250_000
    assert prices.cost("m", Usage(1_000_000, 0, 1_000_000)) == 25_000
    assert prices.cost("m", Usage(5_000, 200, 4_000)) == 250 + 100 + 400
    assert prices.cost("m", Usage(1, 0)) == 0


def test_a_model_without_a_price_is_free_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    prices = Prices()
    assert [prices.cost("x", Usage(9_999)) for _ in range(3)] == [0, 0, 0]
    assert caplog.text.count("has no price") == 1


def test_usage_is_the_providers_or_else_ours() -> None:
    told: Any = {"input_tokens": 50, "output_tokens": 5, "total_tokens": 55, "input_token_details": {"cache_read": 32}}
    assert usage_of(AIMessage("Hallo", usage_metadata=told), 99) == Usage(50, 5, 32)
    counted = usage_of(AIMessage("Hallo, was suchst du?"), 99)
    assert (counted.input, counted.told) == (99, False)
    assert 3 <= counted.output <= 9
    nothing: Any = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    assert usage_of(AIMessage("Hallo", usage_metadata=nothing), 99).input == 99


# ---- of a day


@dataclass
class Spender:
    """Opens conversations and makes calls in them."""

    db: Database
    bus: Bus
    opened: list[str] = field(default_factory=list)

    async def turn(self) -> Turn:
        async with self.db.write() as tx:
            shopper = (await shoppers.open_web(tx, "de")).shopper
            await turns.receive(tx, shopper, (Text("Hallo"),), "1")
        turn = await turns.claim(self.db, self.bus, shopper.conversation_id)
        assert turn is not None
        self.opened.append(shopper.conversation_id)
        return turn

    async def call(self, purse: Purse, turn: Turn, prompt: int = PROMPT, output: int = 100) -> bool:
        """One call of a model, as the recorder makes it; False when a cap forbids it."""
        try:
            held = await purse.hold(turn, "m", prompt)
        except CapReached:
            return False
        await asyncio.sleep(0.01)
        usage = Usage(prompt, output)
        cost = purse.prices.cost("m", usage)
        async with self.db.write() as tx:
            await turn.append(tx, ModelReplied(turn.id, "ok", (), "m", usage.input, usage.output, 0, cost))
            await purse.settle(tx, turn, held, usage, cost)
        return True

    async def spent(self, whom: str, day: str = "2026-11-20") -> Spent:
        async with self.db.read() as tx:
            return (await spending.read(tx, day, [whom]))[whom]


@pytest.fixture
async def spender(each_db: Database, bus: Bus) -> AsyncIterator[Spender]:
    yield Spender(each_db, bus)


async def test_a_call_is_counted_for_the_conversation_the_shopper_and_the_shop(spender: Spender) -> None:
    purse = Purse(Prices({"m": Price(Decimal(1), Decimal(0), Decimal(10))}), zone=BERLIN)
    first, second = await spender.turn(), await spender.turn()
    assert await spender.call(purse, first)
    assert await spender.call(purse, second)
    one = Spent(1, PROMPT, 100, 2_000)
    assert await spender.spent(f"conversation:{first.shopper.conversation_id}") == one
    assert await spender.spent(f"shopper:{second.shopper.id}") == one
    assert await spender.spent("shop") == one + one


async def test_an_answer_that_is_not_stored_is_not_counted(spender: Spender) -> None:
    """What a call took and its event are one transaction."""
    purse, turn = Purse(), await spender.turn()
    held = await purse.hold(turn, "m", PROMPT)
    with pytest.raises(RuntimeError, match="plug"):
        async with spender.db.write() as tx:
            await turn.append(tx, ModelReplied(turn.id, "ok"))
            await purse.settle(tx, turn, held, Usage(PROMPT), 0)
            raise RuntimeError("somebody pulls the plug")
    assert await spender.spent("shop") == NOTHING


@pytest.mark.parametrize("whom", ["conversation", "shopper", "shop"])
async def test_a_cap_is_exceeded_by_one_call_at_most(spender: Spender, whom: str) -> None:
    purse = Purse(caps=Caps(**{whom: Cap(tokens=5_000)}))
    turn = await spender.turn()
    made = [await spender.call(purse, turn) for _ in range(9)]
    assert made == [True] * 5 + [False] * 4
    assert (await spender.spent("shop")).tokens == 5 * 1_100


async def test_a_cap_of_money(spender: Spender) -> None:
    purse = Purse(Prices({"m": Price(Decimal(1), Decimal(0), Decimal(10))}), Caps(shop=Cap(cost=6_000)))
    turn = await spender.turn()
    assert sum([await spender.call(purse, turn) for _ in range(9)]) == 3
    assert (await spender.spent("shop")).cost == 6_000


async def test_many_conversations_at_once_exceed_the_shops_cap_by_one_call(spender: Spender) -> None:
    purse, most = Purse(caps=Caps(shop=Cap(tokens=20_000))), 20_000
    opened = [await spender.turn() for _ in range(12)]

    async def go_on(turn: Turn) -> int:
        return sum([await spender.call(purse, turn, output=USUAL_OUTPUT) for _ in range(4)])

    made = sum(await asyncio.gather(*(go_on(turn) for turn in opened)))
    spent = await spender.spent("shop")
    assert spent.tokens == made * (PROMPT + USUAL_OUTPUT)
    assert most <= spent.tokens < most + PROMPT + USUAL_OUTPUT
    assert spent.calls == made == 13


async def test_what_was_set_aside_comes_back_when_a_call_fails(spender: Spender) -> None:
    purse, turn = Purse(caps=Caps(conversation=Cap(tokens=1_000))), await spender.turn()
    held = await purse.hold(turn, "m", PROMPT)
    assert (await spender.spent("shop")).tokens == PROMPT + USUAL_OUTPUT
    with pytest.raises(CapReached):
        await purse.hold(turn, "m", PROMPT)
    await purse.give_back(turn, held)
    assert await spender.spent("shop") == NOTHING


async def test_a_cap_begins_anew_at_the_shops_midnight(spender: Spender, clock: Any) -> None:
    clock.instant = datetime(2026, 11, 20, 22, 50, tzinfo=UTC)  # ten to midnight in Berlin
    purse, turn = Purse(caps=Caps(shop=Cap(tokens=1)), zone=BERLIN), await spender.turn()
    assert await spender.call(purse, turn)
    assert not await spender.call(purse, turn)
    clock.forward(minutes=9)
    assert not await spender.call(purse, turn)
    clock.forward(minutes=2)
    assert await spender.call(purse, turn)
    assert (await spender.spent("shop", "2026-11-21")).calls == 1


async def test_without_a_cap_nothing_is_set_aside(spender: Spender) -> None:
    purse, turn = Purse(caps=Caps(shop=Cap(tokens=1_000_000))), await spender.turn()
    held = await purse.hold(turn, "m", PROMPT)
    assert held.reserved == NOTHING
    assert await spender.spent("shop") == NOTHING
