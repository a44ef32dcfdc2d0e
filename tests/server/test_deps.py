"""What endpoints ask for, in an order that cannot lock out the others."""

import inspect
from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute

from tresen.server import chat, inbox, orders
from tresen.server.deps import Reading, Staff, Visitor, Writing


def endpoints() -> Iterator[Any]:
    for module in (chat, inbox, orders):
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            yield route.endpoint


def test_nobody_waits_for_a_connection_while_holding_one() -> None:
    """Who calls is looked up in a transaction of its own: before the endpoint's own begins."""
    seen = 0
    for endpoint in endpoints():
        asked = [each.annotation for each in inspect.signature(endpoint).parameters.values()]
        held = [at for at, each in enumerate(asked) if each in (Writing, Reading)]
        looked_up = [at for at, each in enumerate(asked) if each in (Visitor, Staff)]
        if held and looked_up:
            seen += 1
            assert max(looked_up) < min(held), endpoint.__name__
    assert seen > 15
