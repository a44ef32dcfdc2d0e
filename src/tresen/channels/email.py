"""Mail over SMTP. Not a channel: nobody writes to us here, and nothing is answered."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from tresen.conversation.mail import Mail
from tresen.conversation.outbox import TryAgain, Undeliverable
from tresen.kit.errors import Misconfigured

PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
HINT = "smtps://name:password@host (TLS), smtp://name:password@host (STARTTLS) or smtp+plain://localhost (neither)"
PATIENCE = 20.0  # seconds for one step
LONGEST = 50.0  # seconds for one mail


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TRESEN_", extra="ignore")

    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""


def transport() -> "Smtp | None":
    """The mail server that the settings name; None without one.

    Raises:
        Misconfigured: the address of the server or the sender is wrong or missing.
    """
    settings = Settings()
    given = settings.smtp_url.get_secret_value()
    return smtp(given, settings.mail_from) if given else None


def smtp(url: str, sender: str, tls: ssl.SSLContext | None = None) -> "Smtp":
    """A mail server by its address; the address is secret and appears in no message."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise Misconfigured("TRESEN_SMTP_URL is not the address of a mail server.", hint=HINT) from None
    if not parts.hostname:
        raise Misconfigured("TRESEN_SMTP_URL names no host.", hint=HINT)
    if "@" not in parseaddr(sender)[1]:
        raise Misconfigured("TRESEN_MAIL_FROM is missing.", hint='for example "My shop <hello@shop.example>"')
    return Smtp(parts, port, sender, tls or ssl.create_default_context())


@dataclass(frozen=True)
class Smtp:
    """One connection per mail: this is a shop's mail, not a newsletter's."""

    server: SplitResult = field(repr=False)
    port: int
    sender: str
    tls: ssl.SSLContext = field(repr=False)
    patience: float = PATIENCE

    async def send(self, mail: Mail) -> None:
        """Hand the mail to the server.

        Raises:
            Undeliverable: it will never take it.
            TryAgain: it cannot be reached, or not now.
        """
        message = self.written(mail)
        client = self._client()
        try:
            async with asyncio.timeout(LONGEST):
                await client.connect()
                await client.send_message(message, sender=parseaddr(self.sender)[1], recipients=[mail.recipient])
        except aiosmtplib.SMTPAuthenticationError as error:
            raise TryAgain(f"the mail server refuses our name and password ({error.code})") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients[0].code, error.recipients[0].message) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _refused(error.code, error.message) from None
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise TryAgain(f"the mail server is out of reach: {type(error).__name__}") from None
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):  # it has the mail; how it says goodbye does not matter
                await client.quit(timeout=2)
            client.close()

    def written(self, mail: Mail) -> EmailMessage:
        """The mail as it goes over the wire, the same every time."""
        message = EmailMessage(WIRE)
        try:
            message["From"], message["To"], message["Subject"] = self.sender, mail.recipient, mail.subject
        except (ValueError, IndexError):
            raise Undeliverable("this is no address that mail can be sent to") from None
        message["Date"] = format_datetime(mail.created_at)
        message["Message-ID"] = f"<{mail.id}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        if mail.html:
            message.add_alternative(mail.html, subtype="html")
        return message

    def _client(self) -> aiosmtplib.SMTP:
        named = self.server.username is not None
        return aiosmtplib.SMTP(
            hostname=self.server.hostname,
            port=self.port,
            username=unquote(self.server.username or "") if named else None,
            password=unquote(self.server.password or "") if named else None,
            use_tls=self.server.scheme == "smtps",
            start_tls=self.server.scheme == "smtp",
            tls_context=self.tls,
            timeout=self.patience,
        )


def _refused(code: int, message: str) -> Undeliverable | TryAgain:
    """5xx is for ever, 4xx for now (RFC 5321 section 4.2.1)."""
    told = f"the mail server says {code} {message}"[:300]
    return Undeliverable(told) if 500 <= code < 600 else TryAgain(told)
