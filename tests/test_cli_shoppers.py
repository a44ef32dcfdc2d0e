"""`tresen shoppers`: what a shop needs when somebody asks what it holds of them, or to be forgotten."""

import asyncio
import json
from pathlib import Path

import pytest
import selling
from command_line import Tresen, commands
from little_app import wired

from tresen.conversation import turns
from tresen.conversation.parts import Text
from tresen.counter import confirming

EMAIL = selling.ADDRESS["email"]
TOML = """
[shop]
order_prefix = "SH-"
payments = ["invoice"]

[[shop.shipping]]
key = "parcel"
label = { de = "Paket", en = "Parcel" }
countries = ["DE"]
price = 4.90
"""


@pytest.fixture
def shoppers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tresen:
    """The command, for a shop where Erika has written and ordered."""
    (tmp_path / "tresen.toml").write_text(TOML, "utf-8")
    asyncio.run(_order(tmp_path))
    run = commands(tmp_path, monkeypatch, capsys)
    return lambda *args, **env: run("shoppers", *args, **env)


async def _order(home: Path) -> None:
    app = wired(home)
    await app.start()
    await selling.open_shop(app.db)
    async with app.db.write() as tx:
        shopper = await selling.visitor(tx)
        await turns.receive(tx, shopper, (Text("Ich bin die Erika vom Deich"),), "1")
        nonce = await selling.ready_to_order(tx, app.till, shopper)
        await confirming.confirm(tx, app.till, shopper, nonce)
    await app.close()


def test_found_exported_and_erased(shoppers: Tresen, tmp_path: Path) -> None:
    found = shoppers("find", EMAIL)
    assert found.code == 0
    (shopper,) = found.out.split()
    out = tmp_path / "erika.json"
    assert "personal data" in shoppers("export", shopper, "--out", str(out)).out
    (held,) = json.loads(out.read_text("utf-8"))["shoppers"]
    assert held["shopper"]["id"] == shopper and held["orders"][0]["email"] == EMAIL
    assert "vom Deich" in out.read_text("utf-8")
    erased = shoppers("erase", "--email", EMAIL, "--yes")
    assert erased.code == 0
    assert "1 conversation," in erased.out and held["orders"][0]["number"] in erased.out and "law" in erased.out
    again = shoppers("export", shopper).out
    assert json.loads(again)["shoppers"][0]["shopper"]["id"] == shopper
    assert "vom Deich" not in again and EMAIL in again, "the order stays"


def test_nobody_is_erased_by_mistake(shoppers: Tresen) -> None:
    for args in (("erase", "--yes"), ("erase", "x", "--email", EMAIL, "--yes"), ("erase", "x", "--yes"),
                 ("export", "--email", "nobody@post.example"), ("find", "nobody@post.example")):  # fmt: skip
        assert shoppers(*args).code == 1, args
    (shopper,) = shoppers("find", EMAIL).out.split()
    assert "vom Deich" in shoppers("export", shopper).out
    refused = shoppers("erase", shopper)  # nobody is there to say yes
    assert refused.code == 1 and "vom Deich" in shoppers("export", shopper).out
