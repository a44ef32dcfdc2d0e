"""An OpenAI-compatible server for tests: streams, calls tools, counts tokens, and fails in every documented way.

It is as strict as the real one where that matters: a history in which a call has no result, or a result no call, is
refused with a 400, and so is a prompt that is longer than its context.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from tresen.retrieval import tokens

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
CACHE_FROM = 1_024  # tokens from which on a prefix is kept, in steps of 128
CACHE_STEP = 128


@dataclass
class Say:
    """One reply: words, tool calls [(name, args or raw text)], or a fault in its place."""

    text: str = ""
    calls: list[tuple[str, dict[str, Any] | str | None]] = field(default_factory=list)
    status: int = 200
    code: str = ""
    message: str = "fault"
    retry_after: str = ""
    cut_after: int | None = None  # pieces of the stream before the line is cut, without a finish reason
    error_after: int | None = None  # pieces of the stream before an error event ends it
    stall: float = 0.0  # seconds between pieces
    stall_first: float = 0.0  # seconds before the first piece
    finish: str = ""
    ids: list[str] | None = None  # of the calls, where the server gives odd ones
    usage: bool = True
    role: str | None = "assistant"
    noise: list[str] = field(default_factory=list)  # lines that are no events, before the first piece


class FakeOpenAI:
    """Plays a list of replies; when they are used up it is out of order."""

    def __init__(self, *replies: Say, context: int = 128_000) -> None:
        self.replies = list(replies)
        self.context = context
        self.summary = Say("Der Shopper sieht sich um und hat noch nichts entschieden.")
        self.requests: list[dict[str, Any]] = []
        self.prompts: list[int] = []  # tokens of each request, as the server counts them
        self.refused: list[str] = []  # what was wrong with requests that no real server takes
        self.app = FastAPI()
        self.app.post("/v1/chat/completions")(self._complete)

    def play(self, *replies: Say) -> None:
        """Another script; what was asked before is forgotten."""
        self.replies = list(replies)
        self.requests, self.prompts, self.refused = [], [], []

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        size = prompt_tokens(body)
        self.requests.append(body)
        self.prompts.append(size)
        if wrong := faults_of(body):
            self.refused.append(wrong)
            return _error(Say(status=400, code="invalid_value", message=wrong))
        if size > self.context:
            return _error(Say(status=400, code="context_length_exceeded", message="maximum context length"))
        reply = self._next(body)
        if reply.status != 200:
            await asyncio.sleep(reply.stall_first)
            return _error(reply)
        return StreamingResponse(self._stream(reply, size, self._cached(body)), media_type="text/event-stream")

    def _next(self, body: dict[str, Any]) -> Say:
        """A summary is asked for without tools, between the lines of the script."""
        if not body.get("tools"):
            return self.summary
        return self.replies.pop(0) if self.replies else Say(status=503, code="script_over")

    async def _stream(self, reply: Say, size: int, cached: int) -> AsyncIterator[str]:
        base = {
            "id": f"chatcmpl-{len(self.requests)}", "object": "chat.completion.chunk", "created": 1,
            "model": self.requests[-1]["model"],
        }  # fmt: skip
        await asyncio.sleep(reply.stall_first)
        for line in reply.noise:
            yield line
        pieces = _pieces(reply, len(self.requests))
        for number, delta in enumerate(pieces):
            if number == reply.cut_after:
                return
            if number == reply.error_after:
                yield _event({"error": {"message": "The server had an error", "type": "server_error", "code": None}})
                return
            yield _event({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
            await asyncio.sleep(reply.stall)
        finish = reply.finish or ("tool_calls" if reply.calls else "stop")
        yield _event({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if reply.usage:
            written = tokens.count(reply.text + str(reply.calls or ""))
            usage = {"prompt_tokens": size, "completion_tokens": written, "total_tokens": size + written}
            usage["prompt_tokens_details"] = {"cached_tokens": cached}  # type: ignore[assignment]
            yield _event({**base, "choices": [], "usage": usage})
        yield "data: [DONE]\n\n"

    def _cached(self, body: dict[str, Any]) -> int:
        """Tokens of the longest beginning that an earlier request had too, as a provider's cache counts them."""
        mine = _as_text(body)
        shared = 0
        for earlier in self.requests[:-1]:
            pairs = zip(mine, _as_text(earlier), strict=False)
            shared = max(shared, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)))
        found = tokens.count(mine[:shared])
        return 0 if found < CACHE_FROM else found - found % CACHE_STEP


def prompt_tokens(body: dict[str, Any]) -> int:
    """What a request costs: its tools and its messages, each with three tokens around it and one for its role."""
    sizes = [tokens.count(_content(message)) + bool(message.get("name")) + 4 for message in body["messages"]]
    return tokens.count(_tools(body)) + sum(sizes) + 3


def faults_of(body: dict[str, Any]) -> str:
    """What the real server would refuse a request for; empty when nothing."""
    open_calls: set[str] = set()
    for message in body["messages"]:
        if message["role"] != "tool" and open_calls:
            return f"tool_call_ids did not have response messages: {sorted(open_calls)}"
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'"
            open_calls.discard(message["tool_call_id"])
        for call in message.get("tool_calls") or []:
            if call["id"] in open_calls or not NAME.fullmatch(call["function"]["name"]) or len(call["id"]) > 64:
                return "invalid tool call"
            open_calls.add(call["id"])
        if message["role"] in ("user", "system") and not isinstance(message["content"], str):
            return "content must be a string"
    return "tool_call_ids did not have response messages" if open_calls else ""


def _pieces(reply: Say, number: int) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = [{"role": reply.role, "content": ""}]
    pieces += [{"content": word + " "} for word in reply.text.split(" ") if word]
    for index, (name, args) in enumerate(reply.calls):
        call_id = reply.ids[index] if reply.ids else f"call_{number}_{index}"
        function = {"name": name, "arguments": None if args is None else ""}
        pieces.append({"tool_calls": [{"index": index, "id": call_id, "type": "function", "function": function}]})
        text = args if isinstance(args, str) else json.dumps(args) if args is not None else ""
        for start in range(0, len(text), 12):
            pieces.append({"tool_calls": [{"index": index, "function": {"arguments": text[start : start + 12]}}]})
    return pieces


def _as_text(body: dict[str, Any]) -> str:
    """A request as the provider lays it out: tools first, then the messages."""
    return _tools(body) + "\n".join(f"{message['role']}: {_content(message)}" for message in body["messages"])


def _tools(body: dict[str, Any]) -> str:
    return json.dumps(body.get("tools", []), ensure_ascii=False, separators=(",", ":"))


def _content(message: dict[str, Any]) -> str:
    calls = [f"{call['function']['name']}({call['function']['arguments']})" for call in message.get("tool_calls") or []]
    return " ".join([message.get("content") or "", *calls]).strip()


def _error(reply: Say) -> Response:
    headers = {"Retry-After": reply.retry_after} if reply.retry_after else {}
    error = {"message": reply.message, "type": "invalid_request_error", "code": reply.code or None, "param": None}
    return JSONResponse({"error": error}, reply.status, headers=headers)


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"
