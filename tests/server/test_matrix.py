"""I5: every call x {no token, another shopper's, one whose proof has ended, a guest}: nothing is shown, and what is
somebody else's looks like what does not exist.

The calls are taken from the application itself: one that is in no table below fails the first test.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import besieged
import httpx
import pytest
from besieged import HOUSE, VICTIM, Person
from little_app import employ, served, wired
from sqlalchemy import update

from tresen.bootstrap import Tresen
from tresen.conversation.shoppers import Opened
from tresen.conversation.tables import operator_key
from tresen.kit.ids import secret
from tresen.server.app import create_app
from tresen.shop import cart

TALK = "/v1/conversations/{conversation_id}"
INBOX = ("/v1/inbox", "/v1/orderdesk")
# A key or a number in the address opens these, and nothing else does: path -> (whose, another's, nobody's).
KEYED = {
    "/checkout/{key}", "/confirm/{nonce}", "/orders/{number}", "/orders/{number}/pay", "/orders/{number}/cancel",
    "/orders/{number}/return", "/orders/{number}/address", "/demo/pay/{reference}", "/demo/pay/{reference}/secure",
    "/demo/pay/{reference}/{ending}", "/demo/mailbox/{mail_id}", "/v1/carts/{cart_id}",
}  # fmt: skip
# What belongs to nobody, or takes what it is given without showing anything of anybody.
PUBLIC = {
    "/", "/demo", "/demo/policies/{document}", "/cart/{token}", "/media/{name}.png", "/widget.js", "/healthz",
    "/readyz", "/inbox", "/v1/conversations", "/v1/search", "/v1/products/{product_id}", "/v1/shop", "/v1/chat",
    "/v1/products/{product_id}/story", "/v1/documents/{document_id}", "/webhooks/{channel}",
    "/webhooks/payments/{provider}", "/withdraw",
    "/withdraw/confirm", "/demo/mailbox", "/demo/mailbox.json", "/docs", "/docs/oauth2-redirect", "/openapi.json",
}  # fmt: skip
BODIES: dict[str, Any] = {
    "/messages": {"id": "m", "text": "Hallo"}, "/feedback": {"message": 1, "thumb": "up"}, "/viewed": {"product": "p"},
    "/cart": {"variant_id": "v", "quantity": 1}, "/locale": {"locale": "en"}, "/identity": {"identity": "a.b.c"},
    "/checkout": {}, "/confirm": {"nonce": "n" * 43}, "/codes": {"code": "KANARI5"}, "/cart/open": {"token": "t" * 20},
    "/orders/{number}/return": {}, "/orders/{number}/address": dict(VICTIM),
    "/orders/{number}/items": {"lines": {"0": 1}}, "/orders/{number}/payment": {"payment": "invoice"},
}  # fmt: skip


@dataclass
class Town:
    app: Tresen
    http: httpx.AsyncClient
    routes: list[tuple[str, str]]
    victim: Person
    attacker: Person
    lapsed: Opened
    guest: Opened

    async def call(self, method: str, path: str, token: str = "", body: Any = None, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.http.request(method, path, json=body, headers=headers, **more)

    def paths(self, *begin: str) -> list[tuple[str, str]]:
        return [(method, path) for method, path in self.routes if path.startswith(begin)]

    def others(self) -> dict[str, tuple[str, str]]:
        """Who is not the victim: (conversation, token)."""
        people = {"attacker": self.attacker, "lapsed": self.lapsed, "guest": self.guest}
        return {name: (each.shopper.conversation_id, each.token) for name, each in people.items()}


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    home: Path = tmp_path_factory.mktemp("town")
    building = wired(home, shop=HOUSE, demo=True)
    victim, attacker = await besieged.besiege(building)
    lapsed, guest = await besieged.lapsed(building), await besieged.guest(building)
    await building.close()
    async with (
        served(home, work=False, shop=HOUSE) as (app, url),
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        routes = sorted(set(walked(create_app(app, work=False).routes)))
        yield Town(app, http, routes, victim, attacker, lapsed, guest)


def walked(routes: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """(method, path) of every call; routers may be kept whole within the application."""
    for each in routes:
        if hasattr(each, "original_router"):
            yield from walked(each.original_router.routes)
        else:
            yield from ((method, each.path) for method in getattr(each, "methods", None) or ())


def same(answers: list[httpx.Response], *names: str) -> tuple[int, str]:
    """The one status and body of all these answers, whatever was named in them."""
    told = {(each.status_code, _without(each.text, names)) for each in answers}
    assert len(told) == 1, [(each.request.method, str(each.request.url), each.status_code) for each in answers]
    return told.pop()


def _without(text: str, names: tuple[str, ...]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "?")
    return text


def test_every_call_is_in_a_table(town: Town) -> None:
    paths = {path for _, path in town.routes}
    guarded = {path for path in paths if path.startswith((TALK, *INBOX))}
    assert paths - guarded - KEYED - PUBLIC == set(), "say who may make this call, and let it be attacked below"
    assert KEYED - paths == set()


async def test_a_conversation_opens_to_its_own_token_alone(town: Town) -> None:
    tried = 0
    for method, template in town.paths(TALK):
        body = BODIES.get(template.removeprefix(TALK))
        victims, nobodys = (
            template.format(conversation_id=talk, number=number, code="KANARI5", upload_id="u")
            for talk, number in ((town.victim.shopper.conversation_id, _number(town.victim)), (secret(), "SH-1999-1"))
        )
        without = [await town.call(method, path, body=body) for path in (victims, nobodys)]
        assert same(without)[0] == 401, template
        mine = [town.attacker.token, town.lapsed.token, town.guest.token, secret(), town.victim.token.swapcase(), "%"]
        foreign = [await town.call(method, path, token, body) for path in (victims, nobodys) for token in mine]
        assert same(foreign)[0] == 404, template
        assert not any(besieged.leaks(each.text, town.victim) for each in (*without, *foreign))
        tried += len(foreign) + len(without)
    assert tried > 200


async def test_what_is_in_a_conversation_shows_nothing_of_others(town: Town) -> None:
    """With one's own token: the victim's order is as unknown as one that nobody has, and so is their offer."""
    unknown = "SH-1999-0001"
    for who, (talk, token) in town.others().items():
        for method, template in town.paths(TALK):
            suffix = template.removeprefix(TALK)
            if suffix == "/events" or (suffix == "/checkout/link" or suffix == "/messages"):
                continue  # an endless stream, and what only writes
            answers = []
            for number in (_number(town.victim), town.victim.orders["delivered"], unknown):
                path = template.format(conversation_id=talk, number=number, code="KANARI5", upload_id="u")
                answers.append(await town.call(method, path, token, BODIES.get(suffix)))
            assert not any(_personal(each.text, town.victim) for each in answers), (who, template)
            if "{number}" in template:
                assert same(answers, _number(town.victim), town.victim.orders["delivered"], unknown)[0] == 404, template
        if who == "lapsed":  # it is the same shopper, who was not shown the offers below
            continue
        offers = [*town.victim.offers.values(), town.victim.used, secret()]
        confirmed = [await town.call("POST", f"{_talk(talk)}/confirm", token, {"nonce": nonce}) for nonce in offers]
        assert same(confirmed)[0] == 404


async def test_a_cart_is_read_by_its_own_shopper_alone(town: Town) -> None:
    async with town.app.db.read() as tx:
        victims = (await cart.read(tx, town.victim.shopper.id)).id
    assert victims
    paths = [f"/v1/carts/{each}" for each in (victims, secret())]
    assert same([await town.call("GET", path) for path in paths])[0] == 401
    tokens = (town.attacker.token, town.guest.token, secret())
    assert same([await town.call("GET", path, token) for path in paths for token in tokens])[0] == 404
    assert (await town.call("GET", paths[0], town.victim.token)).status_code == 200


async def test_pages_open_to_their_own_key_alone(town: Town) -> None:
    victim, attacker = town.victim, town.attacker
    numbers = [_number(victim), "SH-1999-0001"]
    keys = [
        attacker.keys[_number(attacker)],
        victim.keys[victim.orders["delivered"]],
        secret(),
        "",
        "ü",
        victim.token,
    ]
    for method, template in town.routes:
        if template.startswith("/orders/{number}"):
            paths = [f"{template.format(number=number)}?key={key}" for number in numbers for key in keys]
        elif template in ("/checkout/{key}", "/confirm/{nonce}"):
            paths = [f"{template.split('{')[0]}{key}" for key in (secret(), victim.token, victim.cart_link, "x", "ü")]
        elif template.startswith("/demo/pay/"):
            paths = [re.sub(r"\{reference\}", each, template) for each in ("demo_" + "0" * 32, _number(victim), "x")]
            paths = [path.format(ending="paid") for path in paths]
        else:
            continue
        answers = [await town.call(method, path) for path in paths]
        names = [key for key in (*keys, *numbers, "demo_" + "0" * 32) if key]
        assert same(answers, *names)[0] == 404, (method, template)
        assert not any(besieged.leaks(each.text, victim) for each in answers), template


async def test_an_offer_that_was_used_leads_only_its_owner_on(town: Town) -> None:
    """The nonce is the key of its page; the page of the order that it leads to needs that order's own key as well."""
    answer = await town.http.get(f"/confirm/{town.victim.offers['cancel']}")
    assert answer.status_code == 200, "who holds the link sees what it confirms"
    for number in town.victim.orders.values():
        assert (await town.http.get(f"/orders/{number}")).status_code == 404


async def test_the_inbox_opens_to_the_shops_people_alone(town: Town) -> None:
    key = await employ(town.app, "Ended")
    async with town.app.db.write() as tx:
        await tx.execute(update(operator_key).values(expires_at=tx.now - timedelta(seconds=1)))
    for method, template in town.paths(*INBOX):
        path = re.sub(r"\{\w+\}", town.victim.shopper.conversation_id, template)
        if (method, template) == ("POST", "/v1/inbox/sessions"):
            continue
        answers = [
            await town.http.request(method, path, headers={"X-Tresen": "1", **headers}, json={"id": "x", "text": "x"})
            for headers in (
                {}, {"Authorization": f"Bearer {town.victim.token}"}, {"Cookie": f"tresen_operator={key}"},
                {"Cookie": f"tresen_operator={secret()}"},
            )
        ]  # fmt: skip
        assert {each.status_code for each in answers} == {401}, (method, template)
        assert not any(besieged.leaks(each.text, town.victim) for each in answers)


async def test_the_mailbox_of_the_demo_is_there_in_the_demo_alone(town: Town) -> None:
    for path in ("/demo/mailbox", "/demo/mailbox.json", "/demo/mailbox/1"):
        answer = await town.http.get(path, params={"to": VICTIM["email"]})
        assert answer.status_code == 404
        assert not besieged.leaks(answer.text, town.victim)


async def test_one_call_of_chat_opens_no_other_conversation(town: Town) -> None:
    talks = (town.victim.shopper.conversation_id, secret())
    bodies = [{"text": "Hallo", "conversation": talk, "token": town.attacker.token} for talk in talks]
    assert same([await town.call("POST", "/v1/chat", body=body) for body in bodies])[0] == 404
    bodies = [{"text": "Hallo", "conversation": talk, "token": ""} for talk in talks]
    assert same([await town.call("POST", "/v1/chat", body=body) for body in bodies])[0] == 401


def _number(who: Person) -> str:
    return who.orders["processing"]


def _talk(conversation_id: str) -> str:
    return TALK.format(conversation_id=conversation_id)


def _personal(text: str, victim: Person) -> list[str]:
    """Of a victim's things, those that stay theirs on a device whose proof has ended: all but the cart."""
    cart_words = ("Kanarirabatt", "KANARI5", "kanari5")
    for word in cart_words:
        text = text.replace(word, "")
    return besieged.leaks(text, victim)
