"""Who is down is left alone, is tried again by one call, and comes back; passing faults are told from lasting ones."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import openai
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from tresen.agent.models import breaker, faults
from tresen.agent.models.breaker import Breaker, Breakers
from tresen.agent.models.faults import Fault, fault_of, pause
from tresen.agent.models.replies import Incomplete


class Watch:
    """A clock of seconds."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def failing(watch: Watch, times: int) -> Breaker:
    made = Breaker("m", watch)
    for _ in range(times):
        with made.trying() as may:
            assert may
            made.failed()
    return made


def may_ask(made: Breaker) -> bool:
    with made.trying() as may:
        return may


def test_it_opens_after_so_many_failures_and_tries_one_call_later() -> None:
    watch = Watch()
    made = failing(watch, breaker.FAILURES - 1)
    assert made.state == "closed"
    made.failed()
    assert (made.state, may_ask(made)) == ("open", False)
    watch.at += breaker.PAUSE
    assert made.state == "half-open"
    with made.trying() as probe:
        assert probe
        assert not may_ask(made), "one call tries, the others wait"
        made.succeeded()
    assert (made.state, may_ask(made)) == ("closed", True)


def test_a_probe_that_fails_opens_it_again() -> None:
    watch = Watch()
    made = failing(watch, breaker.FAILURES)
    watch.at += breaker.PAUSE
    with made.trying() as may:
        assert may
        made.failed()
    assert (made.state, may_ask(made)) == ("open", False)


def test_a_probe_that_is_broken_off_leaves_the_next_one_free() -> None:
    watch = Watch()
    made = failing(watch, breaker.FAILURES)
    watch.at += breaker.PAUSE
    with pytest.raises(KeyboardInterrupt), made.trying():
        raise KeyboardInterrupt
    assert may_ask(made)


def test_failures_that_are_long_ago_do_not_count() -> None:
    watch = Watch()
    made = Breaker("m", watch)
    for _ in range(3 * breaker.FAILURES):
        made.failed()
        watch.at += breaker.WINDOW / (breaker.FAILURES - 1) + 1
    assert made.state == "closed"
    made.succeeded()
    assert not made.failures


def test_a_lasting_failure_opens_it_at_once() -> None:
    made = Breaker("m", Watch())
    made.failed(for_good=True)
    assert made.state == "open"


def test_each_server_and_model_has_its_own() -> None:
    known = Breakers()

    def model(name: str, base: str) -> ChatOpenAI:
        return ChatOpenAI(model=name, base_url=base, api_key=SecretStr("x"))

    first = known.of(model("a", "http://127.0.0.1:1/v1"))
    first.failed(for_good=True)
    assert known.state(model("a", "http://127.0.0.1:1/v1")) == "open"
    assert known.state(model("b", "http://127.0.0.1:1/v1")) == "closed"
    assert known.state(model("a", "http://127.0.0.1:2/v1")) == "closed"


# ---- what went wrong


def refused(status: int, code: str = "", message: str = "fault", **headers: str) -> Exception:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    response = httpx2.Response(status, headers=headers, request=request)
    return openai.APIStatusError(message, response=response, body={"message": message, "code": code or None})


@pytest.mark.parametrize(
    ("error", "kind", "again", "for_good"),
    [
        (refused(500), "status 500", True, False),
        (refused(503), "status 503", True, False),
        (refused(429, "rate_limit_exceeded"), "status 429", True, False),
        (refused(408), "status 408", True, False),
        (refused(429, "insufficient_quota"), "quota", False, True),
        (refused(401, "invalid_api_key"), "key", False, True),
        (refused(403), "forbidden", False, True),
        (refused(404, "model_not_found"), "unknown model", False, True),
        (refused(400, "content_filter"), "content filter", False, False),
        (refused(400, "context_length_exceeded"), "context overflow", False, False),
        (refused(400, "", "the request exceeds the available context size"), "context overflow", False, False),
        (refused(400, "invalid_value"), "APIStatusError", False, False),
        (Incomplete("finish reason None"), "cut off", True, False),
        (Incomplete("finish reason 'length'"), "unusable", False, False),
        (TimeoutError(), "timeout", False, False),
        (openai.APIConnectionError(request=httpx2.Request("POST", "http://x")), "no connection", True, False),
        (openai.APIError("in the stream", httpx2.Request("POST", "http://x"), body=None), "error in the stream", True,
         False),
        (ValueError("a defect"), "ValueError", False, False),
    ],
)  # fmt: skip
def test_faults_are_told_apart(error: Exception, kind: str, again: bool, for_good: bool) -> None:
    fault = fault_of(error)
    assert (fault.kind, fault.again, fault.for_good) == (kind, again, for_good)


def test_what_the_server_asks_for_is_waited_and_no_two_wait_the_same() -> None:
    in_a_moment = format_datetime(datetime.now(UTC) + timedelta(seconds=20))
    headers: list[tuple[dict[str, Any], float | None]] = [
        ({"retry-after": "7"}, 7.0), ({"retry-after": "0.5"}, 0.5), ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "soon"}, None), ({}, None),
    ]  # fmt: skip
    for given, wanted in headers:
        assert fault_of(refused(429, **given)).wait == wanted
    assert 15 < (fault_of(refused(503, **{"retry-after": in_a_moment})).wait or 0) <= 20
    usual = Fault("x", again=True)
    waits = [pause(usual, attempt, lambda: 0.5) for attempt in (1, 2, 3)]
    assert waits == [0.75 * faults.FIRST_PAUSE * 2**n for n in range(3)]
    assert len({pause(usual, 1) for _ in range(20)}) > 10
    assert pause(Fault("x", wait=3.0), 1) >= 3.0
