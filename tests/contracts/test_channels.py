"""What every channel keeps to. The folder is walked: a new file in `channels/` and a folder of samples are tested
with no edit here.

tests/samples/<channel>/settings.json holds the environment that switches the channel on, and where its signature is;
every other file is a webhook as the network sends it (the body is signed as compact ASCII JSON) and what it means.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tresen import channels
from tresen.channels.base import Channel, Failure, Forged, HttpReply, Inbound, Polled, Received, Webhook
from tresen.conversation.outbox import Letter
from tresen.conversation.parts import (
    Action,
    Audio,
    Card,
    Cards,
    CartItem,
    CartSummary,
    Choice,
    Choices,
    Image,
    Link,
    Other,
    Part,
    Source,
    Sources,
    Text,
)
from tresen.conversation.shoppers import Address
from tresen.kit.errors import Misconfigured, Refusal, Unauthorized
from tresen.kit.plugins import modules

SAMPLES = Path(__file__).parent.parent / "samples"
MODULES = {module.__name__.rpartition(".")[2]: module for module in modules(channels) if hasattr(module, "build")}
FILES = [
    (name, path) for name in MODULES for path in sorted((SAMPLES / name).glob("*.json")) if path.stem != "settings"
]
WEBHOOKS = [pytest.param(name, path, id=f"{name}/{path.stem}") for name, path in FILES]
PARTS = TypeAdapter(tuple[Part, ...])
CARD = Card("p_1", "Laufsocke Kiesel", "Kette", "12,90 €", True, 4.6, 31, "/media/p_1.svg", variant_id="v_1")
EVERY_PART: list[Part] = [
    Text("Schau mal"),
    Cards((CARD,)),
    Choices((Choice("Ja"), Choice("Mensch", Action("ask_for_human", label="Mensch")))),
    CartSummary((CartItem("v_1", "p_1", "Laufsocke Kiesel", "blau", 2, "12,90 €", "25,80 €"),), "25,80 €", 2),
    CartSummary((), "0,00 €", 0),
    Sources((Source("Rückgabe", "Fristen", "/demo/policies/d1#fristen"),)),
    Link("Zur Kasse", "/checkout/1"),
    Image("/media/p_1.png", "eine Socke"),
    Audio("https://shop.example/a.ogg"),
    Other("sticker"),
    Action("show_cart", label="Warenkorb"),
]


def settings_of(name: str) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((SAMPLES / name / "settings.json").read_text("utf-8"))
    return settings


def switched_on(module: ModuleType, name: str) -> Channel:
    settings = settings_of(name)
    with pytest.MonkeyPatch.context() as environment:
        for key, value in settings["env"].items():
            environment.setenv(key, value)
        channel: Channel | None = module.build(settings["public_url"])
    assert channel is not None, "the settings of its samples do not switch the channel on"
    return channel


@pytest.fixture(params=MODULES)
async def channel(request: pytest.FixtureRequest) -> AsyncIterator[Channel]:
    built = switched_on(MODULES[request.param], request.param)
    yield built
    await built.close()


def webhook_of(sample: dict[str, Any]) -> Webhook:
    body = b"" if sample["body"] is None else json.dumps(sample["body"], separators=(",", ":")).encode()
    return Webhook(sample["method"], sample["query"], sample["headers"], body)


def expected(sample: dict[str, Any]) -> Received:
    told = sample["expect"]
    messages = tuple(
        Inbound(Address(*row["address"]), row["external_id"], PARTS.validate_python(row["parts"]), row["locale"])
        for row in told["messages"]
    )
    reply = dict(told.get("reply", {}))
    reply["body"] = reply.get("body", "").encode()
    return Received(messages, HttpReply(**reply), tuple(Failure(*row) for row in told.get("failures", [])))


def letter(channel: Channel, *parts: Part, locale: str = "de", sender: str = "agent") -> Letter:
    address = Address(channel.name, channel.account, "4915112345678")
    return Letter("l1", "c1", 3, address, locale, parts, sender, datetime.now(UTC), 0, 1, "lease")


@pytest.mark.parametrize("name", MODULES)
def test_is_off_without_its_settings_and_on_with_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in settings_of(name)["env"]:
        monkeypatch.delenv(key, raising=False)
    assert MODULES[name].build("https://shop.example") is None


@pytest.mark.parametrize("name", MODULES)
def test_half_a_configuration_is_named_not_ignored(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(name)
    for missing in settings["env"]:
        with monkeypatch.context() as environment:
            for key, value in settings["env"].items():
                environment.setenv(key, value) if key != missing else environment.delenv(key, raising=False)
            try:
                channel = MODULES[name].build(settings["public_url"])
            except Misconfigured as error:
                assert missing in error.hint
                for value in settings["env"].values():
                    assert value not in str(error)
            else:
                assert channel is None


async def test_all_that_are_configured_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MODULES:
        for key, value in settings_of(name)["env"].items():
            monkeypatch.setenv(key, value)
    found = channels.configured("https://shop.example/")
    assert set(found) == set(MODULES)
    for channel in found.values():
        await channel.close()


async def test_says_who_it_is(channel: Channel) -> None:
    assert channel.name in MODULES
    assert channel.account
    assert channel.webhook_bytes >= 64 * 1024
    assert not isinstance(channel, Polled), "with a public address the network calls us"


@pytest.mark.parametrize(("name", "path"), WEBHOOKS)
async def test_reads_every_sample_the_same_each_time(name: str, path: Path) -> None:
    channel = switched_on(MODULES[name], name)
    sample = json.loads(path.read_text("utf-8"))
    first = channel.receive(webhook_of(sample))
    assert first == expected(sample)
    assert channel.receive(webhook_of(sample)) == first
    for message in first.messages:
        assert message.parts
        assert len(message.address.external_id) <= 200
    await channel.close()


@pytest.mark.parametrize("name", MODULES)
def test_has_samples_of_what_matters(name: str) -> None:
    samples = [json.loads(path.read_text("utf-8")) for channel, path in FILES if channel == name]
    kinds = {part["type"] for sample in samples for row in sample["expect"]["messages"] for part in row["parts"]}
    assert {"text", "action", "image", "audio", "other"} <= kinds


@pytest.mark.parametrize(("name", "path"), WEBHOOKS)
async def test_refuses_every_sample_once_it_is_tampered_with(name: str, path: Path) -> None:
    channel = switched_on(MODULES[name], name)
    signature = settings_of(name)["signature"]
    webhook = webhook_of(json.loads(path.read_text("utf-8")))
    good = webhook.headers.get(signature["header"])
    if good is None:
        with pytest.raises(Refusal):
            channel.receive(replace(webhook, query={key: value + "x" for key, value in webhook.query.items()}))
    else:
        bare = {key: value for key, value in webhook.headers.items() if key != signature["header"]}
        with pytest.raises(Unauthorized) as missing:
            channel.receive(replace(webhook, headers=bare))
        assert missing.value.status == 401
        for wrong in (good[:-1] + ("0" if good[-1] != "0" else "1"), good + "0", "", "ü", good.swapcase()):
            with pytest.raises(Unauthorized):
                channel.receive(replace(webhook, headers=bare | {signature["header"]: wrong}))
        if signature["covers_body"]:
            with pytest.raises(Forged) as forged:
                channel.receive(replace(webhook, body=webhook.body.replace(b":", b": ", 1)))
            assert forged.value.status == 403
    await channel.close()


@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    query=st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=3),
    value=st.text(max_size=80),
    body=st.binary(max_size=200),
)
def test_a_stranger_is_always_refused(strangers_door: list[Channel], method, query, value, body) -> None:  # type: ignore[no-untyped-def]
    for channel in strangers_door:
        header = settings_of(channel.name)["signature"]["header"]
        for headers in ({}, {header: value}):
            with pytest.raises(Refusal):
                channel.receive(Webhook(method, query, headers, body))


@pytest.fixture(scope="module")
async def strangers_door() -> AsyncIterator[list[Channel]]:
    built = [switched_on(module, name) for name, module in MODULES.items()]
    yield built
    for channel in built:
        await channel.close()


@pytest.mark.parametrize("part", EVERY_PART, ids=lambda part: part.type)
@pytest.mark.parametrize("locale", ["de", "en"])
async def test_renders_every_part_and_the_same_each_time(channel: Channel, part: Part, locale: str) -> None:
    pieces = channel.render(letter(channel, part, locale=locale))
    assert pieces
    assert list(channel.render(letter(channel, part, locale=locale))) == list(pieces)


async def test_marks_assistant_and_person(channel: Channel) -> None:
    assert "🤖" in str(channel.render(letter(channel, Text("Hallo")))[0])
    assert "🤖" in str(channel.render(letter(channel, Cards((CARD,)), sender="system"))[0])
    person = str(channel.render(letter(channel, Text("Hallo"), sender="operator:o1"))[0])
    assert "👤" in person and "🤖" not in person


async def test_long_text_arrives_whole_and_in_order(channel: Channel) -> None:
    words = [f"Wort{number:05}" for number in range(3000)]
    pieces = channel.render(letter(channel, Text(" ".join(words)), Choices((Choice("Weiter"),))))
    told = "\n".join(str(piece) for piece in pieces)
    places = [told.find(word) for word in words]
    assert -1 not in places
    assert places == sorted(places)
