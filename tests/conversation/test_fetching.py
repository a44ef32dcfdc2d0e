"""The queue of pictures that networks hold: each fetched once, tried again with patience, given up with a reason."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from photos import HTML, photo
from sqlalchemy import delete, select

from tresen.conversation import fetching, shoppers, uploads
from tresen.conversation.outbox import TryAgain
from tresen.conversation.parts import Image, Part, Text
from tresen.conversation.shoppers import Address, Shopper
from tresen.conversation.tables import upload
from tresen.kit.bus import Bus
from tresen.kit.db import Database
from tresen.kit.errors import Unprocessable
from tresen.kit.pictures import Gone

SENT: tuple[Part, ...] = (Image("pigeon:P1"), Text("so was?"))


class Pigeon:
    """A network that gives these answers, one after the other; the last one for ever."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def fetch(self, media: str, most: int) -> bytes:
        self.asked.append(media)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        await asyncio.sleep(0.01)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def send(db: Database, parts: tuple[Part, ...] = SENT, external_id: str = "m1") -> tuple[Shopper, Sequence[Part]]:
    async with db.write() as tx:
        shopper = await shoppers.arrive(tx, Address("pigeon", "loft", "5"), "de")
        here = shopper.conversation_id
        return shopper, await uploads.expected(tx, here, parts, "pigeon", external_id, "de")


async def rows(db: Database) -> list[Any]:
    async with db.read() as tx:
        return list(await tx.rows(select(upload).order_by(upload.c.created_at)))


def place_of(home: Path, image: Part) -> Path:
    assert isinstance(image, Image)
    own = uploads.own(image)
    assert own is not None
    return uploads.path(home, own[1])


async def test_a_picture_is_ours_from_the_first_moment_and_fetched_once(each_db: Database, tmp_path: Path) -> None:
    pigeon = Pigeon(photo())
    _, parts = await send(each_db)
    assert (await send(each_db))[1] == parts, "the network repeats itself"
    assert parts[1] == SENT[1]
    tried = await asyncio.gather(*(fetching.fetch_due(each_db, {"pigeon": pigeon}, tmp_path) for _ in range(2)))
    assert sum(tried) == 1 and pigeon.asked == ["P1"]
    assert place_of(tmp_path, parts[0]).read_bytes().startswith(b"\xff\xd8")
    (row,) = await rows(each_db)
    assert (row.state, row.media, row.width, row.height) == ("kept", "", 640, 480)
    assert await fetching.fetch_due(each_db, {"pigeon": pigeon}, tmp_path) == 0


async def test_a_network_in_trouble_is_asked_later_not_for_ever(each_db: Database, tmp_path: Path, clock: Any) -> None:
    await send(each_db)
    pigeon = Pigeon(TryAgain("busy"))
    for _ in range(fetching.MOST_ATTEMPTS):
        assert await fetching.fetch_due(each_db, {"pigeon": pigeon}, tmp_path) == 1
        assert await fetching.fetch_due(each_db, {"pigeon": pigeon}, tmp_path) == 0
        clock.forward(minutes=31)
    (row,) = await rows(each_db)
    assert (row.state, row.reason) == ("failed", "picture_unreachable")
    assert await fetching.fetch_due(each_db, {"pigeon": pigeon}, tmp_path) == 0


async def test_it_comes_after_all(db: Database, tmp_path: Path, clock: Any) -> None:
    await send(db)
    pigeon = Pigeon(TryAgain("busy", 5), RuntimeError("a fault of ours"), photo())
    for _ in range(3):
        await fetching.fetch_due(db, {"pigeon": pigeon}, tmp_path)
        clock.forward(seconds=20)
    assert [row.state for row in await rows(db)] == ["kept"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(HTML, "picture_kind"), (Gone(), "picture_gone"), (photo((1, 1)), "picture_too_small"),
     (b"\0" * 9_000_000, "picture_too_large"),
     (Unprocessable("no", code="address_refused"), "address_refused")],
)  # fmt: skip
async def test_what_never_can_be_kept_is_given_up_at_once(
    db: Database, tmp_path: Path, answer: bytes | Exception, reason: str
) -> None:
    _, parts = await send(db)
    await fetching.fetch_due(db, {"pigeon": Pigeon(answer)}, tmp_path)
    (row,) = await rows(db)
    assert (row.state, row.reason, row.attempts) == ("failed", reason, 1)
    assert not place_of(tmp_path, parts[0]).exists()


async def test_a_picture_that_is_erased_meanwhile_leaves_nothing(db: Database, tmp_path: Path) -> None:
    _, parts = await send(db)
    fetch = asyncio.create_task(fetching.fetch_due(db, {"pigeon": Pigeon(photo())}, tmp_path))
    while (await rows(db))[0].lease_token is None:
        await asyncio.sleep(0)
    async with db.write() as tx:
        await tx.execute(delete(upload))
    await fetch
    assert not place_of(tmp_path, parts[0]).exists() and not list(tmp_path.rglob("*.part"))


async def test_who_waits_is_told_at_once_and_not_longer_than_it_wants(db: Database, bus: Bus, tmp_path: Path) -> None:
    shopper, _ = await send(db)
    (row,) = await rows(db)
    late = await fetching.settled(db, bus, shopper.conversation_id, row.id, 0.05)
    assert late.state == "waiting"
    waiting = asyncio.create_task(fetching.settled(db, bus, shopper.conversation_id, row.id, 20))
    await asyncio.sleep(0.05)
    await fetching.fetch_due(db, {"pigeon": Pigeon(photo())}, tmp_path)
    assert (await asyncio.wait_for(waiting, 3)).state == "kept"


async def test_only_so_many_a_day_are_fetched(db: Database, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 2)
    sent = [(await send(db, external_id=str(each)))[1][0] for each in range(3)]
    assert [uploads.own(each) is not None for each in sent if isinstance(each, Image)] == [True, True, False]
    clock.forward(days=2)
    assert uploads.own((await send(db, external_id="4"))[1][0]) is not None  # type: ignore[arg-type]
