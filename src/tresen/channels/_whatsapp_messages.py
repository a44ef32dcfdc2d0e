"""What WhatsApp tells us, as messages of shoppers and late failures."""

import logging
import re
from typing import Any

from tresen.channels.base import Failure, Inbound, rows_at, text_at
from tresen.channels.compose import clip
from tresen.channels.taps import tapped
from tresen.conversation.parts import Audio, Image, Other, Part, Text
from tresen.conversation.shoppers import Address
from tresen.kit.pictures import MEDIA_TYPES

log = logging.getLogger(__name__)

NAME = "whatsapp"
SILENT = frozenset({"reaction", "system", "revoke"})  # nobody waits for an answer to these
GERMAN = re.compile(r"(DE|AT|CH|LI|LU)\.|(49|43|41|423|352)\d")  # by country, as WhatsApp tells no language


def inbound(message: dict[str, Any], ids: dict[str, str], account: str) -> Inbound | None:
    """One message. A shopper is known by WhatsApp's user id, which outlives a number, or else by the number."""
    number = text_at(message, "from")
    only = next(iter(ids.items())) if len(ids) == 1 else ("", "")
    shopper = text_at(message, "from_user_id") or ids.get(number) or number or only[1] or only[0]
    external_id, kind = text_at(message, "id"), text_at(message, "type")
    if not shopper or not external_id:
        log.warning("whatsapp sent a %s message without a sender or an id", kind or "nameless")
        return None
    if kind in SILENT or "group_id" in message:
        return None
    locale = "de" if GERMAN.match(shopper) else "en"
    return Inbound(Address(NAME, account, shopper), external_id, _parts(message), locale)


def _parts(message: dict[str, Any]) -> tuple[Part, ...]:
    kind = text_at(message, "type")
    media, text = text_at(message, kind, "id"), text_at(message, kind, "caption")
    caption = (Text(text),) if text else ()
    match kind:
        case "text" if body := text_at(message, "text", "body"):
            return (Text(body),)
        case "interactive" if tap := _tap(message.get("interactive")):
            return (tap,)
        case "button" if label := text_at(message, "button", "text"):
            return (tapped(text_at(message, "button", "payload"), label),)
        case "image" | "document" if media and (kind == "image" or _is_picture(message)):
            return (Image(f"{NAME}:{media}"), *caption)
        case "audio" if media:
            return (Audio(f"{NAME}:{media}"), *caption)
        case "edit" if text_at(message, "edit", "message", "type"):
            return _parts(message["edit"]["message"])
        case _:
            return (Other(clip(kind, 40) or "unknown"), *caption)


def _is_picture(message: dict[str, Any]) -> bool:
    """Whether what was sent as a file is a picture."""
    return text_at(message, "document", "mime_type").partition(";")[0] in MEDIA_TYPES


def _tap(interactive: Any) -> Part | None:
    for kind in ("button_reply", "list_reply"):
        if data := text_at(interactive, kind, "id"):
            return tapped(data, text_at(interactive, kind, "title"))
    return None


def failure(status: dict[str, Any]) -> Failure | None:
    if text_at(status, "status") != "failed":
        return None
    errors = rows_at(status, "errors")
    reason = f"{text_at(errors[0], 'title')} ({errors[0].get('code')})" if errors else "no reason given"
    conversation_id, _, seq = text_at(status, "biz_opaque_callback_data").rpartition(":")
    network_id = text_at(status, "id")
    log.warning("whatsapp could not deliver %s: %s", network_id, reason)
    return Failure(conversation_id, int(seq), network_id, reason) if conversation_id and seq.isdecimal() else None
