"""WhatsApp Cloud API: signed webhooks, buttons, lists, picture cards and the 24-hour window."""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from tresen.channels.base import (
    Channel,
    Failure,
    Forged,
    HttpReply,
    Inbound,
    Received,
    Webhook,
    check,
    json_object,
    rows_at,
    text_at,
)
from tresen.channels.compose import BOLD, Draft, Limits, clip, compose, distinct, fit, units
from tresen.channels.taps import payload, tapped
from tresen.conversation.forms import text_of
from tresen.conversation.outbox import Letter, TryAgain, Undeliverable
from tresen.conversation.parts import Audio, Image, Other, Part, Text
from tresen.conversation.shoppers import Address
from tresen.kit.clock import Clock, SystemClock
from tresen.kit.errors import Misconfigured
from tresen.kit.words import say

log = logging.getLogger(__name__)

Piece = dict[str, Any]

LIMITS = Limits(text=4096, caption=1024, prompt=1024, buttons=10)
WINDOW = timedelta(hours=24)
MOST_BUTTONS = 3
TITLE, ROW_TITLE, ROW_DETAIL = 20, 24, 72
BUTTON_BYTES, ROW_BYTES = 256, 200
TEMPLATE_UNITS = 900
LONGEST_PAUSE = 1800.0
SIGNATURE = "x-hub-signature-256"
SILENT = frozenset({"reaction", "system", "revoke"})  # nobody waits for an answer to these

BUSY = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133016})
PAIR_RATE = 131056
NO_ACCESS = frozenset({3, 10, 190, *range(200, 300)})
CLOSED = 131047
GERMAN = re.compile(r"(DE|AT|CH|LI|LU)\.|(49|43|41|423|352)\d")  # by country, as WhatsApp tells no language


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="WHATSAPP_", extra="ignore")

    access_token: SecretStr = SecretStr("")
    app_secret: SecretStr = SecretStr("")
    verify_token: SecretStr = SecretStr("")
    phone_number_id: str = ""
    reopen_template: str = Field("", description="an approved template whose one body value is our answer")
    base_url: str = "https://graph.facebook.com"
    api_version: str = "v25.0"
    timeout: float = Field(15, gt=0, description="seconds for one call")


def build(public_url: str) -> Channel | None:
    settings = Settings()
    required = ("access_token", "app_secret", "verify_token", "phone_number_id")
    missing = [f"WHATSAPP_{name.upper()}" for name in required if not _plain(getattr(settings, name))]
    if len(missing) == len(required):
        return None
    if missing:
        raise Misconfigured("WhatsApp is set up in part.", hint=f"set {', '.join(missing)} as well")
    return WhatsApp(settings, public_url, SystemClock())


class WhatsApp:
    """One business phone number."""

    name = "whatsapp"
    webhook_bytes = 3 * 1024 * 1024

    def __init__(self, settings: Settings, public_url: str, clock: Clock) -> None:
        self.account = settings.phone_number_id
        self._settings = settings
        self._public_url = public_url
        self._clock = clock
        self._client = httpx.AsyncClient(
            base_url=f"{settings.base_url}/{settings.api_version}/{settings.phone_number_id}/",
            headers={"Authorization": f"Bearer {_plain(settings.access_token)}"},
            timeout=settings.timeout,
        )

    async def open(self) -> None:
        """Nothing to do: the webhook's address is entered in Meta's app dashboard."""

    def receive(self, webhook: Webhook) -> Received:
        if webhook.method == "GET":
            return Received(reply=self._shake_hands(webhook))
        key = _plain(self._settings.app_secret).encode()
        digest = hmac.new(key, webhook.body, hashlib.sha256).hexdigest()
        check(webhook.headers.get(SIGNATURE), f"sha256={digest}")
        messages: list[Inbound] = []
        failures: list[Failure] = []
        for value in self._values(json_object(webhook.body)):
            ids = {text_at(row, "wa_id"): text_at(row, "user_id") for row in rows_at(value, "contacts")}
            messages += filter(None, (_inbound(row, ids, self.account) for row in rows_at(value, "messages")))
            failures += filter(None, (_failure(row) for row in rows_at(value, "statuses")))
        return Received(tuple(messages), failures=tuple(failures))

    def render(self, letter: Letter) -> list[Piece]:
        # Outside the window the whole letter is one template; a letter begun inside it goes on as it began.
        if self._settings.reopen_template and not letter.sent_pieces and self._closed(letter):
            return [self._template(letter)]
        drafts = compose(letter, self._public_url)
        return [_piece(cut, letter.locale) for draft in drafts for cut in fit(draft, LIMITS, letter.locale)]

    async def send(self, letter: Letter, piece: Piece) -> str:
        if self._closed(letter) and piece["type"] != "template":
            raise Undeliverable(say("channel-window-closed", letter.locale))
        to = letter.address.external_id
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to" if to.isdecimal() else "recipient": to,
            "biz_opaque_callback_data": f"{letter.conversation_id}:{letter.seq}",
            **piece,
        }
        try:
            response = await self._client.post("messages", json=body)
        except httpx.HTTPError as error:
            raise TryAgain(f"WhatsApp does not answer: {type(error).__name__}") from error
        if not response.is_success:
            raise self._refused(response, letter)
        sent = rows_at(_json(response), "messages")
        return text_at(sent[0], "id") if sent else ""

    async def close(self) -> None:
        await self._client.aclose()

    def _shake_hands(self, webhook: Webhook) -> HttpReply:
        check(webhook.query.get("hub.verify_token"), _plain(self._settings.verify_token))
        if webhook.query.get("hub.mode") != "subscribe":
            raise Forged("This is no subscription.")
        return HttpReply(body=webhook.query.get("hub.challenge", "").encode())

    def _values(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The news about our number; one app may serve several."""
        for change in (change for entry in rows_at(data, "entry") for change in rows_at(entry, "changes")):
            value = change.get("value")
            number = text_at(value, "metadata", "phone_number_id")
            if text_at(change, "field") == "messages" and number == self.account and isinstance(value, dict):
                yield value
            else:
                log.info("whatsapp sent news that is not for us: %s", text_at(change, "field"))

    def _closed(self, letter: Letter) -> bool:
        last = letter.last_inbound_at
        return last is None or self._clock.now() - last >= WINDOW

    def _template(self, letter: Letter) -> Piece:
        words = clip(text_of(letter.parts, letter.locale).replace("**", ""), TEMPLATE_UNITS)
        return {
            "type": "template",
            "template": {
                "name": self._settings.reopen_template,
                "language": {"code": letter.locale},
                "components": [{"type": "body", "parameters": [{"type": "text", "text": words}]}],
            },
        }

    def _refused(self, response: httpx.Response, letter: Letter) -> Undeliverable | TryAgain:
        error = _json(response).get("error")
        error = error if isinstance(error, dict) else {}
        code, reason = error.get("code"), text_at(error, "message") or f"HTTP {response.status_code}"
        if code in NO_ACCESS or response.status_code == 401:
            log.error("whatsapp refuses our access (%s); renew WHATSAPP_ACCESS_TOKEN or its permissions", reason)
            return TryAgain("WhatsApp refuses our access token.")
        if code == PAIR_RATE:
            return TryAgain("Too many messages to this person.", min(4.0**letter.attempts, LONGEST_PAUSE))
        if code in BUSY or error.get("is_transient") or response.status_code == 429 or response.is_server_error:
            return TryAgain(f"WhatsApp does not take it now: {reason}", _seconds(response.headers.get("retry-after")))
        if code == CLOSED:
            return Undeliverable(say("channel-window-closed", letter.locale))
        details = text_at(error, "error_data", "details") or reason
        return Undeliverable(say("channel-refused", letter.locale, network="WhatsApp", reason=f"{details} ({code})"))


def _inbound(message: dict[str, Any], ids: dict[str, str], account: str) -> Inbound | None:
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
    return Inbound(Address(WhatsApp.name, account, shopper), external_id, _parts(message), locale)


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
        case "image" if media:
            return (Image(f"{WhatsApp.name}:{media}"), *caption)
        case "audio" if media:
            return (Audio(f"{WhatsApp.name}:{media}"), *caption)
        case "edit" if text_at(message, "edit", "message", "type"):
            return _parts(message["edit"]["message"])
        case _:
            return (Other(clip(kind, 40) or "unknown"), *caption)


def _tap(interactive: Any) -> Part | None:
    for kind in ("button_reply", "list_reply"):
        if data := text_at(interactive, kind, "id"):
            return tapped(data, text_at(interactive, kind, "title"))
    return None


def _failure(status: dict[str, Any]) -> Failure | None:
    if text_at(status, "status") != "failed":
        return None
    errors = rows_at(status, "errors")
    reason = f"{text_at(errors[0], 'title')} ({errors[0].get('code')})" if errors else "no reason given"
    conversation_id, _, seq = text_at(status, "biz_opaque_callback_data").rpartition(":")
    network_id = text_at(status, "id")
    log.warning("whatsapp could not deliver %s: %s", network_id, reason)
    return Failure(conversation_id, int(seq), network_id, reason) if conversation_id and seq.isdecimal() else None


def _piece(draft: Draft, locale: str) -> Piece:
    text = BOLD.sub(r"*\1*", draft.text)
    image = {"link": draft.image}
    if draft.buttons:
        return {"type": "interactive", "interactive": _interactive(draft, text, locale)}
    if draft.image:
        return {"type": "image", "image": image | ({"caption": text} if text else {})}
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(draft: Draft, text: str, locale: str) -> Piece:
    body = {"body": {"text": text}}
    first = draft.buttons[0]
    if first.url:  # a page is a kind of its own, one to a message
        way = {"display_text": clip(first.label, TITLE), "url": first.url}
        return {"type": "cta_url", **body, "action": {"name": "cta_url", "parameters": way}}
    buttons = list(enumerate(draft.buttons))
    if len(buttons) <= MOST_BUTTONS and (draft.image or all(units(button.label) <= TITLE for _, button in buttons)):
        titles = distinct([button.label for _, button in buttons], TITLE)
        replies = [{"id": payload(button, n, BUTTON_BYTES), "title": titles[n]} for n, button in buttons]
        action = {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}
        header = {"header": {"type": "image", "image": {"link": draft.image}}} if draft.image else {}
        return {"type": "button", **header, **body, "action": action}
    titles = distinct([button.label for _, button in buttons], ROW_TITLE)
    rows = [
        {"id": payload(button, n, ROW_BYTES), "title": titles[n]}
        | ({"description": clip(button.label, ROW_DETAIL)} if units(button.label) > ROW_TITLE else {})
        for n, button in buttons
    ]
    return {"type": "list", **body, "action": {"button": say("channel-list", locale), "sections": [{"rows": rows}]}}


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        data = response.json()
    except ValueError:
        data = None
    return data if isinstance(data, dict) else {}


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() else None


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
