"""What a start does so that the first shopper does not wait for it."""

import asyncio
import threading
from pathlib import Path

import httpx
import pytest
from little_app import served
from pydantic import BaseModel

from tresen.agent import mood, warming
from tresen.agent.mood.phrases import phrases
from tresen.agent.tools.find_products import find_products
from tresen.bootstrap import Tresen
from tresen.retrieval import tokens


def test_patterns_and_tokens_are_there_for_the_first_answer() -> None:
    made = phrases, tokens._load
    for each in (*made, mood.alarm):
        each.cache_clear()
    warming.warm(("de", "en"))
    before = [each.cache_info().misses for each in made]
    mood.signs_in("That is a disgrace. Ich will mein Geld zurück!")
    tokens.count("one more")
    assert [each.cache_info().misses for each in made] == before


def test_a_tool_has_no_schema_of_the_whole_shop_made() -> None:
    schema = find_products.args_schema
    assert isinstance(schema, type) and issubclass(schema, BaseModel)
    assert len(str(schema.__pydantic_core_schema__)) < 20_000


async def test_nobody_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()
    monkeypatch.setattr(Tresen, "warm", lambda _: (begun.set(), release.wait(10), ended.set()))
    async with served(tmp_path) as (_, url), httpx.AsyncClient(base_url=url) as http:
        assert await asyncio.to_thread(begun.wait, 10)
        assert (await http.get("/healthz")).status_code == 200 and not ended.is_set()
        release.set()
