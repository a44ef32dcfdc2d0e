"""Who left a cart is reminded if they agreed, by day, once, and a code comes from the rule alone."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import selling
from selling import heard

from tresen.conversation.shoppers import Shopper
from tresen.counter import cart, codes, reminders
from tresen.counter.till import Till
from tresen.kit.db import Database
from tresen.shop.promotions import CodeUnknown, Promotion

ROOT = Path(__file__).parents[2]

PERSONAL = Promotion(
    "come-back", "percent", {"de": "Schön, dass du da bist", "en": "Nice to see you"}, personal=True, percent=Decimal(5)
)


@pytest.fixture
def till(tmp_path: Path, clock: Any) -> Till:
    house = replace(selling.HOUSE, promotions=(*selling.HOUSE.promotions, PERSONAL))
    return selling.till(tmp_path, clock, house)


@pytest.fixture
async def shopper(db: Database, till: Till) -> Shopper:
    await selling.open_shop(db)
    async with db.write() as tx:
        person = await selling.visitor(tx)
        await cart.set_quantity(tx, till.house, person, selling.SOCK, 1)
        return person


async def test_nobody_is_reminded_who_did_not_agree(db: Database, till: Till, shopper: Shopper, clock: Any) -> None:
    clock.forward(hours=25)
    async with db.write() as tx:
        assert await reminders.remind(tx, till) == 0


async def test_who_agreed_is_reminded_once_with_a_code_that_works(
    db: Database, till: Till, shopper: Shopper, clock: Any
) -> None:
    async with db.write() as tx:
        await reminders.choose(tx, shopper, True)
        clock.forward(hours=23)
    async with db.write() as tx:
        assert await reminders.remind(tx, till) == 0
    clock.forward(hours=2)
    for expected in (1, 0):
        async with db.write() as tx:
            assert await reminders.remind(tx, till) == expected
    (said,) = await heard(db, shopper)
    code = next(word for word in said.split() if word.isupper() and len(word) == 10)
    async with db.write() as tx:
        other = await selling.visitor(tx)
        await cart.set_quantity(tx, till.house, other, selling.SOCK, 1)
        with pytest.raises(CodeUnknown):
            await codes.apply_code(tx, till.house, other, code)
        summary = await codes.apply_code(tx, till.house, shopper, code)
    assert summary.reductions


async def test_a_cart_that_was_ordered_or_emptied_is_no_occasion(
    db: Database, till: Till, shopper: Shopper, clock: Any
) -> None:
    async with db.write() as tx:
        await reminders.choose(tx, shopper, True)
        await cart.set_quantity(tx, till.house, shopper, selling.SOCK, 0)
    clock.forward(hours=25)
    async with db.write() as tx:
        assert await reminders.remind(tx, till) == 0


async def test_nobody_is_reminded_at_night(db: Database, till: Till, shopper: Shopper, clock: Any) -> None:
    async with db.write() as tx:
        await reminders.choose(tx, shopper, True)
    clock.forward(hours=35)
    async with db.write() as tx:
        assert await reminders.remind(tx, till) == 0
    assert await heard(db, shopper) == []


def test_nothing_but_this_rule_issues_codes() -> None:
    """No tool, page or tap comes near to it, whatever a model asks for."""
    sources = {path: path.read_text("utf-8") for path in (ROOT / "src" / "tresen").rglob("*.py")}
    issuing = re.compile(r"\b(issue|issue_after_abandoned_cart)\(")
    named = {
        path.relative_to(ROOT / "src" / "tresen").as_posix() for path, text in sources.items() if issuing.search(text)
    }
    assert named == {"shop/codes.py", "counter/reminders.py"}
