"""Effects: what is done to orders, each under a key of the caller's; the same key again is the same effect."""

import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import insert, select

from tresen.kit.db import Tx
from tresen.kit.errors import Conflict
from tresen.kit.ids import digest
from tresen.shop.sales import effect


class EffectReused(Conflict):
    """The same key with other arguments: somebody mixes two wishes up, and neither may be guessed."""

    code = "effect_reused"
    say = "This was asked for before, with another content."


@dataclass(frozen=True)
class Done:
    """What has come of a key; `outcome` is a number: of the order, or of the return."""

    verb: str
    outcome: str


class Work(Protocol):
    """What has to happen; returns the outcome."""

    def __call__(self) -> Awaitable[str]: ...


async def once(tx: Tx, key: str, verb: str, arguments: Mapping[str, Any], work: Work) -> str:
    """Carry `work` out unless this key has been before; either way, its outcome.

    Effect and note share the transaction: after a crash there are both or neither.

    Args:
        arguments: All that makes this effect another than that, as plain JSON.

    Raises:
        EffectReused.
    """
    await tx.alone(f"effect:{key}")
    mark = digest(json.dumps([verb, arguments], sort_keys=True))
    known = await tx.row(select(effect).where(effect.c.key == key))
    if known is not None:
        if known.arguments != mark:
            raise EffectReused
        return str(known.outcome)
    outcome = await work()
    await tx.execute(insert(effect).values(key=key, verb=verb, arguments=mark, outcome=outcome, at=tx.now))
    return outcome


async def done(tx: Tx, key: str) -> Done | None:
    """What has come of this key; None if nobody ever came with it."""
    row = await tx.row(select(effect.c.verb, effect.c.outcome).where(effect.c.key == key))
    return None if row is None else Done(row.verb, row.outcome)
