"""The demo shop "Kiesel & Kette": it goes into the database the way of any catalog, and gets its pictures drawn."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from catalog_ingest import pipeline
from catalog_ingest.demo import pictures
from catalog_ingest.options import Options
from catalog_ingest.pipeline import Indexer
from catalog_ingest.progress import Progress, stage
from catalog_ingest.report import Report
from catalog_ingest.texts import slug
from tresen.kit.db import Database
from tresen.kit.ids import catalog_id
from tresen.shop import catalog, prices
from tresen.shop.catalog import pick
from tresen.shop.money import rounded

PRODUCTS = "demo"
POLICIES = "demo-policies"
FOLDER = Path(str(files("catalog_ingest") / "demo"))


async def load(db: Database, indexer: Indexer, folder: Path, progress: Progress) -> Report:
    """Draw the pictures into `folder`/media, load products and policies, then index both at once.

    What is there already is neither written nor drawn again.
    """
    with stage(progress, "drawing pictures"):
        await asyncio.to_thread(_draw_all, folder / "media", progress)
    products = Options(source=PRODUCTS, locale="de", amend=with_pictures)
    report = await pipeline.save(db, sorted((FOLDER / "products").glob("*.jsonl")), products, progress)
    await _remember_prices(db)
    policies = Options(source=POLICIES, locale="de", amend=with_address)
    report.add(await pipeline.save(db, [FOLDER / "policies"], policies, progress))
    report.indexed = await pipeline.index(db, indexer, progress)
    return report


async def _remember_prices(db: Database) -> None:
    """Give some products the prices that they had before, as [days ago, price]; the shop's first start only."""
    former = json.loads((FOLDER / "former_prices.json").read_text("utf-8"))
    async with db.write() as tx:
        for item in await catalog.products(tx, [catalog_id("p", PRODUCTS, each) for each in former]):
            told = former[item.external_id]
            steps = [(tx.now - timedelta(days=days), rounded(Decimal(text), "EUR")) for days, text in told]
            for variant in item.variants:
                await prices.backdate(tx, variant.id, steps)


def with_pictures(data: dict[str, Any]) -> dict[str, Any]:
    """The product with the address of its picture, and of one for each colour."""
    variants = [each | {"image": f"/media/{_picture(data, each)}"} for each in data["variants"]]
    return data | {"image": variants[0]["image"], "variants": variants}


def with_address(data: dict[str, Any]) -> dict[str, Any]:
    """The document with the page where the demo shop shows it."""
    return data | {"url": f"/demo/policies/{catalog_id('d', POLICIES, data['id'])}"}


def _picture(data: dict[str, Any], variant: dict[str, Any]) -> str:
    color = _color(variant)
    return f"{data['id']}-{slug(color)}.svg" if color else f"{data['id']}.svg"


def _color(variant: dict[str, Any]) -> str:
    return pick(variant["options"].get("color", ""), "en")


def _draw_all(media: Path, progress: Progress) -> None:
    media.mkdir(parents=True, exist_ok=True)
    for file in sorted((FOLDER / "products").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            data = json.loads(line)
            for variant in data["variants"]:
                _draw(media / _picture(data, variant), data, _color(variant))
            progress.step()


def _draw(target: Path, data: dict[str, Any], color: str) -> None:
    if not target.exists():
        code = data["id"].split("-")[1]
        target.write_text(pictures.draw(code, color, pick(data["title"], "en")), "utf-8")
