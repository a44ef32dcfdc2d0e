"""The demo shop's settings agree with its policies, and some of its prices have a past."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from catalog_ingest.demo import FOLDER
from tresen.bootstrap import Tresen
from tresen.counter import cards
from tresen.kit.ids import catalog_id
from tresen.settings import Settings
from tresen.shop import catalog, tax
from tresen.shop.house import House
from tresen.shop.money import Money
from tresen.shop.shipping import options, promise


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "tresen.toml").write_text((FOLDER / "tresen.toml").read_text("utf-8"), "utf-8")
    return Settings(home=tmp_path).shop


def policy(name: str, locale: str = "de") -> str:
    return (FOLDER / "policies" / locale / f"{name}.md").read_text("utf-8")


def test_shipping_is_as_the_policy_says(house: House) -> None:
    text = policy("shipping")
    for country, days in (("DE", "2–4"), ("AT", "3–5"), ("FR", "4–8")):
        parcel, pickup = options(house, country, Money(1000, "EUR"))
        assert parcel.price.text("de").replace("\xa0", " ") in text
        assert f"{days} Werktage" in text.replace("\xa0", " ")
        assert parcel.option.days == tuple(map(int, days.split("–")))
        assert (pickup.option.key, pickup.price.minor) == ("pickup", 0)
    assert options(house, "DE", Money(6000, "EUR"))[0].price.minor == 0
    assert options(house, "AT", Money(60000, "EUR"))[0].price.minor == 990
    assert [each.option.kind for each in options(house, "CH", Money(1000, "EUR"))] == ["pickup"]


def test_pick_up_is_ready_when_the_policy_says_so(house: House) -> None:
    pickup = next(each for each in house.shipping if each.kind == "pickup")
    tuesday = datetime(2026, 11, 24, 11, tzinfo=house.zone)
    assert "Dienstag um 11 Uhr, liegt sie spätestens um 13 Uhr" in policy("click-and-collect")
    assert promise(pickup, house, tuesday, "de") == "abholbereit heute ab 13:00 Uhr"


def test_returns_payment_and_tax_are_as_the_policies_say(house: House) -> None:
    assert re.findall(r"## .*: (\d+) Tage", policy("returns")) == ["14", "30"]
    assert (house.returns.withdrawal_days, house.returns.days, house.returns.exchange) == (14, 30, False)
    assert f"bis {house.invoice_limit},00 €".replace(".00,", ",") in policy("payment")
    assert tax.rate("DE", "running-gear/sports-nutrition", house) == 7
    assert tax.rate("DE", "running-gear/care-and-recovery", house) == 19


def test_promotions_name_what_the_shop_has(house: House) -> None:
    assert [each.kind for each in house.promotions] == ["percent", "free_shipping", "buy_x_get_y", "tiered"]
    assert {key for each in house.promotions for key in each.shipping} <= {each.key for each in house.shipping}


async def test_reductions_are_seen_and_the_one_that_is_none_is_not(shop: Tresen) -> None:
    codes = ["SHOE-07", "RJKT-05", "WTCH-02", "HELM-06", "SOCK-05", "SHOE-01"]
    ids = [catalog_id("p", "demo", f"KK-{code}") for code in codes]
    async with shop.db.read() as tx:
        shown = await cards.shown(tx, await catalog.products(tx, ids), "de")
    percents = [re.match(r"−(\d+)", card.was) for card in shown]
    assert [found and found[1] for found in percents] == ["12", "16", "10", "20", None, None]


async def test_what_is_sold_by_weight_volume_or_length_has_a_unit_price(shop: Tresen) -> None:
    async with shop.db.read() as tx:
        found = {item.external_id: item for item in await catalog.all_products(tx)}
        shown = {key: cards.card(item, "de").unit_price.replace("\xa0", " ") for key, item in found.items()}
    assert shown["KK-NUTR-01"] == "36,67 €/kg"
    assert shown["KK-CARE-04"] == "17,80 €/l"
    assert shown["KK-CARE-06"] == "1,98 €/m"
    priced = {key.split("-")[1] for key, text in shown.items() if text}
    assert priced == {"NUTR", "CARE"}
    assert all(text for key, text in shown.items() if "NUTR" in key)
