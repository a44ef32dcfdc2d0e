"""What a shopper said of themselves is theirs: only what they said is kept, nobody else sees it, gone is gone."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import selling
from goods import goods, offer, stocked, variant_id
from sqlalchemy import func, select

from tresen.conversation import remembered, shoppers
from tresen.conversation.parts import Action
from tresen.conversation.shoppers import Shopper
from tresen.conversation.tables import remembered as table
from tresen.counter import confirming, find, identity, memory, taps
from tresen.counter.identity import Claim
from tresen.counter.memory import Heard
from tresen.kit.db import Database, Tx
from tresen.kit.errors import Refusal
from tresen.kit.words import say
from tresen.shop.house import House
from tresen.shop.memoryrules import MemoryRules
from tresen.shop.money import Money
from tresen.shop.saving import NewProduct, NewVariant

HOUSE = House(name="Test")
OFF = replace(HOUSE, memory=MemoryRules(on=False))
ANA = "ana@post.example"


async def guest(tx: Tx, locale: str = "de") -> Shopper:
    return (await shoppers.open_web(tx, locale)).shopper


async def note(
    tx: Tx, who: Shopper, said: str, kind: str, value: str, about: str = "", house: House = HOUSE
) -> memory.Noted:
    return await memory.remember(tx, house, who, kind, value, about, Heard(said, said, 1), said)


async def told(tx: Tx, who: Shopper, house: House = HOUSE) -> list[tuple[str, str, str]]:
    return [(each.kind, each.about, each.value) for each in await memory.known(tx, house, who)]


async def prove(tx: Tx, who: Shopper, email: str = ANA, lasts: timedelta = timedelta(hours=1)) -> Shopper:
    await identity.recognise(tx, who, Claim("", email, "Ana", tx.now + lasts))
    return await shoppers.now(tx, who)


@pytest.mark.parametrize(
    ("said", "kind", "value", "about"),
    [
        ("Ich trage Größe 42 bei Laufschuhen", "size", "42", "Laufschuhe"),
        ("Ich trage zweiundvierzig", "size", "42", ""),
        ("Meine Schuhgröße ist 42", "size", "42", "Schuh"),
        ("I wear forty-two", "size", "42", ""),
        ("Ich habe 42,5", "size", "42.5", ""),
        ("Meine Größe ist M", "size", "m", ""),
        ("Ich mag keine Wolle", "dislike", "Wolle", ""),
        ("I only buy vegan things", "value", "vegan", ""),
        ("my budget is a hundred and twenty euros", "budget", "120", ""),
        ("ich trainiere für meinen ersten Marathon", "purpose", "erster Marathon", ""),
    ],
)
async def test_what_was_said_is_kept(db: Database, said: str, kind: str, value: str, about: str) -> None:
    async with db.write() as tx:
        me = await guest(tx)
        await note(tx, me, said, kind, value, about)
        ((kept, goods_, text),) = await told(tx, me)
    assert (kept, goods_) == (kind, about)
    assert text.casefold() == value.casefold()


@pytest.mark.parametrize(
    ("said", "kind", "value", "code"),
    [
        ("Ich suche Laufschuhe", "size", "42", "memory_not_said"),
        ("Ich mag keine Wolle", "dislike", "wool", "memory_not_said"),
        ("Ich wohne im Haus 421", "size", "42", "memory_not_said"),
        ("Ich mag das", "value", "das", "memory_not_said"),
        ("Mein Budget ist klein", "budget", "klein", "memory_not_said"),
        ("vegan" * 30, "value", "vegan" * 30, "memory_not_said"),
        ("Ich habe eine Nussallergie", "value", "Nussallergie", "too_personal"),
        ("Ich bin schwanger", "fit", "schwanger", "too_personal"),
        ("I only buy halal", "value", "halal", "too_personal"),
        ("Ruf mich an: 0171 23456789", "value", "0171 23456789", "too_personal"),
        ("Ich bin Ana", "name", "Ana", "memory_kind"),
    ],
)
async def test_what_may_not_be_kept_is_refused(db: Database, said: str, kind: str, value: str, code: str) -> None:
    async with db.write() as tx:
        me = await guest(tx)
        with pytest.raises(Refusal) as refused:
            await note(tx, me, said, kind, value)
        assert refused.value.code == code
        assert refused.value.told("de") == say(f"refusal-{code}", "de")
        assert await told(tx, me) == []


async def test_the_quote_must_be_the_shoppers_too(db: Database) -> None:
    async with db.write() as tx:
        me = await guest(tx)
        heard = Heard("Zeig mir die 42", "Zeig mir die 42")
        with pytest.raises(memory.NotSaid):
            await memory.remember(tx, HOUSE, me, "size", "42", "", heard, "Ich trage immer 42")


async def test_goods_that_were_never_named_are_left_out(db: Database) -> None:
    async with db.write() as tx:
        me = await guest(tx)
        await note(tx, me, "Ich trage 42", "size", "42", "Laufschuhe")
        assert await told(tx, me) == [("size", "", "42")]


async def test_a_newer_size_takes_the_place_of_the_older_one(each_db: Database) -> None:
    async with each_db.write() as tx:
        me = await guest(tx)
        await note(tx, me, "42 bei Laufschuhen, M bei Shirts", "size", "42", "Laufschuhe")
        await note(tx, me, "42 bei Laufschuhen, M bei Shirts", "size", "M", "Shirts")
        corrected = await note(tx, me, "Ich habe jetzt 43", "size", "43")
        assert [each.value for each in corrected.before] == ["42"]
        assert sorted(await told(tx, me)) == [("size", "Laufschuhe", "43"), ("size", "Shirts", "M")]


async def test_what_is_liked_is_disliked_no_more(db: Database) -> None:
    async with db.write() as tx:
        me = await guest(tx)
        await note(tx, me, "Ich mag keine Wolle", "dislike", "Wolle")
        await note(tx, me, "Wolle ist mir jetzt wichtig", "value", "Wolle")
        assert await told(tx, me) == [("value", "", "Wolle")]


async def test_there_is_an_end_to_it(db: Database) -> None:
    async with db.write() as tx:
        me = await guest(tx)
        for at in range(memory.MOST):
            await note(tx, me, f"Ich liebe Wert{at}abc", "value", f"Wert{at}abc")
        with pytest.raises(memory.MemoryFull):
            await note(tx, me, "Ich liebe Zuviel", "value", "Zuviel")
        await note(tx, me, "Ich liebe Wert1abc", "value", "Wert1abc")
        assert len(await told(tx, me)) == memory.MOST


async def test_another_shopper_never_sees_it(each_db: Database) -> None:
    async with each_db.write() as tx:
        me, other = await guest(tx), await guest(tx)
        noted = await note(tx, me, "Ich trage 42", "size", "42")
        assert await told(tx, other) == []
        with pytest.raises(memory.NothingRemembered):
            await memory.forget(tx, HOUSE, other, noted.entry.id)
        with pytest.raises(memory.NothingRemembered):
            await memory.forget(tx, HOUSE, other, "all")
        assert await told(tx, me) == [("size", "", "42")]
        assert "42" not in await memory.export(tx, HOUSE, other)


async def test_proof_merges_memories_and_the_proven_one_wins(each_db: Database) -> None:
    async with each_db.write() as tx:
        first = await prove(tx, await guest(tx))
        await note(tx, first, "Ich trage 42", "size", "42")
        here = await guest(tx)
        await note(tx, here, "Ich trage 40", "size", "40")
        await note(tx, here, "Ich mag keine Wolle", "dislike", "Wolle")
        assert await told(tx, here) == [("size", "", "40"), ("dislike", "", "Wolle")]
        here = await prove(tx, here)
        assert sorted(await told(tx, here)) == [("dislike", "", "Wolle"), ("size", "", "42")]
        left = await tx.scalar(select(func.count()).select_from(table).where(table.c.shopper_id != here.id))
    assert left == 0


async def test_without_proof_nothing_is_merged_and_a_lapsed_one_shows_only_what_was_said_here(
    each_db: Database,
) -> None:
    async with each_db.write() as tx:
        first = await prove(tx, await guest(tx))
        noted = await note(tx, first, "Ich trage 42", "size", "42")
        here = await guest(tx)
        here = await prove(tx, here, lasts=-timedelta(seconds=1))
        assert here.id == first.id
        assert await told(tx, here) == []
        with pytest.raises(memory.NothingRemembered):
            await memory.forget(tx, HOUSE, here, noted.entry.id)
        await note(tx, here, "Ich mag keine Wolle", "dislike", "Wolle")
        assert await told(tx, here) == [("dislike", "", "Wolle")]
        await memory.forget(tx, HOUSE, here, "all")
        assert await told(tx, first) == [("size", "", "42")]


async def test_forgotten_rows_are_gone(each_db: Database) -> None:
    async with each_db.write() as tx:
        me = await guest(tx)
        await note(tx, me, "Ich trage 42 und mag keine Wolle, nur vegan", "size", "42")
        await note(tx, me, "Ich trage 42 und mag keine Wolle, nur vegan", "dislike", "Wolle")
        await note(tx, me, "Ich trage 42 und mag keine Wolle, nur vegan", "value", "vegan")
        assert [each.value for each in await memory.forget(tx, HOUSE, me, "size")] == ["42"]
        assert [each.value for each in await memory.forget(tx, HOUSE, me, "das mit der Wolle")] == ["Wolle"]
        with pytest.raises(memory.NothingRemembered):
            await memory.forget(tx, HOUSE, me, "budget")
        await memory.forget(tx, HOUSE, me, "all")
        assert await tx.scalar(select(func.count()).select_from(table)) == 0


async def test_what_is_old_is_neither_shown_nor_kept(each_db: Database, clock: Any) -> None:
    async with each_db.write() as tx:
        me = await guest(tx)
        await note(tx, me, "Ich trage 42", "size", "42")
        assert not await memory.stale(tx, HOUSE)
    clock.forward(days=366)
    async with each_db.write() as tx:
        assert await told(tx, me) == []
        assert await memory.stale(tx, HOUSE)
        assert await memory.expire(tx, HOUSE) == 1
        assert await remembered.count(tx, me.id) == 0


async def test_a_shop_that_keeps_nothing_says_so(db: Database) -> None:
    async with db.write() as tx:
        me = await guest(tx)
        await note(tx, me, "Ich trage 42", "size", "42")
        assert await told(tx, me, OFF) == []
        with pytest.raises(memory.MemoryOff):
            await note(tx, me, "Ich trage 43", "size", "43", house=OFF)
        assert len(await memory.forget(tx, OFF, me, "all")) == 1


async def test_taps_remember_forget_and_export(db: Database, tmp_path: Path, clock: Any) -> None:
    till = selling.till(tmp_path, clock)
    async with db.write() as tx:
        me = await guest(tx)
        confirmed = await taps.run(till, tx, me, Action("remember", "size|Laufschuhe|42"))
        assert confirmed
        assert confirmed.text == "Gemerkt: Größe 42 (Laufschuhe)."
        (way_back,) = [part for part in confirmed.parts if part.type == "choices"]
        assert way_back.choices[0].label == "Vergessen: Größe 42 (Laufschuhe)"
        (entry,) = await memory.known(tx, till.house, me)
        assert entry.source == "confirmed"
        exported = await taps.run(till, tx, me, Action("export_memory"))
        assert exported
        (kept,) = json.loads(exported.parts[0].text)["remembered"]  # type: ignore[union-attr]
        assert (kept["kind"], kept["about"], kept["value"], kept["source"]) == ("size", "Laufschuhe", "42", "confirmed")
        action = way_back.choices[0].action
        assert action
        await taps.run(till, tx, me, action)
        assert await told(tx, me) == []


@pytest.mark.parametrize("target", ["", "size", "size|", "allergy||Nüsse", "value||Nussallergie", "size||" + "4" * 90])
async def test_a_forged_tap_is_refused(db: Database, tmp_path: Path, clock: Any, target: str) -> None:
    async with db.write() as tx:
        me = await guest(tx)
        with pytest.raises(Refusal):
            await taps.run(selling.till(tmp_path, clock), tx, me, Action("remember", target))
        assert await told(tx, me) == []


async def test_purchases_tell_sizes_only_with_proof_and_until_forgotten(
    each_db: Database, tmp_path: Path, clock: Any
) -> None:
    await stocked(each_db, goods("sock", offer("s", 1490, 50), offer("m", 1990, 5)))
    till = selling.till(tmp_path, clock)
    async with each_db.write() as tx:
        me = await prove(tx, await guest(tx), selling.ADDRESS["email"])
        nonce = await selling.ready_to_order(tx, till, me)
        await confirming.confirm(tx, till, me, nonce)
        (entry,) = await memory.known(tx, till.house, me)
        assert (entry.kind, entry.about, entry.value, entry.source) == ("size", "Socken", "S", "bought")
        elsewhere = await prove(tx, await guest(tx), selling.ADDRESS["email"], -timedelta(seconds=1))
        assert await told(tx, elsewhere) == []
        await memory.forget(tx, till.house, me, entry.id)
        assert await told(tx, me) == []
    clock.forward(hours=0.5)
    async with each_db.write() as tx:
        nonce = await selling.ready_to_order(tx, till, me, variant=variant_id("sock", "m"))
        await confirming.confirm(tx, till, me, nonce)
        assert await told(tx, me) == [("size", "Socken", "M")]
        await note(tx, me, "Socken trage ich in L", "size", "L", "Socken")
        assert await told(tx, me) == [("size", "Socken", "L")]
        await memory.forget(tx, till.house, me, "all")
        assert await told(tx, me) == []


async def test_pages_that_were_looked_at_count_only_with_consent_and_in_this_visit(db: Database, clock: Any) -> None:
    await stocked(db, *(_shoe(name) for name in ("Anton", "Berta")))
    async with db.write() as tx:
        me = await guest(tx)
        await find.view_product(tx, me, (await _ids(tx))[0])
        assert (await find.taste_of(tx, HOUSE, me)).viewed == ()
        await memory.choose_viewed(tx, me, agreed=True)
        assert len((await find.taste_of(tx, HOUSE, me)).viewed) == 1
        never = replace(HOUSE, memory=MemoryRules(viewed=False))
        assert (await find.taste_of(tx, never, me)).viewed == ()
    clock.forward(hours=3)
    async with db.read() as tx:
        assert (await find.taste_of(tx, HOUSE, me)).viewed == ()


def _shoe(name: str) -> NewProduct:
    variants = [NewVariant(f"{name}-{size}", {"size": size}, Money(9900, "EUR"), True, 3, "") for size in ("41", "42")]
    return replace(goods(name, *variants), attributes={"surface": {"de": "Straße", "en": "road"}})


async def _ids(tx: Tx) -> list[str]:
    from tresen.shop import catalog

    return [each.id for each in await catalog.all_products(tx)]
