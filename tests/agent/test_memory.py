"""Memory in the agent: guarded by the shopper's own words, shown to the model as data, used in the order of hits."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from goods import goods, product_id, stocked
from langchain_core.messages import AIMessage
from little_app import wired
from pydantic import Field

from evals.hostile import Hostile
from tresen.agent import known
from tresen.agent.planner.model import Planner
from tresen.bootstrap import Tresen
from tresen.conversation import log, shoppers, turns
from tresen.conversation.events import MessageSent, ToolReturned
from tresen.conversation.parts import Action, Cards, Choices, Part, Text
from tresen.conversation.shoppers import Shopper
from tresen.counter import find, memory
from tresen.shop.catalog import Fact
from tresen.shop.money import Money
from tresen.shop.saving import NewProduct, NewVariant

CALLS = list[tuple[str, dict[str, Any]]]


class Scripted(Hostile):
    """Makes the calls it was given, then says thanks."""

    script: list[CALLS] = Field(default_factory=list)

    def _reply(self, tools: list[dict[str, Any]]) -> AIMessage:
        if not self.script:
            return AIMessage("Gern.", response_metadata={"finish_reason": "stop"})
        return self._call(self.script.pop(0))


def shoe(name: str, brand: str, surface: str, *sizes: str, **facts: Fact) -> NewProduct:
    variants = [NewVariant(f"{name}-{size}", {"size": size}, Money(9900, "EUR"), True, 3, "") for size in sizes]
    road = {"de": "Straße", "en": "road"}, {"de": "Trail", "en": "trail"}
    made = replace(goods(name, *variants), brand=brand, category_key="shoes", rating=4.5)
    return replace(
        made,
        title={"de": f"Laufschuh {name}", "en": f"{name} running shoe"},
        category=({"de": "Laufschuhe", "en": "Running shoes"},),
        attributes={"surface": road[surface == "trail"], **facts},
    )


SHOES = (
    shoe("Anton", "Kiesel", "road", "40", "41", vegan=False),
    shoe("Berta", "Talwind", "road", "41", "42", vegan=True),
    shoe("Caesar", "Kiesel", "trail", "40", "41", material={"de": "Merinowolle", "en": "merino wool"}),
    shoe("Dora", "Nordpfad", "trail", "43", "44"),
)


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tresen]:
    home: Path = tmp_path_factory.mktemp("memory")
    made = wired(home)
    await made.start()
    await stocked(made.db, *SHOES)
    await made.retrieval.rebuild()
    yield made
    await made.close()


async def guest(app: Tresen, locale: str = "de") -> Shopper:
    async with app.db.write() as tx:
        return (await shoppers.open_web(tx, locale)).shopper


async def turn(
    app: Tresen, who: Shopper, said: str | Part, *script: CALLS
) -> tuple[dict[str, dict[str, Any]], MessageSent]:
    """(what each tool returned, the reply) of a turn in which the model makes these calls, or the planner its own."""
    if script:
        app.agent.chain[:] = [Scripted(script=list(script)), Planner()]
    else:
        app.agent.chain[:] = [Planner()]
    app.agent._graph = None
    part = Text(said) if isinstance(said, str) else said
    async with app.db.write() as tx:
        received = await turns.receive(tx, who, (part,), f"{said}{len(script)}{tx.now}")
    assert await turns.respond(app.db, app.bus, who.conversation_id, app.responder, app.taps)
    async with app.db.read() as tx:
        new = [each.data for each in await log.read(tx, who.conversation_id, received.seq)]
    returned = {each.tool: _facts(each.text) for each in new if isinstance(each, ToolReturned)}
    return returned, next(each for each in new if isinstance(each, MessageSent))


def _facts(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError:
        return {"said": text}


async def values(app: Tresen, who: Shopper) -> list[str]:
    async with app.db.read() as tx:
        return [each.value for each in await memory.known(tx, app.till.house, await shoppers.now(tx, who))]


def part_of(sent: MessageSent, kind: type[Any]) -> Any:
    return next((part for part in sent.parts if isinstance(part, kind)), None)


async def test_said_noted_shown_forgotten_with_the_planner(app: Tresen) -> None:
    me = await guest(app)
    _, sent = await turn(app, me, "Ich trage 42 bei Laufschuhen und ich mag keine Wolle")
    assert sorted(await values(app, me)) == ["42", "Wolle"]
    assert "Gemerkt: Größe 42" in sent.parts[0].text  # type: ignore[union-attr]
    assert "Vergessen: " in part_of(sent, Choices).choices[0].label
    _, sent = await turn(app, me, "Was weißt du über mich?")
    shown = sent.parts[0].text  # type: ignore[union-attr]
    assert "42" in shown
    assert "von dir gesagt am" in shown
    _, sent = await turn(app, me, "Ich habe jetzt 43")
    assert sorted(await values(app, me)) == ["43", "Wolle"]
    _, sent = await turn(app, me, "Vergiss alles über mich")
    assert await values(app, me) == []


async def test_a_model_cannot_note_what_was_not_said(app: Tresen) -> None:
    me = await guest(app)
    call = ("remember", {"kind": "size", "value": "42", "words": "Ich trage 42"})
    returned, _ = await turn(app, me, "Zeig mir Laufschuhe", [call])
    assert returned["remember"]["refused"] == "memory_not_said"
    assert await values(app, me) == []


async def test_without_words_the_shopper_is_asked_with_a_button(app: Tresen) -> None:
    me = await guest(app)
    returned, sent = await turn(app, me, "Zeig mir Laufschuhe", [("remember", {"kind": "size", "value": "42"})])
    assert returned["remember"]["noted"] is False
    assert await values(app, me) == []
    action = part_of(sent, Choices).choices[0].action
    await turn(app, me, action)
    assert await values(app, me) == ["42"]


async def test_a_model_cannot_have_anything_forgotten_on_its_own(app: Tresen) -> None:
    me = await guest(app)
    await turn(app, me, "Ich trage 42")
    returned, _ = await turn(app, me, "Was kostet der Versand?", [("forget", {"what": "all"})])
    assert returned["forget"]["refused"] == "forgetting_not_asked"
    assert await values(app, me) == ["42"]
    await turn(app, me, Action("forget", "all", label="Alles vergessen"))
    assert await values(app, me) == []


async def test_the_prompt_knows_it_as_data_until_it_is_forgotten(app: Tresen) -> None:
    me, other = await guest(app), await guest(app)
    await turn(app, me, "Ich trage 42")
    async with app.db.read() as tx:
        told = await known.known(tx, app.till.house, me)
        assert told.splitlines() == [known.HEADING, "- size: 42 (said)"]
        assert await known.known(tx, app.till.house, other) == ""
    await turn(app, me, "Vergiss meine Größe")
    async with app.db.read() as tx:
        assert await known.known(tx, app.till.house, me) == ""


def titles(sent: MessageSent) -> list[str]:
    return [card.title for card in part_of(sent, Cards).cards]


async def search(app: Tresen, who: Shopper, **args: Any) -> tuple[dict[str, Any], MessageSent]:
    returned, sent = await turn(app, who, "Laufschuhe", [("find_products", {"query": "Laufschuhe", **args})])
    return returned["find_products"], sent


async def test_size_brand_and_values_come_first_and_say_why(app: Tresen) -> None:
    me = await guest(app)
    await turn(app, me, "Ich trage 42 bei Laufschuhen. Ich kaufe nur vegan")
    facts, sent = await search(app, me)
    assert titles(sent)[0] == "Laufschuh Berta"
    assert part_of(sent, Cards).cards[0].note in ("dir wichtig: vegan", "passt zu deiner Größe 42")
    assert facts["products"][0]["why"] == part_of(sent, Cards).cards[0].note
    assert len(titles(sent)) == len(SHOES)  # nothing is left out


async def test_a_dislike_goes_last_and_is_not_hidden(app: Tresen) -> None:
    me = await guest(app)
    await turn(app, me, "Ich mag keine Wolle")
    _, sent = await search(app, me)
    assert titles(sent)[-1] == "Laufschuh Caesar"
    assert part_of(sent, Cards).cards[-1].note == "Achtung, du magst nicht: Wolle"


async def test_what_is_said_now_wins(app: Tresen) -> None:
    me = await guest(app)
    await turn(app, me, "Ich trage 42 bei Laufschuhen")
    _, sent = await search(app, me, size="40")
    assert {card.note for card in part_of(sent, Cards).cards} == {""}
    await turn(app, me, "Ich mag keine Wolle")
    _, sent = await search(app, me, attributes={"material": "Merinowolle"})
    assert [card.note for card in part_of(sent, Cards).cards] == [""]


async def test_a_gift_goes_by_nobodys_taste(app: Tresen) -> None:
    me = await guest(app)
    await turn(app, me, "Ich trage 42 bei Laufschuhen")
    args = {"query": "Laufschuhe"}
    _, sent = await turn(app, me, "Laufschuhe als Geschenk für meine Frau", [("find_products", args)])
    assert {card.note for card in part_of(sent, Cards).cards} == {""}


async def test_another_order_that_was_asked_for_stays(app: Tresen) -> None:
    me = await guest(app)
    _, before = await search(app, me, sort="rating")
    await turn(app, me, "Ich trage 42 bei Laufschuhen")
    _, after = await search(app, me, sort="rating")
    assert titles(after) == titles(before)


async def test_pages_looked_at_order_this_visit_with_the_reason(app: Tresen) -> None:
    me = await guest(app)
    _, before = await search(app, await guest(app))
    last = titles(before)[-1]
    alike = {"Anton": "Berta", "Berta": "Anton", "Caesar": "Dora", "Dora": "Caesar"}[last.split()[-1]]
    async with app.db.write() as tx:
        await memory.choose_viewed(tx, me, agreed=True)
        await find.view_product(tx, me, product_id(alike))
    _, after = await search(app, me)
    assert titles(after).index(last) < titles(before).index(last)
    card = next(each for each in part_of(after, Cards).cards if each.title == last)
    assert card.note == f"ähnlich wie „Laufschuh {alike}“, das du dir angesehen hast"


async def test_a_question_back_is_asked_once_and_from_facts(app: Tresen) -> None:
    me = await guest(app)
    facts, sent = await search(app, me)
    assert facts["ask"] == {"about": "surface", "say": "Eher Straße oder Trail?", "answers": ["Straße", "Trail"]}
    assert [each.label for each in part_of(sent, Choices).choices] == ["Straße", "Trail"]
    told = [(await search(app, me))[0].get("ask", {}).get("about") for _ in range(4)]
    assert told == [None, "size", None, None]  # never twice, and never two turns in a row


async def test_two_searches_at_once_ask_nothing(app: Tresen) -> None:
    me = await guest(app)
    both: CALLS = [("find_products", {"query": "Laufschuhe"}), ("find_products", {"query": "Laufschuh"})]
    returned, _ = await turn(app, me, "Laufschuhe", both)
    assert "ask" not in returned["find_products"]


async def test_a_known_size_is_not_asked_for(app: Tresen) -> None:
    me = await guest(app)
    await turn(app, me, "Ich trage 42 bei Laufschuhen")
    facts, _ = await search(app, me, attributes={"surface": "Trail"})
    assert "ask" not in facts
