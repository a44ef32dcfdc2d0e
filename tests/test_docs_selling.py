"""The examples of docs/selling.md: each piece of tresen.toml is a shop's settings, each piece of Python runs."""

import asyncio
import re
import shlex
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import selling
from command_line import commands
from little_app import wired

from tresen.channels import email
from tresen.counter import aftercare, confirming, orderdesk
from tresen.counter.till import Till
from tresen.kit.db import Tx
from tresen.payments import stripe
from tresen.server import auth
from tresen.settings import Settings
from tresen.shop import orderbook
from tresen.shop.house import House

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "selling.md").read_text("utf-8")


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.M | re.S)


def loaded(toml: str, folder: Path) -> House:
    (folder / "tresen.toml").write_text(toml, "utf-8")
    return Settings(home=folder).shop


@pytest.mark.parametrize("toml", examples("toml"), ids=lambda toml: toml.split("\n")[1])
def test_settings_are_read(toml: str, tmp_path: Path) -> None:
    assert loaded(toml, tmp_path) != House()


def test_every_setting_of_an_example_arrives(tmp_path: Path) -> None:
    """A name that nobody knows would be dropped in silence."""
    house = loaded("\n".join(each for each in examples("toml") if "[[" in each), tmp_path)
    assert [each.key for each in house.shipping] == ["home", "eu", "pickup"]
    kinds = ["percent", "buy_x_get_y", "tiered", "free_shipping", "fixed"]
    assert [each.kind for each in house.promotions] == kinds
    for block in examples("toml"):
        read = loaded(block, tmp_path)
        for line in block.splitlines():
            named = re.match(r"(\w+) = ", line)
            assert named is None or named[1] in known(read), line


def known(house: House) -> set[str]:
    """The names that settings of a shop may have."""
    parts = [house, house.returns, *house.shipping[:1], *house.promotions[:1]]
    return {name for part in parts for name in vars(part)} | set(house.tax_rates)


@pytest.mark.parametrize("code", examples("python"), ids=["shipping", "identity"])
def test_python_runs(code: str) -> None:
    exec(compile(code, "docs/selling.md", "exec"), {})


def commands_told() -> list[str]:
    [block] = [each for each in re.findall(r"^```\n(.*?)^```$", TEXT, re.M | re.S) if "tresen orders" in each]
    return list(block.splitlines())


def test_commands_of_the_order_desk_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From top to bottom, on an order of this documentation's own shop."""
    shop, shipping, *_ = examples("toml")
    (tmp_path / "tresen.toml").write_text(shop.replace("[shop]", '[shop]\npayments = ["invoice"]') + shipping, "utf-8")
    number = asyncio.run(_in_shop(tmp_path, _order))
    assert number.startswith("BL-")
    monkeypatch.chdir(tmp_path)
    run = commands(tmp_path, monkeypatch, capsys)
    told = commands_told()
    assert len(told) > 8
    for line in told:
        if "return-received" in line:
            asyncio.run(_in_shop(tmp_path, _two_returns))
        done = run(*shlex.split(line.replace("BL-2026-0001", number))[1:])
        assert done.code == 0, (line, done.said)
    assert "scratched" in run("orders", "show", number).out
    assert number in (tmp_path / "orders.csv").read_text("utf-8")


async def _in_shop(home: Path, work: Callable[[Tx, Till], Awaitable[str]]) -> str:
    app = wired(home)
    await app.start()
    await selling.open_shop(app.db)
    async with app.db.write() as tx:
        done = await work(tx, app.till)
    await app.close()
    return done


async def _order(tx: Tx, till: Till) -> str:
    shopper = await selling.visitor(tx)
    nonce = await selling.ready_to_order(tx, till, shopper, shipping="home")
    return (await confirming.confirm(tx, till, shopper, nonce)).order.number


async def _two_returns(tx: Tx, till: Till) -> str:
    [found] = (await orderdesk.overview(tx)).orders
    for key in ("r1", "r2"):
        now = await orderbook.find(tx, found.number, lock=True)
        await aftercare.send_back(tx, till, key, now, "return", {0: 1}, "")
    return found.number


def test_names_in_the_environment_are_settings() -> None:
    named = set(re.findall(r"(?:export |`)(TRESEN_[A-Z_]+)=", TEXT))
    plugins = (Settings, email.Settings, auth.Settings)
    ours = {f"TRESEN_{name.upper()}" for settings in plugins for name in settings.model_fields}
    stripes = {f"TRESEN_STRIPE_{name.upper()}" for name in stripe.Settings.model_fields}
    assert len(named) > 5
    assert named - ours - stripes == set()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", TEXT):
        assert (ROOT / "docs" / target).exists(), target
