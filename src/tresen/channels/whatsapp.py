"""WhatsApp Cloud API: signed webhooks, buttons, lists, picture cards and the 24-hour window."""

import hashlib
import hmac
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from tresen.channels import _whatsapp_messages as messages
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
from tresen.channels.media import check_size, download
from tresen.channels.taps import payload
from tresen.conversation.forms import text_of
from tresen.conversation.outbox import Letter, TryAgain, Undeliverable
from tresen.kit.clock import Clock, SystemClock
from tresen.kit.errors import Misconfigured
from tresen.kit.http import Guard, shown
from tresen.kit.pictures import Gone
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

BUSY = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133016})
PAIR_RATE = 131056
NO_ACCESS = frozenset({3, 10, 190, *range(200, 300)})
CLOSED = 131047
META = ("fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net")  # whose hosts our token may be shown to


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

    name = messages.NAME
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
        found: list[Inbound] = []
        failures: list[Failure] = []
        for value in self._values(json_object(webhook.body)):
            ids = {text_at(row, "wa_id"): text_at(row, "user_id") for row in rows_at(value, "contacts")}
            found += filter(None, (messages.inbound(row, ids, self.account) for row in rows_at(value, "messages")))
            failures += filter(None, (messages.failure(row) for row in rows_at(value, "statuses")))
        return Received(tuple(found), failures=tuple(failures))

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

    async def fetch(self, media: str, most: int) -> bytes:
        """A picture: Meta is asked for its address, each time, because that is good for five minutes only."""
        where = f"{self._settings.base_url}/{self._settings.api_version}/{quote(media, safe='')}"
        try:
            response = await self._client.get(where, params={"phone_number_id": self.account})
        except httpx.HTTPError as error:
            raise TryAgain(f"WhatsApp does not answer: {type(error).__name__}") from error
        if not response.is_success:
            raise _busy(response) or Gone()
        told = _json(response)
        check_size(told.get("file_size"), most)
        url = text_at(told, "url")
        if url.startswith(f"{self._settings.base_url}/"):
            return await download(self._client, url, most, "WhatsApp")
        if not _is_metas(url):
            log.error("whatsapp keeps a picture at a place that is not Meta's: %s", shown(url))
            raise Gone
        headers, wait = self._client.headers, self._settings.timeout
        async with httpx.AsyncClient(transport=Guard(False), headers=headers, timeout=wait, trust_env=False) as client:
            return await download(client, url, most, "WhatsApp")

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
        error, code, reason = _error(response)
        if code == PAIR_RATE:
            return TryAgain("Too many messages to this person.", min(4.0**letter.attempts, LONGEST_PAUSE))
        if busy := _busy(response):
            return busy
        if code == CLOSED:
            return Undeliverable(say("channel-window-closed", letter.locale))
        details = text_at(error, "error_data", "details") or reason
        return Undeliverable(say("channel-refused", letter.locale, network="WhatsApp", reason=f"{details} ({code})"))


def _error(response: httpx.Response) -> tuple[dict[str, Any], Any, str]:
    """What an answer says is wrong: all of it, its code, its reason."""
    error = _json(response).get("error")
    error = error if isinstance(error, dict) else {}
    return error, error.get("code"), text_at(error, "message") or f"HTTP {response.status_code}"


def _busy(response: httpx.Response) -> TryAgain | None:
    """What may go better later; a token that is refused may be mended meanwhile."""
    error, code, reason = _error(response)
    if code in NO_ACCESS or response.status_code == 401:
        log.error("whatsapp refuses our access (%s); renew WHATSAPP_ACCESS_TOKEN or its permissions", reason)
        return TryAgain("WhatsApp refuses our access token.")
    if code in BUSY or error.get("is_transient") or response.status_code == 429 or response.is_server_error:
        return TryAgain(f"WhatsApp does not take it now: {reason}", _seconds(response.headers.get("retry-after")))
    return None


def _is_metas(url: str) -> bool:
    """Whether an address that we were told of is one of Meta's; the webhook's is no proof of that."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return (
            parts.scheme == "https" and parts.port in (None, 443) and host.endswith(tuple(f".{each}" for each in META))
        )
    except ValueError:
        return False


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
