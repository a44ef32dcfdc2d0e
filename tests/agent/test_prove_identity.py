"""A shopper proves who they are in the middle of a turn, and what follows in it is done for whom they are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fake_openai import FakeOpenAI, Say
from goods import variant_id
from little_app import furnish, wired
from pydantic import SecretStr
from serving import serving

from tresen.bootstrap import Tresen
from tresen.conversation import log, mail, shoppers, turns
from tresen.conversation.events import ToolReturned
from tresen.conversation.parts import Text
from tresen.conversation.shoppers import Shopper
from tresen.kit.ids import secret
from tresen.kit.words import say
from tresen.shop import cart

ANA = "ana@post.example"
SOCK = variant_id("Laufsocke", "s")
SHOW = ("find_products", {"query": "Laufsocke"})
FILL = ("set_cart_quantity", {"variant_id": SOCK, "quantity": 2})


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def prove(**args: str) -> tuple[str, Any]:
    return ("prove_identity", args)


async def turn(
    home: Path, shopper: Shopper | None, said: str, *replies: Say
) -> tuple[Tresen, Shopper, list[ToolReturned]]:
    """One turn of a model that plays these replies; what the tools answered in it."""
    async with serving(FakeOpenAI(*replies, Say("Gut.")).app) as base:
        app = wired(home, model="fake-1", openai_api_key=SecretStr("sk-test"), openai_base_url=f"{base}/v1")
        async with app.db.write() as tx:
            shopper = shopper or (await shoppers.open_web(tx, "de")).shopper
            received = await turns.receive(tx, shopper, (Text(said),), secret())
        assert await turns.respond(app.db, app.bus, shopper.conversation_id, app.responder, app.taps)
        async with app.db.read() as tx:
            stored = await log.read(tx, shopper.conversation_id, after=received.seq)
    return app, shopper, [each.data for each in stored if isinstance(each.data, ToolReturned)]


async def test_what_follows_a_proof_is_done_for_the_one_it_proves(tmp_path: Path) -> None:
    await furnish(tmp_path)
    app, shopper, (sent,) = await turn(tmp_path, None, ANA, Say(calls=[prove(email=ANA)]))
    assert json.loads(sent.text) == {"proven": False, "say": say("code-sent", "de")}
    async with app.db.write() as tx:
        assert await mail.listed(tx) == []
        ana = await shoppers.introduce(tx, "Ana", ANA, "de", None)
    await app.close()
    app, _, (sent,) = await turn(tmp_path, shopper, ANA, Say(calls=[prove(email=ANA)]))
    assert json.loads(sent.text) == {"proven": False, "say": say("code-sent", "de")}, "now there is somebody"
    async with app.db.read() as tx:
        (letter,) = await mail.listed(tx)
    code = re.findall(r"\b\d{6}\b", letter.text)[0]
    await app.close()
    app, _, told = await turn(
        tmp_path, shopper, f"x, nein: {code}. Leg mir 2 Laufsocken in den Korb",
        Say(calls=[SHOW]), Say(calls=[prove(code="x")]), Say(calls=[prove(code=code)]), Say(calls=[FILL]),
    )  # fmt: skip
    assert [json.loads(each.text).get("proven") for each in told] == [None, False, True, None]
    async with app.db.read() as tx:
        assert (await cart.read(tx, ana)).count == 2
        assert (await cart.read(tx, shopper.id)).count == 0
    await app.close()
    app, _, told = await turn(tmp_path, shopper, ANA, Say(calls=[prove(email=ANA.upper())]), Say(calls=[prove()]))
    assert json.loads(told[0].text) == {"proven": True, "say": say("identity-known", "de")}
    assert json.loads(told[1].text)["refused"] == "nothing_claimed"
    await app.close()
