"""I1, I2, I10 across processes: a server that comes back, and two servers that share one shop."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import services
from goods import variant_id
from little_app import employ, furnish, served
from sqlalchemy import text
from visitor import Visitor, words

from tresen.bootstrap import Tresen
from tresen.kit.bus import LocalBus
from tresen.kit.clock import SystemClock
from tresen.kit.db import Database


async def until(visitor: Visitor, last: int, after: int = 0) -> list[dict[str, Any]]:
    """Stored events after `after` up to seq `last`."""
    found = []
    async with asyncio.timeout(20):
        async for frame in visitor.stream(after):
            if frame["id"]:
                found.append(frame)
            if frame["id"] >= last:
                return found
    raise AssertionError("the stream ended early")


def moved(visitor: Visitor, url: str) -> Visitor:
    """The same shopper at another address."""
    return Visitor(httpx.AsyncClient(base_url=url, timeout=20), visitor.id, visitor.token, {}, visitor.last)


def answers(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == "message.sent"]


async def test_a_stream_goes_on_after_a_restart(tmp_path: Path) -> None:
    await furnish(tmp_path)
    async with served(tmp_path) as (_, url):
        visitor = await Visitor.begin(url, "de")
        await visitor.say("Zeig mir Laufsocken")
        cart = {"variant_id": variant_id("Laufsocke", "s"), "quantity": 2}
        put = await visitor.http.put(f"{visitor.path}/cart", json=cart, headers=visitor.auth)
        assert put.json()["total"] == "25,80\xa0€"
        before = await visitor.snapshot()
        whole = await until(visitor, before["last_seq"])
    async with served(tmp_path) as (_, url):
        again = moved(visitor, url)
        assert await again.snapshot() == before
        for cut in range(len(whole)):
            rest = await until(again, before["last_seq"], after=whole[cut - 1]["id"] if cut else 0)
            assert whole[:cut] + rest == whole
        assert (await again.say("Hallo"))["seq"] > before["last_seq"]


async def test_what_was_written_while_nobody_worked_is_answered_once_somebody_does(tmp_path: Path) -> None:
    await furnish(tmp_path)
    async with served(tmp_path, work=False) as (_, url):
        visitor = await Visitor.begin(url, "de")
        seq = (await visitor.post("Zeig mir Helme", id="m1")).json()["seq"]
    async with served(tmp_path) as (_, url):
        again = moved(visitor, url)
        assert (await again.post("Zeig mir Helme", id="m1")).json()["seq"] == seq
        await asyncio.wait_for(again_answered(again), 20)
        await asyncio.sleep(0.2)
        assert len(answers((await again.snapshot())["events"])) == 1


async def again_answered(visitor: Visitor) -> None:
    async for frame in visitor.stream():
        if frame["event"] == "message.sent":
            return


async def test_a_server_that_stops_mid_turn_leaves_the_turn_to_the_next(tmp_path: Path) -> None:
    await furnish(tmp_path)
    async with served(tmp_path) as (_, url):
        visitor = await Visitor.begin(url, "de")
        await visitor.post("Zeig mir Laufsocken")
        async for frame in visitor.stream():
            if frame["event"] == "turn.started":
                break
    async with served(tmp_path) as (_, url):
        again = moved(visitor, url)
        await asyncio.wait_for(again_answered(again), 20)
        events = (await again.snapshot())["events"]
    assert len(answers(events)) == 1
    assert [event["event"] for event in events].count("turn.started") == 1


@pytest.fixture(scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[tuple[Tresen, str]]]:
    """Two servers, each with its own folder and worker, on one PostgreSQL and one Redis."""
    shared = {"database_url": services.postgres(), "redis_url": services.redis()}
    database = Database(shared["database_url"], SystemClock(), LocalBus())
    async with database.write() as tx:
        await tx.execute(text("DROP SCHEMA public CASCADE"))
        await tx.execute(text("CREATE SCHEMA public"))
    await database.close()
    homes = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    await furnish(homes[0], **shared)
    async with served(homes[0], **shared) as one, served(homes[1], **shared) as two:
        yield [one, two]


async def test_what_is_posted_to_one_streams_from_the_other(pair: list[tuple[Tresen, str]]) -> None:
    one = await Visitor.begin(pair[0][1], "de")
    two = moved(one, pair[1][1])
    frames: list[dict[str, Any]] = []

    async def read() -> None:
        async for frame in two.stream():
            frames.append(frame)
            if frame["event"] == "message.sent":
                return

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.2)
    begun = asyncio.get_running_loop().time()
    await one.post("Zeig mir Laufsocken")
    await asyncio.wait_for(reading, 20)
    assert "text.delta" in [frame["event"] for frame in frames], "live hints cross too"
    assert asyncio.get_running_loop().time() - begun < 10
    last = frames[-1]["id"]
    assert await until(one, last) == await until(two, last)
    assert "Laufsocke" in words(frames[-1]["data"]) or frames[-1]["data"]["parts"]


async def test_many_messages_to_both_are_each_answered_once(pair: list[tuple[Tresen, str]]) -> None:
    visitors = [await Visitor.begin(url, "de") for _, url in pair * 3]
    both = [(visitor, moved(visitor, pair[0][1]), moved(visitor, pair[1][1])) for visitor in visitors]
    posts = [door.post("Zeig mir Helme", id="m1") for _, *doors in both for door in doors for _ in range(2)]
    assert {answer.status_code for answer in await asyncio.gather(*posts)} == {202}
    for visitor, *_ in both:
        await asyncio.wait_for(again_answered(visitor), 30)
    await asyncio.sleep(0.5)
    for visitor, one, two in both:
        events = (await one.snapshot())["events"]
        assert events == (await two.snapshot())["events"] == (await visitor.snapshot())["events"]
        assert [event["event"] for event in events].count("message.received") == 1
        assert len(answers(events)) == 1


async def test_an_operator_at_one_silences_the_agent_of_the_other(pair: list[tuple[Tresen, str]]) -> None:
    (app, url), (_, other) = pair
    cookies = {"tresen_operator": await employ(app, "Anna")}
    visitor = await Visitor.begin(url, "de")
    async with httpx.AsyncClient(base_url=other, cookies=cookies, headers={"X-Tresen": "1"}) as anna:
        path = f"/v1/inbox/conversations/{visitor.id}"
        assert (await anna.post(f"{path}/take-over")).status_code == 204
        seq = (await visitor.post("Hallo?")).json()["seq"]
        await asyncio.sleep(1.5)
        assert (await visitor.snapshot())["last_seq"] == seq
        assert (await anna.post(f"{path}/messages", json={"id": "1", "text": "Hier ist Anna"})).status_code == 202
    (reply,) = answers((await visitor.snapshot())["events"])
    assert (words(reply), reply["label"]) == ("Hier ist Anna", "Anna")


async def test_both_count_the_same_cart(pair: list[tuple[Tresen, str]]) -> None:
    one = await Visitor.begin(pair[0][1], "en")
    doors = [one, moved(one, pair[1][1])]
    helmet, sock = variant_id("Helm", "one"), variant_id("Laufsocke", "s")
    taps = [
        door.http.put(f"{one.path}/cart", json={"variant_id": variant, "quantity": count}, headers=one.auth)
        for door in doors
        for variant, count in ((helmet, 1), (sock, 2), (helmet, 2), (sock, 1))
    ]
    assert {answer.status_code for answer in await asyncio.gather(*taps)} == {200}
    carts = [(await door.snapshot())["cart"] for door in doors]
    assert carts[0] == carts[1]
    assert {item["variant_id"] for item in carts[0]["items"]} == {helmet, sock}
    last = [event for event in (await one.snapshot())["events"] if event["event"] == "cart.changed"][-1]
    assert last["cart"]["count"] == carts[0]["count"], "the last event tells the cart as it is"
