"""What is known of a shopper, as words and as buttons."""

from collections.abc import Sequence
from typing import Any

from babel.dates import format_date

from tresen.conversation.erasing import ERASE
from tresen.conversation.parts import Action, Choice, Choices
from tresen.conversation.remembered import Entry
from tresen.kit.words import say
from tresen.shop.house import House

REMEMBER, FORGET, EXPORT = "remember", "forget", "export_memory"  # the taps
ALL = "all"
APART = "|"  # between the kind, the kind of goods and the value in what a button carries
MOST_TARGET = 64  # characters that a button can carry
MOST_BUTTONS = 6


def line(kind: str, about: str, value: str, locale: str) -> str:
    """`Größe 42 (Laufschuhe)`."""
    told = say(f"memory-kind-{kind}", locale, value=value)
    return f"{told} ({about})" if about else told


def text_of(entry: Entry, locale: str) -> str:
    return line(entry.kind, entry.about, entry.value, locale)


def origin(entry: Entry, house: House, locale: str) -> str:
    """Where it comes from: `von dir gesagt am 3. November 2026`."""
    day = format_date(entry.noted_at.astimezone(house.zone), "long", locale=locale)
    return say(f"memory-from-{entry.source}", locale, day=day)


def noted(entry: Entry, before: Sequence[Entry], locale: str) -> str:
    """`Gemerkt: Größe 43 (vorher Größe 42).`"""
    what = text_of(entry, locale)
    if not before:
        return say("memory-noted", locale, what=what)
    return say("memory-changed", locale, what=what, before=_together(before, locale))


def forgotten(gone: Sequence[Entry], everything: bool, locale: str) -> str:
    return (
        say("memory-forgotten-all", locale)
        if everything
        else say("memory-forgotten", locale, what=_together(gone, locale))
    )


def shown(entries: Sequence[Entry], house: House, locale: str) -> str:
    """All of it in one sentence, each with where it comes from."""
    if not entries:
        return say("memory-nothing", locale)
    told = [f"{text_of(each, locale)} – {origin(each, house, locale)}" for each in entries]
    return say("memory-shown", locale, what="; ".join(told))


def listed(entries: Sequence[Entry], house: House, locale: str) -> list[dict[str, str]]:
    """The entries for the model."""
    return [
        {"id": each.id, "kind": each.kind, "what": text_of(each, locale), "from": origin(each, house, locale)}
        for each in entries
    ]


def _together(entries: Sequence[Entry], locale: str) -> str:
    return ", ".join(text_of(each, locale) for each in entries)


def way_back(entry: Entry, locale: str) -> Choices:
    """The button that takes back what was noted."""
    return Choices((forget_button(entry, locale),))


def forget_button(entry: Entry, locale: str) -> Choice:
    label = say("memory-forget", locale, what=text_of(entry, locale))
    return Choice(label, Action(FORGET, entry.id, label=label))


def confirm_button(kind: str, about: str, value: str, locale: str) -> Choices | None:
    """A button that remembers this; None when it does not fit into one."""
    target = APART.join((kind, about, value))
    if len(target.encode()) > MOST_TARGET:
        return None
    label = say("memory-confirm", locale, what=line(kind, about, value, locale))
    return Choices((Choice(label, Action(REMEMBER, target, label=label)),))


def all_buttons(entries: Sequence[Entry], locale: str) -> Choices:
    """One to forget each of the newest, one for all of it, one to take it along, and one to be forgotten altogether."""
    newest = list(entries)[-MOST_BUTTONS:]
    if not newest:
        return Choices((erase_button(locale),))
    forget_all, take_along = say("memory-forget-all", locale), say("memory-export", locale)
    return Choices(
        (
            *(forget_button(each, locale) for each in newest),
            Choice(forget_all, Action(FORGET, ALL, label=forget_all)),
            Choice(take_along, Action(EXPORT, label=take_along)),
            erase_button(locale),
        )
    )


def erase_button(locale: str) -> Choice:
    """The button that asks for more than forgetting: conversations, pictures and contact details go as well."""
    label = say("erase-me", locale)
    return Choice(label, Action(ERASE, label=label))


def exported(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The entries for a file: plain words, times in UTC."""
    return [
        {
            "kind": each.kind,
            "about": each.about,
            "value": each.value,
            "source": each.source,
            "noted_at": each.noted_at.isoformat(timespec="seconds"),
        }
        for each in entries
    ]
