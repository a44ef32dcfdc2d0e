"""The examples of docs/selling.md: each piece of tresen.toml is a shop's settings, each piece of Python runs."""

import re
from pathlib import Path

import pytest

from tresen.settings import Settings
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


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", TEXT):
        assert (ROOT / "docs" / target).exists(), target
