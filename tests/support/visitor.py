"""A shopper over HTTP, as the widget is one: begins, writes, reads the stream."""

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Visitor:
    """One conversation over the public API."""

    http: httpx.AsyncClient
    id: str
    token: str
    greeting: dict[str, Any]
    last: int = 0
    frames: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    async def begin(cls, url: str, locale: str = "de", **body: Any) -> "Visitor":
        http = httpx.AsyncClient(base_url=url, timeout=60)
        made = (await http.post("/v1/conversations", json={"locale": locale, **body})).raise_for_status().json()
        return cls(http, made["id"], made["token"], made["greeting"])

    @property
    def path(self) -> str:
        return f"/v1/conversations/{self.id}"

    @property
    def auth(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, text: str | None = None, id: str | None = None, **body: Any) -> httpx.Response:
        message = {"id": id or str(uuid.uuid4()), **({"text": text} if text is not None else {}), **body}
        return await self.http.post(f"{self.path}/messages", json=message, headers=self.auth)

    async def say(self, text: str | None = None, **body: Any) -> dict[str, Any]:
        """Write, and wait for the message that answers."""
        seq = (await self.post(text, **body)).raise_for_status().json()["seq"]
        async for frame in self.stream(self.last):
            self.frames.append(frame)
            if frame["event"] == "message.sent" and frame["id"] > seq:
                self.last = frame["id"]
                return dict(frame["data"])
        raise AssertionError("the stream ended without an answer")

    async def stream(self, after: int = 0) -> AsyncIterator[dict[str, Any]]:
        """Frames of the event stream: {id (0 for hints), event, data}."""
        headers = {**self.auth, "Last-Event-ID": str(after)}
        async with self.http.stream("GET", f"{self.path}/events", headers=headers) as response:
            response.raise_for_status()
            async for frame in frames_of(response):
                yield frame

    async def snapshot(self) -> dict[str, Any]:
        return dict((await self.http.get(self.path, headers=self.auth)).raise_for_status().json())


async def frames_of(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    found: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            found[name] = value
        elif found:
            yield {"id": int(found.get("id", 0)), "event": found["event"], "data": json.loads(found["data"])}
            found = {}


def part(message: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first part of that type; an assertion error when there is none."""
    found = [each for each in message["parts"] if each["type"] == kind]
    assert found, f"no {kind} in {[each['type'] for each in message['parts']]}: {words(message)}"
    return dict(found[0])


def words(message: dict[str, Any]) -> str:
    return " ".join(each["text"] for each in message["parts"] if each["type"] == "text")
