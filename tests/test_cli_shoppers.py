"""`tresen shoppers`: what a shop needs when somebody asks what it holds of them, or to be forgotten."""

import json
from pathlib import Path

import pytest
import selling
from command_line import Tresen, commands
from ordered_home import order_in

EMAIL = selling.ADDRESS["email"]


@pytest.fixture
def shoppers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tresen:
    """The command, for a shop where Erika has written and ordered."""
    order_in(tmp_path)
    run = commands(tmp_path, monkeypatch, capsys)
    return lambda *args, **env: run("shoppers", *args, **env)


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
