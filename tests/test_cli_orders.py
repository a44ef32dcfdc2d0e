"""`tresen orders`: the order desk on the command line, in plain words, with exit codes that scripts can trust."""

import asyncio
import csv
import json
from pathlib import Path

import pytest
from command_line import Tresen, commands
from little_app import wired
from ordered_home import order_in

from tresen.counter import aftercare, orderdesk, payments
from tresen.shop import orderbook

TOTAL = "34.70"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a shop in which somebody has just ordered."""
    order_in(tmp_path)
    return tmp_path


async def _return(home: Path, number: str) -> None:
    """What happens until the shopper has announced a return."""
    app = wired(home)
    await app.start()
    async with app.db.write() as tx:
        await orderdesk.ship(tx, app.till, number, "Post", "T1", "operator:a")
        found = await orderdesk.deliver(tx, app.till, number, "operator:a")
        await aftercare.send_back(tx, app.till, "r1", await orderbook.find(tx, number, lock=True), "return", {0: 1}, "")
        assert found.state == "delivered"
    await app.close()


@pytest.fixture
def orders(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tresen:
    run = commands(home, monkeypatch, capsys)
    return lambda *args, **env: run("orders", *args, **env)


@pytest.fixture
def number(orders: Tresen) -> str:
    return str(json.loads(orders("list", "--json").out)["orders"][0]["number"])


def test_list_and_show(orders: Tresen, number: str) -> None:
    listed = orders("list")
    assert listed.code == 0
    assert number in listed.out and TOTAL in listed.out and "*" in listed.out and "payment" in listed.out
    shown = orders("show", number)
    assert shown.code == 0
    for told in ("Erika Muster", "2 x ", TOTAL, "Next: ship, cancel, paid"):
        assert told in shown.out, told
    assert json.loads(orders("show", number, "--json").out)["money"]["total"] == f"€{TOTAL}"
    assert json.loads(orders("list", "--json").out)["unseen"] == 0
    assert "No order fits." in orders("list", "--search", "nobody-of-this-name").out
    assert json.loads(orders("list", "--state", "shipped", "--json").out)["orders"] == []


def test_from_paid_to_delivered(orders: Tresen, number: str) -> None:
    assert orders("paid", number).code == 0
    sent = orders("ship", number, "--carrier", "DHL", "--code", "00340", "--line", "0=1")
    assert sent.code == 0 and "shipped" in sent.out
    again = orders("ship", number, "--line", "0=2")
    assert again.code == 1 and "Error:" in again.err
    assert "00340" in orders("show", number).out
    rest = json.loads(orders("ship", number, "--json").out)
    assert rest["lines"][0]["unsent"] == 0 and len(rest["fulfilments"]) == 2
    assert "delivered" in orders("deliver", number).out
    assert orders("deliver", number).code == 1


def test_refunds(orders: Tresen, number: str) -> None:
    assert orders("refund", number, "5").code == 1, "nothing has been paid yet"
    orders("paid", number)
    for _ in range(2):
        done = orders("refund", number, "5,00", "--reason", "scratch", "--once", "r1")
        assert done.code == 0 and "€29.70" in done.out
    assert len(json.loads(orders("show", number, "--json").out)["refunds"]) == 1
    assert orders("refund", number, "29.71").code == 1
    for wrong in ("much", "1.234", "0", "NaN", "inf", "1e99"):
        refused = orders("refund", number, wrong)
        assert refused.code == 1 and "Traceback" not in refused.err, wrong


def test_money_that_is_entered(orders: Tresen, number: str) -> None:
    for _ in range(2):
        assert orders("paid", number, "4,70", "--once", "first").code == 0
    assert "paid €4.70, due €30.00" in orders("show", number).out
    assert orders("paid", number, "40").code == 0
    money = json.loads(orders("show", number, "--json").out)
    assert (money["money"]["paid"], money["money"]["refunded"]) == ("€44.70", "€10.00")
    assert orders("paid", number).code == 1, "nothing is due"
    assert orders("paid", number, "-1").code == 2
    assert orders("paid", number, "0").code == 1


def test_a_refund_that_people_pay_out(orders: Tresen, number: str, home: Path) -> None:
    orders("paid", number)
    orders("refund", number, "5")
    asyncio.run(_pay_back(home))
    [refund] = json.loads(orders("show", number, "--json").out)["refunds"]
    assert refund["state"] == "due" and refund["id"] in orders("show", number).out
    assert "refund" in orders("list").out
    assert orders("paid-out", number, refund["id"]).code == 0
    assert "refund" not in orders("list").out
    assert orders("paid-out", number, refund["id"]).code == 1


async def _pay_back(home: Path) -> None:
    app = wired(home)
    await app.start()
    await payments.pay_back(app.db, app.till)
    await app.close()


def test_a_parcel_with_a_name_is_sent_once(orders: Tresen, number: str) -> None:
    for _ in range(2):
        assert orders("ship", number, "--line", "0=1", "--once", "p1").code == 0
    assert len(json.loads(orders("show", number, "--json").out)["fulfilments"]) == 1
    assert orders("ship", number, "--line", "0=2", "--once", "p1").code == 1


def test_a_return_is_declined(orders: Tresen, number: str, home: Path) -> None:
    asyncio.run(_return(home, number))
    assert orders("return-declined", f"{number}-R1").code == 2, "a reason is asked for"
    assert orders("return-declined", f"{number}-R1", "--reason", "worn").code == 0
    assert "declined" in orders("show", number).out
    assert orders("return-declined", f"{number}-R1", "--reason", "worn").code == 1


def test_cancel_and_note(orders: Tresen, number: str) -> None:
    assert orders("note", number, "call back").code == 0
    assert orders("cancel", number).code == 2, "a reason is asked for"
    assert "cancelled" in orders("cancel", number, "--reason", "sold out").out
    shown = orders("show", number).out
    assert "call back" in shown and "sold out" in shown and "Next: nothing" in shown


def test_a_return_comes_in(orders: Tresen, number: str, home: Path) -> None:
    orders("paid", number)
    asyncio.run(_return(home, number))
    done = orders("return-received", f"{number}-R1", "--no-restock")
    assert done.code == 0
    assert "Return " in orders("show", number).out
    assert orders("return-received", f"{number}-R1").code == 1


def test_export(orders: Tresen, number: str, tmp_path: Path) -> None:
    rows = list(csv.DictReader(orders("export").out.splitlines()))
    assert [row["number"] for row in rows] == [number]
    to = tmp_path / "orders.csv"
    assert orders("export", "--to", str(to)).code == 0
    assert list(csv.DictReader(to.read_text("utf-8").splitlines())) == rows
    assert orders("export", "--to", str(tmp_path / "nowhere" / "orders.csv")).code == 1


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["lose", "x"],
        ["show"],
        ["ship", "x", "--line", "one"],
        ["list", "--limit", "0"],
        ["ship", "x", "--code", "0" * 81],
        ["refund", "x", "1", "--once", "0" * 65],
    ],
    ids=" ".join,
)
def test_misuse_ends_with_2(orders: Tresen, args: list[str]) -> None:
    done = orders(*args)
    assert done.code == 2 and "Usage:" in done.said and "Traceback" not in done.err


def test_an_unknown_number_is_a_plain_failure(orders: Tresen) -> None:
    for args in (["show", "SH-0"], ["ship", "SH-0"], ["refund", "SH-0", "1"], ["note", "SH-0", "x"]):
        done = orders(*args)
        assert done.code == 1 and "Error:" in done.err and "Traceback" not in done.err, args
    assert orders("list", "--state", "lost").code == 1
