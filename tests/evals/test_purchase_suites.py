"""The suites `money` and `shop_ops` on Inspect with made-up shops: whose books pass, and which faults are seen."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import evals.run
from evals.deals import DealLabel, Ordered, Outcome, Step, Sums
from evals.labels import PURCHASES, read
from evals.ledger import Deal, Ledger
from evals.scorers import balances, figures_said, words_said

LABELS = {label.turns: label for suite in PURCHASES for label in read(suite, DealLabel)}


def gold(label: DealLabel) -> Ledger:
    """The books of a shop that does everything right."""
    expect = label.expect
    orders = [Ordered(**{"number": f"placed-{at}", **_told(each)}) for at, each in enumerate(expect.orders or ())]
    offer = expect.offer or (_some_offer() if expect.offered else None)
    last = ("ok", " ".join(expect.says))
    return Ledger(
        replies=last[:1], shown=last[1:], cart=expect.cart or {}, sums=expect.sums, offer=offer, orders=tuple(orders),
        stock=expect.stock or {},
    )  # fmt: skip


def _told(each: Ordered) -> dict[str, Any]:
    return {name: value for name, value in each.model_dump().items() if value not in (None, "")}


def _some_offer() -> Any:
    sums = {"goods": 100, "discount": 0, "shipping": 0, "total": 100, "taxes": {"19": 16}}
    return {"lines": {"KK-X": 1}, "sums": sums}


async def perfect(turns: Sequence[str | Step], locale: str, given: dict[str, Any] | None) -> Ledger:
    label = LABELS[tuple(turns)]
    assert (label.locale, label.given) == (locale, given)
    return gold(label)


async def does_nothing(turns: Sequence[str | Step], locale: str, given: dict[str, Any] | None) -> Ledger:
    known = LABELS[tuple(turns)].expect.orders or ()
    return Ledger(replies=("ok",), orders=tuple(each for each in known if each.number))


async def broken(turns: Sequence[str | Step], locale: str, given: dict[str, Any] | None) -> Ledger:
    raise RuntimeError("the provider is gone")


def run(suite: str, deal: Deal, log_dir: Path, threshold: float = 0.5) -> int:
    return evals.run.run(suite, deal, log_dir=log_dir, limit=None, threshold=threshold)


@pytest.mark.parametrize("suite", PURCHASES)
def test_right_books_pass_everything(suite: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(suite, perfect, tmp_path, threshold=1.0) == 0
    count = len(read(suite, DealLabel))
    assert f"{count}/{count}" in (out := capsys.readouterr().out) and f"{count // 2}/{count // 2}" in out


def test_who_does_nothing_passes_no_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("money", does_nothing, tmp_path, threshold=0.01) == 1
    assert "0/60" in capsys.readouterr().out


def test_errors_are_named_and_pass_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("shop_ops", broken, tmp_path, threshold=0.01) == 1
    assert capsys.readouterr().out.count("the provider is gone") == len(read("shop_ops", DealLabel))


def a_cent_more(sums: Sums | None) -> Sums | None:
    return sums and sums.model_copy(update={"total": sums.total + 1})


def a_cent_off(found: Ledger) -> Ledger:
    offer = found.offer and found.offer.model_copy(update={"sums": a_cent_more(found.offer.sums)})
    orders = tuple(each.model_copy(update={"sums": a_cent_more(each.sums)}) for each in found.orders)
    return found.model_copy(update={"sums": a_cent_more(found.sums), "offer": offer, "orders": orders})


def another_sku(found: Ledger) -> Ledger:
    def foreign(lines: dict[str, int]) -> dict[str, int]:
        return {f"{sku}-X": count for sku, count in lines.items()}

    offer = found.offer and found.offer.model_copy(update={"lines": foreign(found.offer.lines)})
    orders = tuple(each.model_copy(update={"lines": foreign(each.lines)}) for each in found.orders)
    return found.model_copy(update={"cart": foreign(found.cart), "offer": offer, "orders": orders})


def one_order_more(found: Ledger) -> Ledger:
    return found.model_copy(update={"orders": (*found.orders, Ordered(state="processing", lines={"KK-X": 1}))})


def last_write_lost(found: Ledger) -> Ledger:
    return found.model_copy(update={"orders": found.orders[:-1], "offer": None, "sums": None, "cart": {}})


@pytest.mark.parametrize("mutate", [a_cent_off, another_sku, one_order_more, last_write_lost])
def test_every_fault_in_the_books_of_a_purchase_is_seen(mutate: Callable[[Ledger], Ledger]) -> None:
    for label in read("money", DealLabel):
        assert not list(balances.complaints(label.expect, gold(label))), label.id
        assert list(balances.complaints(label.expect, mutate(gold(label)))), label.id


def test_faults_after_the_purchase_are_seen() -> None:
    for label in read("shop_ops", DealLabel):
        for fault in ({"stock": {"KK-X": -1}}, {"missed": ("press",)}):
            wrong = gold(label).model_copy(update=fault)
            assert list(balances.complaints(label.expect, wrong)) or label.expect.stock is None, label.id
        for each in label.expect.orders or ():
            for fault in ({"refunded": each.refunded + 1}, {"state": "lost"}, {"returns": (*each.returns, "another")}):
                orders = tuple(order.model_copy(update=fault) for order in gold(label).orders)
                ledger = gold(label).model_copy(update={"orders": orders})
                assert list(balances.complaints(label.expect, ledger)), label.id


SUMS = Sums(goods=2980, discount=0, shipping=490, total=3470, taxes={"19": 554})


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ("Alles zusammen 29,80 €, mit Versand 34,70 €.", 0),
        ("Insgesamt sind das 34,70 €.", 0),
        ("Insgesamt sind das 29,80 €.", 1),
        ("The total is €34.71.", 2),
        ("That is €14.90 each.", 0),
        ("Du sparst 5 €!", 1),
        ("Ab 60 € ist der Versand frei.", 0),
        ("Enthalten sind 5,54 EUR Steuer.", 0),
        ("The total is € 1,234.50", 2),
        ("Zwei Paar in 39-42, geliefert in 2 bis 4 Tagen.", 0),
    ],
)
def test_figures_in_prose(reply: str, wrong: int) -> None:
    found = Ledger(replies=(reply,), shown=("2 × Socken, 14,90 €",))
    assert len(list(figures_said.complaints(Outcome(sums=SUMS), found, []))) == wrong


@pytest.mark.parametrize(
    ("text", "cents"),
    [("1.234,50 €", [123450]), ("€1,234.50", [123450]), ("12 €", [1200]), ("12,9 €", [1290]), ("42 in 43-46", []),
     ("4,90\u202f€ und 9,90\xa0€", [490, 990]), ("EUR 5.00", [500])],
)  # fmt: skip
def test_amounts_are_read_in_both_languages(text: str, cents: list[int]) -> None:
    assert figures_said.amounts(text) == cents


def test_words_that_have_to_be_and_must_not_be_said() -> None:
    expect = Outcome(says=("PP77",), never=("Lerchenweg",))
    right = Ledger(replies=("x", "dein Paket"), shown=("", "PP77"))
    leak = Ledger(replies=("nach Lerchenweg 7", "PP77"), shown=("", ""))
    assert not list(words_said.complaints(expect, right))
    assert list(words_said.complaints(expect, leak)) == ["was said: Lerchenweg"]
    assert list(words_said.complaints(expect, Ledger(replies=("PP77", "x")))) == ["was not said: PP77"]
