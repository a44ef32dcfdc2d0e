"""Promotions: each kind, each distinct no, what stacks, and where the merchant's caps end it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from lines import line

from tresen.kit import words
from tresen.shop import promotions
from tresen.shop.cart import Line
from tresen.shop.money import Money
from tresen.shop.promotions import (
    CodeBelowMinimum,
    CodeExpired,
    CodeNotCombinable,
    CodeNotYet,
    CodeOutOfScope,
    CodeUnknown,
    CodeUsedUp,
    Decision,
    Personal,
    Promotion,
    Usage,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TEN = Promotion("ten", "percent", {"de": "Zehn", "en": "Ten"}, code="TEN", percent=Decimal(10))
FIVER = Promotion("fiver", "fixed", {"en": "Five"}, code="FIVER", amount=Decimal(5))
SHIP = Promotion("ship", "free_shipping", {"en": "Ship"}, code="SHIP")
THREE = Promotion("three", "buy_x_get_y", {"en": "3 for 2"}, buy=2, get=1)
STEPS = Promotion("steps", "tiered", {"en": "Steps"}, tiers=((Decimal(50), Decimal(5)), (Decimal(100), Decimal(15))))
CART = (line("a", 1999, 2), line("b", 501, 1, "caps", "Kette"))


def decide(
    *offered: Promotion,
    lines: Sequence[Line] = CART,
    codes: Sequence[str] = (),
    usage: Usage = Usage(),  # noqa: B008
    personal: Mapping[str, Personal] | None = None,
    now: datetime = NOW,
) -> Decision:
    return promotions.decide(lines, codes, offered, usage, now, personal or {})


def off(decision: Decision) -> dict[str, int]:
    return {each.key: each.amount.minor for each in decision.reductions}


def shares(decision: Decision) -> list[list[int]]:
    return [[part.minor for part in each.shares] for each in decision.reductions]


def why(decision: Decision) -> dict[str, type]:
    return {code: type(reason) for code, reason in decision.refused.items()}


def test_a_percentage_is_rounded_once_and_divided_to_the_cent() -> None:
    found = decide(TEN, codes=["ten"])
    assert (off(found), shares(found)) == ({"ten": 450}, [[400, 50]])
    assert found.refused == {}


def test_an_amount_never_takes_more_than_there_is() -> None:
    assert off(decide(FIVER, codes=["FIVER"])) == {"fiver": 500}
    assert off(decide(FIVER, lines=[line("a", 120, 2)], codes=["FIVER"])) == {"fiver": 240}


def test_free_shipping_takes_nothing_off_the_goods() -> None:
    found = decide(replace(SHIP, shipping=("standard",)), codes=["ship"])
    assert found.reductions == ()
    assert [(each.key, each.amount, each.shipping) for each in found.free_shipping] == [
        ("ship", Money(0, "EUR"), ("standard",))
    ]


@pytest.mark.parametrize(
    ("counts", "percent", "expected"),
    [
        ((3, 0), 0, {"three": 1000}), ((2, 1), 0, {"three": 300}), ((6, 0), 0, {"three": 2000}),
        ((5, 1), 0, {"three": 1300}), ((3, 0), 50, {"three": 500}), ((2, 0), 0, {}), ((5, 0), 0, {"three": 1000}),
    ],
)  # fmt: skip
def test_the_cheapest_pieces_of_each_full_set_are_free(
    counts: tuple[int, int], percent: int, expected: dict[str, int]
) -> None:
    dear, cheap = counts
    lines = [line("a", 1000, dear), *([line("b", 300, cheap)] if cheap else [])]
    assert off(decide(replace(THREE, percent=Decimal(percent)), lines=lines)) == expected


@pytest.mark.parametrize(("worth", "expected"), [(4999, {}), (5000, {"steps": 250}), (10000, {"steps": 1500})])
def test_the_highest_step_that_was_reached_counts(worth: int, expected: dict[str, int]) -> None:
    assert off(decide(STEPS, lines=[line("a", worth)])) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"categories": ("socks",)}, [400, 0]), ({"brands": ("KETTE",)}, [0, 50]), ({"products": ("a",)}, [400, 0]),
        ({"products": ("b-sku",)}, [0, 50]), ({"exclude_categories": ("socks",)}, [0, 50]),
        ({"categories": ("socks", "caps"), "exclude_categories": ("caps",)}, [400, 0]),
    ],
)  # fmt: skip
def test_only_what_is_in_scope_is_reduced(scope: dict[str, tuple[str, ...]], expected: list[int]) -> None:
    assert shares(decide(replace(TEN, **scope), codes=["TEN"])) == [expected]  # type: ignore[arg-type]


def test_a_category_stands_for_everything_below_it() -> None:
    lines = [line("a", 1000, 1, "running/socks"), line("b", 1000, 1, "running-gear")]
    found = decide(replace(TEN, categories=("running",)), lines=lines, codes=["TEN"])
    assert shares(found) == [[100, 0]]


@pytest.mark.parametrize(
    ("offered", "code", "reason"),
    [
        (TEN, "elf", CodeUnknown), (replace(TEN, code="", personal=True), "ten", CodeUnknown),
        (replace(TEN, ends=NOW), "ten", CodeExpired), (replace(TEN, starts=NOW + DAY), "ten", CodeNotYet),
        (replace(TEN, total=3), "ten", CodeUsedUp), (replace(TEN, per_shopper=1), "ten", CodeUsedUp),
        (replace(TEN, minimum=Decimal(50)), "ten", CodeBelowMinimum),
        (replace(TEN, brands=("X",)), "ten", CodeOutOfScope),
        (replace(THREE, code="drei", buy=3), "drei", CodeBelowMinimum),
    ],
)  # fmt: skip
def test_every_no_is_its_own_no(offered: Promotion, code: str, reason: type) -> None:
    usage = Usage({offered.key: 3}, {offered.key: 1})
    found = decide(offered, codes=[code], usage=usage)
    assert (why(found), found.reductions) == ({code: reason}, ())
    told = {each: found.refused[code].told(each) for each in ("de", "en")}
    assert told["de"] != told["en"]
    assert words.say("refusal", "de") != told["de"]


def test_a_code_counts_at_its_first_moment_and_not_at_its_last() -> None:
    bounded = replace(TEN, starts=NOW, ends=NOW + DAY)
    assert off(decide(bounded, codes=["ten"], now=NOW)) == {"ten": 450}
    assert off(decide(bounded, codes=["ten"], now=NOW + DAY - timedelta(seconds=1))) == {"ten": 450}
    assert why(decide(bounded, codes=["ten"], now=NOW + DAY)) == {"ten": CodeExpired}


def test_below_the_minimum_the_missing_amount_is_named() -> None:
    found = decide(replace(TEN, minimum=Decimal(50), categories=("socks",)), codes=["ten"])
    reason = found.refused["ten"]
    assert isinstance(reason, CodeBelowMinimum)
    assert reason.missing == Money(5000 - 3998, "EUR")
    assert "10,02\xa0€" in reason.told("de")
    assert "€10.02" in reason.told("en")
    assert "€10.02" in reason.say
    assert off(decide(replace(TEN, minimum=Decimal("44.99")), codes=["ten"])) == {"ten": 450}


def test_missing_pieces_are_counted() -> None:
    reason = decide(replace(THREE, code="drei", buy=3), codes=["drei"]).refused["drei"]
    assert isinstance(reason, CodeBelowMinimum)
    assert (reason.missing, reason.pieces) == (None, 1)
    assert reason.told("en") == "This code needs one more item."


def test_what_does_not_stack_stands_alone_and_the_better_one_wins() -> None:
    found = decide(TEN, FIVER, codes=["ten", "fiver"])
    assert (off(found), why(found)) == ({"fiver": 500}, {"ten": CodeNotCombinable})
    dearer = decide(TEN, FIVER, lines=[line("a", 10000)], codes=["ten", "fiver"])
    assert (off(dearer), why(dearer)) == ({"ten": 1000}, {"fiver": CodeNotCombinable})
    automatic = replace(FIVER, code="")
    assert why(decide(TEN, automatic, codes=["ten"])) == {"ten": CodeNotCombinable}


def test_what_stacks_is_applied_one_after_the_other() -> None:
    ten, fiver, ship = (replace(each, stacks=True) for each in (TEN, FIVER, SHIP))
    found = decide(fiver, ship, ten, codes=["fiver", "ship", "ten"])
    assert off(found) == {"ten": 450, "fiver": 500}
    assert [each.key for each in found.applied] == ["ten", "fiver", "ship"]
    twice = decide(ten, replace(ten, key="again", code="again"), codes=["ten", "again"])
    assert off(twice) == {"ten": 450, "again": 405}
    assert found.refused == twice.refused == {}


def test_what_others_have_used_up_leaves_nothing_for_a_code() -> None:
    everything = replace(TEN, key="all", code="", percent=Decimal(100), stacks=True)
    found = decide(everything, replace(FIVER, stacks=True), codes=["fiver"])
    assert (off(found), why(found)) == ({"all": 4499}, {"fiver": CodeNotCombinable})


def test_a_code_is_read_as_people_type_it_and_counts_once() -> None:
    found = decide(TEN, codes=[" t en ", "TEN", "Ten"])
    assert (off(found), found.refused) == ({"ten": 450}, {})


def test_a_personal_code_needs_its_shopper_its_time_and_its_first_use() -> None:
    mine = replace(TEN, code="", personal=True)
    issued = {"abc": Personal("ten", NOW + DAY)}
    assert off(decide(mine, codes=["ABC"], personal=issued)) == {"ten": 450}
    assert decide(mine).reductions == ()
    assert why(decide(mine, codes=["abc"])) == {"abc": CodeUnknown}
    assert why(decide(mine, codes=["abc"], personal=issued, now=NOW + DAY)) == {"abc": CodeExpired}
    spent = Usage({"ten": 1}, {"ten": 1}, frozenset({"abc"}))
    assert why(decide(mine, codes=["abc"], personal=issued, usage=spent)) == {"abc": CodeUsedUp}
    two = {**issued, "def": Personal("ten", NOW + DAY)}
    assert why(decide(mine, codes=["abc", "def"], personal=two)) == {"def": CodeNotCombinable}
    assert why(decide(TEN, codes=["abc"], personal=issued)) == {"abc": CodeUnknown}


def test_an_automatic_promotion_that_does_not_apply_says_nothing() -> None:
    assert decide(replace(TEN, code="", minimum=Decimal(100))) == Decision()


def test_an_empty_cart_has_no_reductions_and_says_why() -> None:
    found = decide(TEN, THREE, STEPS, lines=[], codes=["ten", "elf"])
    assert (found.applied, why(found)) == ((), {"ten": CodeOutOfScope, "elf": CodeUnknown})


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": Decimal(101)}, {"percent": Decimal(0)}, {"kind": "fixed"}, {"kind": "tiered"}, {"label": {}},
        {"kind": "buy_x_get_y", "buy": 1}, {"personal": True}, {"minimum": Decimal(-1)}, {"total": -1},
        {"starts": datetime(2026, 11, 20)}, {"kind": "tiered", "tiers": ((Decimal(1), Decimal(-1)),)},
    ],
)  # fmt: skip
def test_a_promotion_that_makes_no_sense_is_refused_at_load(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="promotion 'ten'"):
        replace(TEN, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [replace(FIVER, key="ten"), replace(FIVER, code=" Ten")])
def test_keys_and_codes_name_one_promotion_each(other: Promotion) -> None:
    promotions.refuse_doubles([TEN, FIVER, SHIP, THREE])
    with pytest.raises(ValueError, match="more than one promotion is called ten"):
        promotions.refuse_doubles([TEN, other])
