"""What Telegram tells us, as messages of shoppers."""

import logging
from collections.abc import Iterable
from typing import Any

from telegram import CallbackQuery, Message, Update, User

from tresen.channels.base import Inbound
from tresen.channels.taps import tapped
from tresen.conversation.parts import Action, Audio, Image, Other, Part, Text
from tresen.conversation.shoppers import Address
from tresen.kit.pictures import MEDIA_TYPES, MOST_BYTES
from tresen.kit.words import say

log = logging.getLogger(__name__)

NAME = "telegram"
# What a shopper can send that we cannot read, the more telling name first; anything else is a service note.
UNREADABLE = (
    "animation", "sticker", "video_note", "video", "document", "contact", "venue", "location", "poll", "dice",
    "story", "game", "paid_media", "checklist", "gift", "invoice", "passport_data",
)  # fmt: skip


def read(data: dict[str, Any]) -> Update | None:
    """One update; None for one that cannot be read, which must not hold up the others."""
    try:
        return Update.de_json(data, None)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError):
        log.exception("telegram sent an update that cannot be read: %s", data.get("update_id"))
        return None


def messages(updates: Iterable[Update | None], account: str) -> tuple[Inbound, ...]:
    """The messages of shoppers in what Telegram sent; the rest is silence."""
    return tuple(found for update in updates if update and (found := _message(update, account)))


def _message(update: Update, account: str) -> Inbound | None:
    """The shopper's message in an update; None for groups and for what is no message."""
    chat, author, tap = update.effective_chat, update.effective_user, update.callback_query
    if chat is None or author is None or chat.type != chat.PRIVATE:
        return None
    locale = _locale(author)
    if tap is not None:
        external_id, parts = f"tap:{tap.id}", _tap(tap)
    elif update.message is not None:
        external_id, parts = str(update.message.message_id), _parts(update.message, locale)
    elif (edited := update.edited_message) and (edited.text or edited.caption):
        # A corrected message is a new one; a location that moves is not.
        stamp = int(edited.edit_date.timestamp()) if edited.edit_date else update.update_id
        external_id, parts = f"{edited.message_id}:{stamp}", _parts(edited, locale)
    else:
        return None
    return Inbound(Address(NAME, account, str(chat.id)), external_id, parts, locale) if parts else None


def _parts(message: Message, locale: str) -> tuple[Part, ...]:
    caption = (Text(message.caption),) if message.caption else ()
    if message.text:
        return _said(message.text, locale)
    if picture := _picture(message):
        return (Image(f"{NAME}:{picture}"), *caption)
    if sound := message.voice or message.audio:
        return (Audio(f"{NAME}:{sound.file_id}"), *caption)
    kind = next((kind for kind in UNREADABLE if message[kind]), "unknown" if message.api_kwargs else "")
    return (Other(kind), *caption) if kind else ()


def _picture(message: Message) -> str:
    """The file of a picture: the largest of a photo's sizes that is taken, or a picture sent as a file."""
    sizes = [size for size in message.photo if (size.file_size or 0) <= MOST_BYTES] or message.photo[:1]
    if sizes:
        return str(sizes[-1].file_id)
    sent = message.document
    return str(sent.file_id) if sent and sent.mime_type in MEDIA_TYPES else ""


def _said(text: str, locale: str) -> tuple[Part, ...]:
    """`/start` is Telegram's own button for the first word; a link to the bot may give it a payload."""
    command, _, start = text.partition(" ")
    if command != "/start":
        return (Text(text),)
    hello = say("channel-hello", locale)
    return (Text(hello), Action("start", start.strip(), label=hello)) if start.strip() else (Text(hello),)


def _tap(tap: CallbackQuery) -> tuple[Part, ...]:
    keyboard = tap.message.reply_markup if isinstance(tap.message, Message) else None
    buttons = [button for row in keyboard.inline_keyboard for button in row] if keyboard else []
    label = next((button.text for button in buttons if button.callback_data == tap.data), "")
    return (tapped(tap.data, label),) if tap.data else ()


def _locale(author: User) -> str:
    return "de" if (author.language_code or "").lower().startswith("de") else "en"
