"""From feeds to the shop: what is written, what is not, and what happens when it breaks off."""

from typing import Any

import pytest
from sqlalchemy import select

from catalog_ingest import feed, pipeline
from catalog_ingest.options import Options
from catalog_ingest.progress import Silent
from tresen.kit.errors import Unavailable, Unprocessable
from tresen.shop import catalog, saving
from tresen.shop.money import Money
from tresen.shop.tables import price, variant


async def test_a_first_run_saves_and_indexes(feeder: Any) -> None:
    report = await feeder.ingest(feeder.jsonl(feeder.sock("S1"), feeder.sock("S2")))
    assert (report.read, report.new, report.rejected_rows, report.indexed) == (2, 2, 0, 1)
    found = (await feeder.products())["S1"]
    assert found.title == {"de": "Socke S1", "en": "Sock S1"}
    assert [(each.sku, each.price, each.stock) for each in found.variants] == [
        ("S1-blue", Money(1490, "EUR"), 3),
        ("S1-red", Money(1590, "EUR"), 0),
    ]


async def test_a_second_run_of_the_same_feed_writes_nothing(feeder: Any) -> None:
    path = feeder.jsonl(*(feeder.sock(f"S{i}") for i in range(20)))
    await feeder.ingest(path)
    feeder.written.clear()
    report = await feeder.ingest(path)
    assert (report.unchanged, report.saved, report.indexed) == (20, 0, None)
    assert feeder.written == []
    assert feeder.indexer.built == 1


async def test_only_what_changed_is_written(feeder: Any) -> None:
    rows = [feeder.sock(f"S{i}") for i in range(10)]
    await feeder.ingest(feeder.jsonl(*rows))
    rows[4]["title"] = "Neu"
    report = await feeder.ingest(feeder.jsonl(*rows))
    assert (report.changed, report.unchanged) == (1, 9)
    assert (await feeder.products())["S4"].title == {"de": "Neu"}


async def test_a_new_text_needs_a_new_index(feeder: Any) -> None:
    await feeder.ingest(feeder.jsonl(feeder.sock()))
    assert (await feeder.ingest(feeder.jsonl(feeder.sock(description="Warm.")))).indexed == 2


@pytest.mark.parametrize("change", [{"price": "9.90"}, {"stock": 7}, {"price": None}])
async def test_another_price_or_stock_needs_no_new_index(feeder: Any, change: dict[str, Any]) -> None:
    row = feeder.sock()
    await feeder.ingest(feeder.jsonl(row))
    seen = await feeder.number("change")
    row["variants"][0] |= change
    report = await feeder.ingest(feeder.jsonl(row))
    assert (report.changed, report.indexed, feeder.indexer.built) == (1, None, 1)
    async with feeder.db.read() as tx:
        news = await catalog.changed_variants(tx, seen)
    assert [variant.sku for _, variant in news] == ["S1-blue"]


async def test_a_changed_price_closes_the_old_row_and_opens_a_new_one(feeder: Any, clock: Any) -> None:
    row = feeder.sock()
    await feeder.ingest(feeder.jsonl(row))
    clock.forward(hours=1)
    row["variants"][0]["price"] = "9.90"
    await feeder.ingest(feeder.jsonl(row))
    async with feeder.db.read() as tx:
        rows = await tx.rows(select(price).where(price.c.minor.in_([1490, 990])).order_by(price.c.valid_from))
    assert [(each.minor, each.valid_until) for each in rows] == [(1490, clock.now()), (990, None)]


async def test_what_vanishes_is_withdrawn_with_its_variants_and_may_come_back(feeder: Any) -> None:
    rows = [feeder.sock(f"S{i}") for i in range(4)]
    await feeder.ingest(feeder.jsonl(*rows))
    variant = (await feeder.products())["S3"].variants[0]
    report = await feeder.ingest(feeder.jsonl(*rows[:3]))
    assert (report.withdrawn, report.indexed) == (1, 2)
    async with feeder.db.read() as tx:
        assert await catalog.variants(tx, [variant.id]) == {}
    report = await feeder.ingest(feeder.jsonl(*rows))
    assert (report.revived, report.unchanged, report.indexed) == (1, 3, 3)
    assert (await feeder.products())["S3"].variants[0] == variant


async def test_a_variant_that_vanishes_leaves_its_product(feeder: Any) -> None:
    row = feeder.sock()
    await feeder.ingest(feeder.jsonl(row))
    del row["variants"][0]
    await feeder.ingest(feeder.jsonl(row))
    assert [each.sku for each in (await feeder.products())["S1"].variants] == ["S1-red"]


async def test_a_feed_that_lost_too_much_is_refused_and_nothing_is_written(feeder: Any) -> None:
    rows = [feeder.sock(f"S{i}") for i in range(10)]
    await feeder.ingest(feeder.jsonl(*rows))
    feeder.written.clear()
    rows[0]["title"] = "Neu"
    with pytest.raises(Unprocessable, match="4 of the 10") as refused:
        await feeder.ingest(feeder.jsonl(*rows[:6]))
    assert refused.value.code == "feed_shrank"
    assert "--allow-shrink" in refused.value.hint
    assert feeder.written == []
    report = await feeder.ingest(feeder.jsonl(*rows[:6]), allow_shrink=True)
    assert (report.withdrawn, report.changed) == (4, 1)


async def test_three_of_ten_may_go(feeder: Any) -> None:
    rows = [feeder.sock(f"S{i}") for i in range(10)]
    await feeder.ingest(feeder.jsonl(*rows))
    assert (await feeder.ingest(feeder.jsonl(*rows[:7]))).withdrawn == 3


async def test_one_shrunken_feed_of_two_stops_both(feeder: Any) -> None:
    one = feeder.jsonl(*(feeder.sock(f"S{i}") for i in range(4)), name="one.jsonl")
    await feeder.ingest(one)
    feeder.written.clear()
    with pytest.raises(Unprocessable):
        await feeder.ingest(
            feeder.jsonl(feeder.sock("T1"), name="two.jsonl"), feeder.jsonl(feeder.sock("S0"), name="one.jsonl")
        )
    assert feeder.written == []


async def test_a_source_withdraws_only_its_own(feeder: Any) -> None:
    await feeder.ingest(feeder.jsonl(feeder.sock("A"), name="one.jsonl"))
    await feeder.ingest(feeder.jsonl(feeder.sock("B"), name="two.jsonl"))
    assert set(await feeder.products()) == {"A", "B"}


async def test_several_files_can_be_one_source(feeder: Any) -> None:
    one, two = feeder.jsonl(feeder.sock("A"), name="one.jsonl"), feeder.jsonl(feeder.sock("B"), name="two.jsonl")
    await feeder.ingest(one, two, source="all")
    with pytest.raises(Unprocessable):
        await feeder.ingest(one, source="all")
    assert {each.source for each in (await feeder.products()).values()} == {"all"}


async def test_equally_named_files_of_one_source_do_not_get_mixed_up(feeder: Any) -> None:
    one, two = feeder.jsonl(feeder.sock("A"), name="a/x.jsonl"), feeder.jsonl(feeder.sock("B"), name="b/x.jsonl")
    await feeder.ingest(one, two)
    changed = feeder.jsonl(feeder.sock("B", brand="Neu"), name="b/x.jsonl")
    report = await feeder.ingest(one, changed)
    assert (report.changed, report.unchanged) == (1, 1)
    assert (await feeder.products())["B"].brand == "Neu"


async def test_a_bad_row_is_told_and_the_rest_goes_on(feeder: Any) -> None:
    bad = feeder.sock("S2")
    bad["variants"][1]["price"] = "-3"
    report = await feeder.ingest(feeder.jsonl(feeder.sock("S1"), bad, feeder.sock("S3")))
    assert set(await feeder.products()) == {"S1", "S3"}
    (rejection,) = report.rejected
    assert (rejection.line, rejection.id, rejection.field) == (2, "S2", "variants.1.price")
    assert "negative" in rejection.reason
    async with feeder.db.read() as tx:
        assert await tx.scalar(select(price.c.id).join(variant).where(variant.c.sku == "S2-blue")) is None


async def test_a_product_that_turned_bad_stays_as_it_was(feeder: Any) -> None:
    await feeder.ingest(feeder.jsonl(feeder.sock("S1"), feeder.sock("S2")))
    bad = feeder.sock("S2", title="")
    path = feeder.jsonl(feeder.sock("S1"), bad)
    report = await feeder.ingest(path)
    assert (report.rejected_rows, report.withdrawn) == (1, 0)
    assert (await feeder.products())["S2"].title["de"] == "Socke S2"
    broken = feeder.file("shop.jsonl", path.read_text().splitlines()[0] + '\n{"id": "S2", "title": oops\n')
    assert (await feeder.ingest(broken)).withdrawn == 0


async def test_the_second_of_two_equal_ids_is_rejected(feeder: Any) -> None:
    report = await feeder.ingest(feeder.jsonl(feeder.sock("S1"), feeder.sock("S1", brand="Zweite")))
    assert [(each.line, each.id, each.field) for each in report.rejected] == [(2, "S1", "id")]
    assert (await feeder.products())["S1"].brand == ""


async def test_equal_ids_in_two_files_of_one_source_are_equal_too(feeder: Any) -> None:
    one, two = feeder.jsonl(feeder.sock("A"), name="one.jsonl"), feeder.jsonl(feeder.sock("A"), name="two.jsonl")
    report = await feeder.ingest(one, two, source="all")
    assert [(each.file, each.line) for each in report.rejected] == [("two.jsonl", 1)]


async def test_batches_are_bounded_and_one_transaction_each(feeder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "BATCH", 50)
    sizes = []

    async def watched(tx: Any, source: str, items: Any) -> None:
        sizes.append(len(items))

    monkeypatch.setattr(saving, "save_products", watched)
    await feeder.ingest(feeder.jsonl(*(feeder.sock(f"S{i}") for i in range(120))))
    assert sizes == [50, 50, 20]


async def test_a_killed_run_is_resumed(feeder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "BATCH", 10)
    path = feeder.jsonl(*(feeder.sock(f"S{i:02}") for i in range(30)))
    save = saving.save_products
    done: list[int] = []

    async def dying(tx: Any, source: str, items: Any) -> None:
        await save(tx, source, items)
        if done:
            raise KeyboardInterrupt
        done.append(1)

    with monkeypatch.context() as patch:
        patch.setattr(saving, "save_products", dying)
        with pytest.raises(KeyboardInterrupt):
            await feeder.ingest(path)
    assert len(await feeder.products()) == 10
    report = await feeder.ingest(path)
    assert (report.unchanged, report.new, report.indexed) == (10, 20, 1)
    assert len(await feeder.products()) == 30


async def test_an_index_that_failed_is_made_up_for(feeder: Any) -> None:
    path = feeder.jsonl(feeder.sock())
    feeder.indexer.fails = True
    with pytest.raises(Unavailable):
        await feeder.ingest(path)
    feeder.indexer.fails = False
    report = await feeder.ingest(path)
    assert (report.unchanged, report.indexed) == (1, 1)
    assert (await feeder.ingest(path)).indexed is None


async def test_a_text_saved_while_the_index_is_built_is_not_forgotten(feeder: Any) -> None:
    rebuild = feeder.indexer.rebuild

    async def meanwhile(progress: Any = None) -> int:
        feeder.indexer.rebuild = rebuild
        await pipeline.save(feeder.db, [feeder.jsonl(feeder.sock("T"), name="t.jsonl")], Options(), Silent())
        return int(await rebuild(progress))

    feeder.indexer.rebuild = meanwhile
    path = feeder.jsonl(feeder.sock("S"))
    await feeder.ingest(path)
    assert (await feeder.ingest(path)).indexed == 2


async def test_a_dry_run_tells_all_and_writes_nothing(feeder: Any) -> None:
    path = feeder.jsonl(feeder.sock("S1"), feeder.sock("S2", title=""))
    report = await feeder.ingest(path, dry_run=True)
    assert (report.new, report.rejected_rows, report.indexed) == (1, 1, None)
    assert feeder.written == []
    assert "would be saved" in "\n".join(report.summary())


async def test_unknown_fields_are_left_out_and_counted(feeder: Any) -> None:
    row = feeder.sock("S1", margin=0.4)
    row["variants"][0]["cost"] = 3
    report = await feeder.ingest(feeder.jsonl(row, feeder.sock("S2", margin=0.5)))
    warnings = report.as_dict()["warnings"]
    assert "unknown field 'margin' ignored in 2 rows" in warnings
    assert "unknown field 'variants.cost' ignored in 1 rows" in warnings
