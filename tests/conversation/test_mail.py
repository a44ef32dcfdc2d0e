"""Mail: written once, handed over once, tried again for a day; over a real SMTP server on loopback."""

import asyncio
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from postoffice import NAME, PASSWORD, PostOffice, certificate, open_office

from tresen.channels import email
from tresen.channels.email import Smtp, smtp
from tresen.conversation import mail, queue
from tresen.conversation.mail import Mail
from tresen.kit.bus import Bus
from tresen.kit.db import Database
from tresen.kit.errors import Misconfigured

SENDER = "Kiesel & Kette <hallo@kiesel.example>"


async def posted(db: Database, once: str = "1", recipient: str = "ana@post.example", **words: str) -> bool:
    said = {"subject": "Deine Bestellung", "text": "Grüße", "html": "<p>Grüße</p>"} | words
    async with db.write() as tx:
        return await mail.post(tx, recipient, said["subject"], said["text"], said["html"], once)


async def only(db: Database) -> Mail:
    async with db.read() as tx:
        (found,) = await mail.listed(tx)
    return found


def plain(office: PostOffice) -> Smtp:
    return smtp(f"smtp+plain://127.0.0.1:{office.port}", SENDER)


class Refusing:
    """A transport that says what it is told to say."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.tried = 0

    async def send(self, mail: Mail) -> None:
        self.tried += 1
        if self.errors:
            raise self.errors.pop(0)


async def test_a_mail_arrives_as_it_was_written(each_db: Database) -> None:
    await posted(each_db, text="Grüße 🚲\n", subject="Bestellung\nK-1001 ist da")
    async with open_office() as office:
        assert await mail.send_due(each_db, plain(office)) == 1
        assert await mail.send_due(each_db, plain(office)) == 0
    (arrived,) = office.taken
    assert office.recipients == ["ana@post.example"]
    assert arrived["Subject"] == "Bestellung K-1001 ist da"
    assert arrived["From"].addresses[0].addr_spec == "hallo@kiesel.example"
    assert arrived.get_body(("plain",)).get_content().strip() == "Grüße 🚲"  # type: ignore[union-attr]
    assert "<p>Grüße</p>" in arrived.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert arrived["Message-ID"].endswith("@kiesel.example>")
    assert arrived["Auto-Submitted"] == "auto-generated"


async def test_what_has_left_keeps_no_words(db: Database) -> None:
    await posted(db, text="Dein Code: 123456")
    await mail.send_due(db, Refusing())
    kept = await only(db)
    assert (kept.state, kept.text, kept.html) == ("sent", "", "")


async def test_the_same_occasion_is_one_mail(each_db: Database, bus: Bus) -> None:
    async with bus.subscribe("mail") as news:
        assert await posted(each_db)
        assert not await posted(each_db)
        assert await news.next(1) == {}
        assert await news.next(0.05) is None
    await only(each_db)


async def test_two_senders_send_it_once(each_db: Database) -> None:
    await posted(each_db)
    transport = Refusing()
    await asyncio.gather(*(mail.send_due(each_db, transport) for _ in range(4)))
    assert transport.tried == 1


@pytest.mark.parametrize("where", ["rcpt", "data"])
@pytest.mark.parametrize(("answer", "state"), [("550 no such mailbox", "failed"), ("451 try later", "waiting")])
async def test_never_is_another_answer_than_not_now(db: Database, where: str, answer: str, state: str) -> None:
    await posted(db)
    async with open_office() as office:
        getattr(office, where).append(answer)
        await mail.send_due(db, plain(office))
    assert office.taken == []
    assert (await only(db)).state == state


async def test_not_now_is_tried_again_later(db: Database, clock: Any) -> None:
    await posted(db)
    async with open_office() as office:
        office.rcpt += ["451 try later", "452 and later"]
        for seconds, due in ((0, 1), (1, 0), (1, 1), (3, 0), (1, 1), (9999, 0)):
            clock.forward(seconds=seconds)
            assert await mail.send_due(db, plain(office)) == due
    assert len(office.taken) == 1


async def test_after_a_day_it_is_too_late(db: Database, clock: Any) -> None:
    await posted(db)
    clock.forward(days=1, seconds=1)
    transport = Refusing()
    assert await mail.send_due(db, transport) == 0
    assert transport.tried == 0
    assert (await only(db)).state == "failed"


async def test_a_server_that_hangs_hangs_up_or_is_not_there_is_tried_again(db: Database, clock: Any) -> None:
    await posted(db)
    async with open_office() as office:
        patient = replace(plain(office), patience=0.2)
        for answer in ("hang", "hang up"):
            office.data.append(answer)
            await mail.send_due(db, patient)
            assert (await only(db)).state == "waiting"
            clock.forward(hours=1)
    await mail.send_due(db, replace(smtp("smtp+plain://127.0.0.1:9", SENDER), patience=0.5))
    assert (await only(db)).state == "waiting"
    assert office.taken == []


async def test_a_connection_that_drops_after_the_mail_was_taken_sends_it_once(db: Database) -> None:
    """The server's 250 is what counts; it may be gone before our QUIT."""
    await posted(db)
    heard: list[bytes] = []

    async def brief(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 loopback\r\n")
        async for line in reader:
            heard.append(line)
            if line == b".\r\n":
                writer.write(b"250 taken\r\n")
                await writer.drain()
                break
            writer.write(b"354 go on\r\n" if line == b"DATA\r\n" else b"250 OK\r\n" if _is_command(line) else b"")
        writer.close()

    server = await asyncio.start_server(brief, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await mail.send_due(db, smtp(f"smtp+plain://127.0.0.1:{port}", SENDER))
    server.close()
    assert (await only(db)).state == "sent"
    assert heard.count(b"DATA\r\n") == 1


def _is_command(line: bytes) -> bool:
    return line.split(b" ")[0].strip() in (b"EHLO", b"MAIL", b"RCPT", b"QUIT")


async def test_an_address_with_a_line_break_smuggles_no_header(db: Database) -> None:
    await posted(db, recipient="ana@post.example\nBcc: all@post.example")
    async with open_office() as office:
        await mail.send_due(db, plain(office))
    assert office.taken == []
    assert (await only(db)).state == "failed"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_over_tls_with_a_password(db: Database, tmp_path: Path, scheme: str) -> None:
    await posted(db)
    shown, trusted = certificate(tmp_path)
    async with open_office(shown, implicit=scheme == "smtps", sign_in=True) as office:
        url = f"{scheme}://{NAME}:{PASSWORD.replace('+', '%2B')}@127.0.0.1:{office.port}"
        await mail.send_due(db, smtp(url, SENDER, trusted))
    assert len(office.taken) == 1
    assert office.secure == [True]


async def test_a_wrong_password_waits_for_the_right_one(db: Database, tmp_path: Path) -> None:
    await posted(db)
    shown, trusted = certificate(tmp_path)
    async with open_office(shown, sign_in=True) as office:
        await mail.send_due(db, smtp(f"smtp://{NAME}:wrong@127.0.0.1:{office.port}", SENDER, trusted))
    assert (await only(db)).state == "waiting"


async def test_no_mail_goes_to_a_server_that_cannot_prove_itself(db: Database, tmp_path: Path) -> None:
    await posted(db)
    shown, _ = certificate(tmp_path)
    async with open_office(shown) as office:
        await mail.send_due(db, smtp(f"smtp://127.0.0.1:{office.port}", SENDER))
    assert office.taken == []
    assert (await only(db)).state == "waiting"


async def test_no_mail_goes_out_in_the_clear_when_tls_is_wanted(db: Database) -> None:
    await posted(db)
    async with open_office() as office:
        await mail.send_due(db, smtp(f"smtp://127.0.0.1:{office.port}", SENDER, ssl.create_default_context()))
    assert office.taken == []


@pytest.mark.parametrize(
    ("url", "sender"),
    [("http://mail.example", SENDER), ("smtp://", SENDER), ("smtp://geheim@x:port", SENDER), ("smtp://host", "")],
)
def test_wrong_settings_are_told_without_the_secret(url: str, sender: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        smtp(url, sender)
    assert "geheim" not in str(refused.value)


def test_without_a_server_there_is_no_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRESEN_SMTP_URL", raising=False)
    assert email.transport() is None
    monkeypatch.setenv("TRESEN_SMTP_URL", "smtps://laden:geheim@mail.example")
    monkeypatch.setenv("TRESEN_MAIL_FROM", SENDER)
    built = email.transport()
    assert built is not None
    assert built.port == 465
    assert "geheim" not in repr(built)


async def test_the_newest_is_listed_first_and_one_recipient_alone(db: Database, clock: Any) -> None:
    for number, recipient in enumerate(("a@post.example", "b@post.example", "a@post.example")):
        await posted(db, str(number), recipient, subject=str(number))
        clock.forward(seconds=1)
    async with db.read() as tx:
        assert [each.subject for each in await mail.listed(tx)] == ["2", "1", "0"]
        mine = await mail.listed(tx, "a@post.example")
        assert [each.subject for each in mine] == ["2", "0"]
        assert await mail.find(tx, mine[0].id) == mine[0]
        assert await mail.find(tx, "nothing") is None


def test_a_lease_outlasts_the_longest_try() -> None:
    assert timedelta(seconds=email.LONGEST) < queue.LEASE
