"""What an ingest tells: the report, progress, and errors that say what to do next."""

import json
from typing import Any

import pytest

from catalog_ingest import pipeline
from catalog_ingest.options import Options
from tresen.kit.errors import NotFound, Unprocessable


async def test_the_report_is_json_and_text(feeder: Any) -> None:
    report = await feeder.ingest(feeder.jsonl(feeder.sock("S1"), feeder.sock("S2", title="")))
    told = json.loads(json.dumps(report.as_dict()))
    assert told["new"] == 1
    assert told["rejected"][0] == {
        "file": "shop.jsonl", "line": 2, "id": "S2", "field": "title", "reason": "this must not be empty",
    }  # fmt: skip
    assert "  shop.jsonl:2 (S2, title): this must not be empty" in report.summary()


async def test_only_so_many_rejections_are_kept_but_all_are_counted(feeder: Any) -> None:
    report = await feeder.ingest(feeder.file("bad.jsonl", "x\n" * 1500))
    assert (report.rejected_rows, len(report.rejected)) == (1500, 1000)


@pytest.mark.parametrize("content", ["", "\n\n \n"])
async def test_an_empty_feed_is_an_error(feeder: Any, content: str) -> None:
    with pytest.raises(Unprocessable, match=r"no product in shop\.jsonl") as refused:
        await feeder.ingest(feeder.file("shop.jsonl", content))
    assert refused.value.hint


async def test_a_missing_file_is_an_error_with_a_next_step(feeder: Any) -> None:
    with pytest.raises(NotFound) as refused:
        await feeder.ingest(feeder.folder / "nowhere.jsonl")
    assert "nowhere.jsonl" in refused.value.say
    assert refused.value.hint


async def test_a_folder_of_something_else_is_an_error(feeder: Any) -> None:
    feeder.jsonl(feeder.sock(), name="feeds/one.jsonl")
    with pytest.raises(Unprocessable, match="no document in feeds"):
        await feeder.ingest(feeder.folder / "feeds")


async def test_an_unknown_format_is_an_error(feeder: Any) -> None:
    with pytest.raises(Unprocessable, match=r"Nothing here reads shop\.xlsx") as refused:
        await feeder.ingest(feeder.file("shop.xlsx", b"PK"))
    assert ".csv" in refused.value.hint


async def test_progress_is_begun_stepped_and_ended(feeder: Any) -> None:
    told: list[Any] = []

    class Told:
        def begin(self, label: str, total: int | None = None) -> None:
            told.append((label, total))

        def step(self, count: int = 1) -> None:
            told.append(count)

        def end(self) -> None:
            told.append("end")

    path = feeder.jsonl(feeder.sock("S1"), feeder.sock("S2"))
    await pipeline.ingest(feeder.db, feeder.indexer, [path], Options(), Told())
    assert told == [("reading shop", None), 2, "end", ("saving shop", 2), 2, "end"]
