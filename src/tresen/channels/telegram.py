"""Telegram Bot API: a webhook where the world can reach us, long polling where it cannot. Private chats only."""

import json
import logging
import re
import warnings
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from tresen.channels import _telegram_updates as updates
from tresen.channels.base import Channel, HttpReply, Inbound, Received, Webhook, check, json_object
from tresen.channels.compose import BOLD, Draft, Limits, clip, compose, fit, units
from tresen.channels.media import check_size, download
from tresen.channels.taps import payload
from tresen.conversation.outbox import Letter, TryAgain, Undeliverable
from tresen.kit.errors import Misconfigured, Unauthorized
from tresen.kit.pictures import Gone, TooLarge
from tresen.kit.words import say

log = logging.getLogger(__name__)
# Raw news on purpose: `get_updates` reads all or nothing, and one unreadable update would come back for ever.
warnings.filterwarnings("ignore", "Please use 'Bot.get(Updates|File)'", PTBUserWarning)

LIMITS = Limits(text=4096, caption=1024, prompt=4096, buttons=100)
LABEL_UNITS = 64
CALLBACK_BYTES = 64
ROW_UNITS = 32  # labels that share a row of the keyboard
ROW_BUTTONS = 4
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
WANTED = ["message", "edited_message", "callback_query"]
SIGNATURE = "x-telegram-bot-api-secret-token"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TELEGRAM_", extra="ignore")

    bot_token: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
    base_url: str = "https://api.telegram.org"
    timeout: float = Field(15, gt=0, description="seconds for one call")
    poll_seconds: int = Field(25, ge=0, le=50, description="how long one request for news waits")


def build(public_url: str) -> Channel | None:
    settings = Settings()
    token, secret = settings.bot_token.get_secret_value(), settings.webhook_secret.get_secret_value()
    if not token:
        return None
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
        raise Misconfigured("TELEGRAM_BOT_TOKEN is no bot token.", hint="copy it from @BotFather: 123456:ABC...")
    if not public_url.startswith("https://"):
        return PollingTelegram(settings, public_url)
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
        hint = "set TELEGRAM_WEBHOOK_SECRET to 16 to 256 letters, digits, _ or -; or unset TRESEN_PUBLIC_URL to poll"
        raise Misconfigured("A Telegram webhook needs a secret.", hint=hint)
    return Telegram(settings, public_url)


@dataclass(frozen=True)
class Bubble:
    """One call to Telegram: HTML text, or a picture with the text under it."""

    text: str
    photo: str = ""
    keyboard: InlineKeyboardMarkup | None = None


class Telegram:
    """A bot that Telegram calls."""

    name = updates.NAME
    webhook_bytes = 1024 * 1024

    def __init__(self, settings: Settings, public_url: str) -> None:
        token = settings.bot_token.get_secret_value()
        self.account = token.partition(":")[0]
        self._settings = settings
        self._public_url = public_url
        wait = settings.timeout
        calls, news = self._requests = [HTTPXRequest(pool, wait, wait, wait, wait) for pool in (8, 2)]
        self._bot = Bot(token, f"{settings.base_url}/bot", request=calls, get_updates_request=news)
        self._files = httpx.AsyncClient(timeout=wait)
        self._files_url = f"{settings.base_url}/file/bot{token}"
        self._redact = _Redact(token)
        logging.getLogger("httpx").addFilter(self._redact)  # it logs addresses, and the token is part of ours

    async def open(self) -> None:
        secret = self._settings.webhook_secret.get_secret_value()
        url = f"{self._public_url}/webhooks/{self.name}"
        try:
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=WANTED)
        except TelegramError as error:
            raise self._cannot(error) from None

    def receive(self, webhook: Webhook) -> Received:
        check(webhook.headers.get(SIGNATURE), self._settings.webhook_secret.get_secret_value())
        update = updates.read(json_object(webhook.body))
        reply = HttpReply()
        if update and update.callback_query:  # the reply may carry one call: it stops the button's spinner
            call = {"method": "answerCallbackQuery", "callback_query_id": update.callback_query.id}
            reply = HttpReply(body=json.dumps(call).encode(), content_type="application/json")
        return Received(updates.messages([update], self.account), reply)

    def render(self, letter: Letter) -> list[Bubble]:
        drafts = compose(letter, self._public_url)
        return [_bubble(piece) for draft in drafts for piece in fit(draft, LIMITS, letter.locale)]

    async def send(self, letter: Letter, piece: Bubble) -> str:
        try:
            message = await self._call(letter.address.external_id, piece)
        except TelegramError as error:
            raise self._refused(error, letter.locale) from None
        return str(message.message_id)

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()
        await self._files.aclose()
        logging.getLogger("httpx").removeFilter(self._redact)

    async def fetch(self, media: str, most: int) -> bytes:
        """A picture: Telegram is asked where it is, each time, because that place is good for an hour only."""
        try:
            told: dict[str, Any] = await self._bot.do_api_request("getFile", {"file_id": media})
        except BadRequest as error:
            raise (TooLarge if "too big" in error.message.lower() else Gone) from None
        except TelegramError as error:
            raise self._cannot(error) from None
        check_size(told.get("file_size"), most)
        place = str(told.get("file_path") or "")
        if not re.fullmatch(r"\w[\w./-]*", place) or ".." in place:  # a path on a server of one's own is none of ours
            raise Gone
        return await download(self._files, f"{self._files_url}/{quote(place)}", most, "Telegram")

    async def _call(self, chat: str, piece: Bubble) -> Message:
        if piece.photo:
            try:
                return await self._bot.send_photo(
                    chat, piece.photo, caption=piece.text, parse_mode="HTML", reply_markup=piece.keyboard
                )
            except BadRequest as error:
                log.warning("telegram does not take the picture %s, sending its text: %s", piece.photo, error)
        return await self._bot.send_message(
            chat, piece.text, parse_mode="HTML", reply_markup=piece.keyboard, link_preview_options=NO_PREVIEW
        )

    def _refused(self, error: TelegramError, locale: str) -> Undeliverable | TryAgain:
        match error:
            case Forbidden():
                return Undeliverable(say("channel-blocked", locale, network="Telegram"))
            case BadRequest() | ChatMigrated():
                return Undeliverable(say("channel-refused", locale, network="Telegram", reason=error.message))
            case _:
                return self._cannot(error)

    def _cannot(self, error: TelegramError) -> TryAgain:
        """What may go better later; a token that is refused may be mended meanwhile."""
        if isinstance(error, InvalidToken):
            log.error("telegram refuses the token of bot %s; set TELEGRAM_BOT_TOKEN anew", self.account)
            return TryAgain("Telegram refuses our bot token.")
        after = error.retry_after if isinstance(error, RetryAfter) else None
        seconds = after.total_seconds() if isinstance(after, timedelta) else after
        return TryAgain(f"Telegram does not answer: {self._redact.hide(error.message)}", seconds)


class PollingTelegram(Telegram):
    """A bot that asks Telegram for news, so that it runs without a public address; one process at a time."""

    async def open(self) -> None:
        try:
            await self._bot.delete_webhook()
        except TelegramError as error:
            raise self._cannot(error) from None

    def receive(self, webhook: Webhook) -> Received:
        raise Unauthorized("This bot asks Telegram for news itself; nobody has to call it.")

    async def poll(self, position: int) -> tuple[tuple[Inbound, ...], int]:
        wait = self._settings.poll_seconds
        question = {"offset": position, "timeout": wait, "allowed_updates": WANTED}
        try:
            rows: list[dict[str, Any]] = await self._bot.do_api_request(
                "getUpdates", question, read_timeout=wait + self._settings.timeout
            )
        except TelegramError as error:
            raise self._cannot(error) from None
        news = [updates.read(row) for row in rows]
        for update in news:
            if update and update.callback_query:
                await self._stop_spinner(update.callback_query)
        return updates.messages(news, self.account), max((row["update_id"] + 1 for row in rows), default=position)

    async def _stop_spinner(self, tap: CallbackQuery) -> None:
        try:
            await self._bot.answer_callback_query(tap.id)
        except TelegramError as error:
            log.info("telegram no longer wants an answer to a tap: %s", self._redact.hide(error.message))


class _Redact(logging.Filter):
    """Keeps the bot's token out of the log."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def hide(self, text: str) -> str:
        return text.replace(self._token, "<token>")

    def filter(self, record: logging.LogRecord) -> bool:
        if self._token in (told := record.getMessage()):
            record.msg, record.args = self.hide(told), ()
        return True


def _bubble(draft: Draft) -> Bubble:
    rows: list[list[InlineKeyboardButton]] = []
    room = 0
    for number, button in enumerate(draft.buttons):
        label = clip(button.label, LABEL_UNITS)
        if units(label) > room or len(rows[-1]) == ROW_BUTTONS:
            rows.append([])
            room = ROW_UNITS
        data = None if button.url else payload(button, number, CALLBACK_BYTES)
        rows[-1].append(InlineKeyboardButton(label, url=button.url or None, callback_data=data))
        room -= units(label)
    return Bubble(_html(draft.text), draft.image, InlineKeyboardMarkup(rows) if rows else None)


def _html(text: str) -> str:
    return BOLD.sub(r"<b>\1</b>", escape(text, quote=False))
