"""The respond and send loops, and the polling of networks that are asked for news. Many workers may run at once."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import select

from tresen.bootstrap import Tresen
from tresen.channels.base import Inbound, Polled
from tresen.conversation import fetching, mail, outbox, shoppers, turns, uploads
from tresen.conversation.fetching import Keeper
from tresen.conversation.tables import cursor
from tresen.conversation.turn import Responder
from tresen.counter import memory, notify, payments, reminders
from tresen.kit.db import Tx
from tresen.kit.errors import Conflict
from tresen.shop import stock

logger = logging.getLogger(__name__)

CALM_POLL = 30.0  # seconds; for what nobody waits for at a screen
SLOW_POLL = 1.0  # seconds; finds what a lost wake-up missed
MOST_TURNS = 16  # at once in one process
PAUSE_AFTER_ERROR = 2.0


@asynccontextmanager
async def running(app: Tresen) -> AsyncIterator[None]:
    """Run all loops while the block runs; a turn that is cut off is continued by the next worker."""
    polled = [channel for channel in app.channels.values() if isinstance(channel, Polled)]
    loops = [respond_loop(app, app.responder), send_loop(app), mail_loop(app), waiting_loop(app), keep_loop(app)]
    loops += [picture_loop(app)] if any(isinstance(each, Keeper) for each in app.channels.values()) else []
    loops += [poll_loop(app, channel) for channel in polled]
    loops += [_survive(lambda: asyncio.to_thread(app.warm))]  # beside them: a page is served at once
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def respond_loop(app: Tresen, responder: Responder) -> None:
    """Answer conversations as they are written to, many at once, each by one worker."""
    busy: dict[str, asyncio.Task[None]] = {}

    async def answer(conversation_id: str) -> None:
        try:
            await turns.respond(app.db, app.bus, conversation_id, responder, app.taps)
        except Exception:
            logger.exception("responding to %s failed", conversation_id)
        finally:
            busy.pop(conversation_id, None)

    def begin(conversation_id: str) -> None:
        if conversation_id not in busy and len(busy) < MOST_TURNS:
            busy[conversation_id] = asyncio.create_task(answer(conversation_id))

    try:
        async with app.bus.subscribe("work") as news:
            polled = float("-inf")
            while True:
                if time.monotonic() - polled >= SLOW_POLL:
                    await _survive(lambda: _begin_due(app, begin))
                    polled = time.monotonic()
                if (hint := await news.next(SLOW_POLL)) is not None:
                    begin(str(hint["conversation"]))
    finally:
        for task in list(busy.values()):
            task.cancel()
        await asyncio.gather(*busy.values(), return_exceptions=True)


async def send_loop(app: Tresen) -> None:
    """Send what is due in the outbox."""
    if not app.channels:
        return
    async with app.bus.subscribe("outbox") as news:
        while True:
            await _survive(lambda: outbox.send_due(app.db, app.channels))
            await news.next(SLOW_POLL)


async def picture_loop(app: Tresen) -> None:
    """Fetch the pictures that networks hold."""
    keepers = {name: channel for name, channel in app.channels.items() if isinstance(channel, Keeper)}
    async with app.bus.subscribe(uploads.TOPIC) as news:
        while True:
            await _survive(lambda: fetching.fetch_due(app.db, keepers, app.settings.folder))
            await news.next(SLOW_POLL)


async def mail_loop(app: Tresen) -> None:
    """Send mail that is due; without a mail server it stays where it is."""
    transport = app.mailer
    if transport is None:
        return
    async with app.bus.subscribe("mail") as news:
        while True:
            await _survive(lambda: mail.send_due(app.db, transport))
            await news.next(SLOW_POLL)


async def waiting_loop(app: Tresen) -> None:
    """Tell who waits for something that it is there again; a minute more or less does not matter."""

    async def tell() -> None:
        async with app.db.read() as tx:
            due = await stock.due_back(tx)
        if due:
            async with app.db.write() as tx:
                await notify.tell_who_waits(tx, app.settings.shop)

    while True:
        await _survive(tell)
        await asyncio.sleep(CALM_POLL)


async def keep_loop(app: Tresen) -> None:
    """Pay back what is due as soon as it is, let go of what nobody pays for, remind of carts that were left."""
    async with app.bus.subscribe("refunds") as news:
        while True:
            await _survive(lambda: keep_once(app))
            await news.next(CALM_POLL)


async def keep_once(app: Tresen) -> None:
    """One round of it."""
    await payments.pay_back(app.db, app.till)
    async with app.db.read() as tx:
        late = await payments.unpaid(tx)
    for number in late:
        async with app.db.write() as tx:
            await payments.cancel_unpaid(tx, app.till, [number])
    async with app.db.read() as tx:
        left = await reminders.left(tx)
    if left:
        async with app.db.write() as tx:
            await reminders.remind(tx, app.till)
    async with app.db.read() as tx:
        stale = await memory.stale(tx, app.settings.shop)
        old = tx.now - timedelta(days=app.settings.shop.memory.days)
        unwanted = await uploads.older(tx, old)
    if stale:
        async with app.db.write() as tx:
            await memory.expire(tx, app.settings.shop)
    if unwanted:
        async with app.db.write() as tx:
            await uploads.expire(tx, old)
        await uploads.sweep(app.db, app.settings.folder)


async def poll_loop(app: Tresen, channel: Polled) -> None:
    """Ask a network for news, store them, and only then move on: what was not stored is asked for again."""
    while True:
        try:
            await poll_once(app, channel)
        except outbox.TryAgain as error:
            logger.warning("%s is out of reach, trying again: %s", channel.name, error.say)
            await asyncio.sleep(error.after or PAUSE_AFTER_ERROR)
        except Exception:
            logger.exception("polling %s failed, going on", channel.name)
            await asyncio.sleep(PAUSE_AFTER_ERROR)


async def poll_once(app: Tresen, channel: Polled) -> int:
    """One round of long polling; returns how many messages it brought."""
    where = (cursor.c.channel == channel.name, cursor.c.account == channel.account)
    async with app.db.read() as tx:
        position = int(await tx.scalar(select(cursor.c.position).where(*where)) or 0)
    messages, reached = await channel.poll(position)
    if reached == position:
        return 0
    async with app.db.write() as tx:
        for message in messages:
            await arrive(app, tx, message)
        values = {"channel": channel.name, "account": channel.account, "position": reached}
        row = tx.upsert(cursor).values(**values)
        await tx.execute(row.on_conflict_do_update(index_elements=["channel", "account"], set_={"position": reached}))
    return len(messages)


async def arrive(app: Tresen, tx: Tx, message: Inbound) -> None:
    """Store a message that a network brought; one that was stored before changes nothing."""
    locale, parts = app.settings.shop.locale(message.locale), message.parts
    shopper = await shoppers.arrive(tx, message.address, locale)
    channel = message.address.channel
    if isinstance(app.channels.get(channel), Keeper):
        here = shopper.conversation_id
        parts = await uploads.expected(tx, here, parts, channel, message.external_id, locale)
    try:
        await turns.receive(tx, shopper, parts, message.external_id)
    except Conflict as conflict:  # the network reuses an id for another body: the first one counts
        logger.warning("%s sent message id %s twice: %s", message.address.channel, message.external_id, conflict)


async def _begin_due(app: Tresen, begin: Callable[[str], None]) -> None:
    for conversation_id in await turns.due(app.db):
        begin(conversation_id)


async def _survive(step: Callable[[], Awaitable[object]]) -> None:
    """One step of a loop; a failure is logged and the loop goes on after a pause."""
    try:
        await step()
    except Exception:
        logger.exception("a step of a loop failed, going on")
        await asyncio.sleep(PAUSE_AFTER_ERROR)
