"""What a failed call of a model means: whether asking again helps, how long to wait, and whether the server is down."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import random
from typing import Any

import openai

from tresen.agent.models.replies import Incomplete

RETRIES = 2
FIRST_PAUSE = 0.4  # seconds, doubled with each attempt, of which a random half is left out
LONGEST_WAIT = 5.0  # seconds that a server may ask for; a shopper waits, so longer means the next model
CUT_OFF = "finish reason None"  # a stream that ended without saying so

_OVERFLOW = re.compile(r"context.?(length|window|size)|maximum context|prompt is too long|too many tokens", re.I)
_FILTERED = ("content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation")
_FOR_GOOD = {401: "key", 403: "forbidden", 404: "unknown model", 402: "quota"}
_PASSING = frozenset({408, 409, 425, 429})


@dataclass(frozen=True)
class Fault:
    """`again`: the same call may succeed. `counts`: the breaker hears of it. `for_good`: and opens at once.

    `billed`: the model had begun to work, so it is paid.
    """

    kind: str
    again: bool = False
    counts: bool = False
    for_good: bool = False
    billed: bool = False
    wait: float | None = None  # seconds, as the server asked


def fault_of(error: Exception) -> Fault:
    """What happened, by status and code; error texts are read for an overflow only, which has no code everywhere."""
    code = str(getattr(error, "code", "") or "")
    status = getattr(error, "status_code", None)
    match error:
        case Incomplete():
            cut = CUT_OFF in str(error)
            return Fault("cut off" if cut else "unusable", again=cut, counts=cut, billed=True)
        case openai.APITimeoutError() | TimeoutError():
            return Fault("timeout", counts=True, billed=True)
        case openai.APIConnectionError():
            return Fault("no connection", again=True, counts=True)
        case _ if code == "context_length_exceeded" or (status in (400, 413, 422) and _OVERFLOW.search(str(error))):
            return Fault("context overflow")
        case _ if code in _FILTERED:
            return Fault("content filter")
        case _ if code == "insufficient_quota":
            return Fault("quota", counts=True, for_good=True)
        case _ if status in _FOR_GOOD:
            return Fault(_FOR_GOOD[status], counts=True, for_good=True)
        case _ if status in _PASSING or (isinstance(status, int) and status >= 500):
            return Fault(f"status {status}", again=True, counts=True, wait=_asked_for(error))
        case openai.APIError() if status is None:
            return Fault("error in the stream", again=True, counts=True, billed=True)
        case _:
            return Fault(type(error).__name__)


def pause(fault: Fault, attempt: int, chance: Callable[[], float] = random) -> float:
    """Seconds before the next attempt: what the server asked for, else longer each time, never the same."""
    usual = FIRST_PAUSE * 2.0 ** (attempt - 1) * (0.5 + chance() / 2)
    return usual if fault.wait is None else fault.wait + usual / 4


def _asked_for(error: Exception) -> float | None:
    """`Retry-After-Ms`, `Retry-After` in seconds or as a date."""
    headers: Any = getattr(getattr(error, "response", None), "headers", {})
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        said = str(headers.get("retry-after", ""))
        if said.replace(".", "", 1).isdigit():
            return float(said)
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()) if said else None
    except (ValueError, TypeError):
        return None
