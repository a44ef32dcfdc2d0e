"""The demo shop as it is shipped: every row is good, every picture is there, the second load is idle."""

import tomllib
from pathlib import Path
from typing import Any

from catalog_ingest import demo
from catalog_ingest.progress import Silent
from tresen.shop import catalog
from tresen.shop.catalog import pick


async def test_the_demo_is_loaded_whole_and_a_second_time_for_nothing(feeder: Any, tmp_path: Path) -> None:
    report = await demo.load(feeder.db, feeder.indexer, tmp_path, Silent())
    assert report.rejected == []
    assert report.all_warnings() == []
    assert (report.indexed, feeder.indexer.built) == (1, 1)
    found = await feeder.products()
    assert len(found) >= 150
    assert sum(len(product.variants) for product in found.values()) >= 850
    for product in found.values():
        for image in (product.image, *(variant.image for variant in product.variants)):
            assert (tmp_path / image.lstrip("/")).is_file(), image
    feeder.written.clear()
    pictures = {path: path.stat().st_mtime_ns for path in (tmp_path / "media").iterdir()}
    report = await demo.load(feeder.db, feeder.indexer, tmp_path, Silent())
    assert (report.saved, report.withdrawn, feeder.written, feeder.indexer.built) == (0, 0, [], 1)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "media").iterdir()} == pictures


async def test_everything_in_the_demo_speaks_german_and_english(feeder: Any, tmp_path: Path) -> None:
    await demo.load(feeder.db, feeder.indexer, tmp_path, Silent())
    for product in (await feeder.products()).values():
        assert set(product.title) == set(product.description) == {"de", "en"}, product.external_id
        assert all(set(step) == {"de", "en"} for step in product.category)
    async with feeder.db.read() as tx:
        passages = await catalog.passages(tx)
    by_language = {locale: [each for each in passages if each.locale == locale] for locale in ("de", "en")}
    assert len(by_language["de"]) == len(by_language["en"]) > 30
    assert all(each.url == f"/demo/policies/{each.document_id}" for each in passages)


async def test_what_goes_well_together_exists(feeder: Any, tmp_path: Path) -> None:
    await demo.load(feeder.db, feeder.indexer, tmp_path, Silent())
    found = await feeder.products()
    for product in found.values():
        assert set(product.goes_well_with) <= set(found) - {product.external_id}, product.external_id


def test_pictures_are_named_after_product_and_colour() -> None:
    data = {
        "id": "KK-SOCK-01",
        "variants": [{"options": {"color": {"de": "Hellblau", "en": "light blue"}}}, {"options": {}}],
    }
    told = demo.with_pictures(data)
    assert [each["image"] for each in told["variants"]] == [
        "/media/KK-SOCK-01-light-blue.svg", "/media/KK-SOCK-01.svg",
    ]  # fmt: skip
    assert told["image"] == "/media/KK-SOCK-01-light-blue.svg"
    assert pick(data["variants"][0]["options"]["color"], "de") == "Hellblau"  # type: ignore[index]


def test_the_demo_has_settings_that_the_shop_understands() -> None:
    from tresen.settings import Settings

    told = tomllib.loads((demo.FOLDER / "tresen.toml").read_text("utf-8"))
    house = Settings(shop=told["shop"]).shop
    assert (house.name, house.currency, house.time_zone) == ("Kiesel & Kette", "EUR", "Europe/Berlin")
    assert [each.name for each in house.departments] == ["Service", "Werkstatt"]
