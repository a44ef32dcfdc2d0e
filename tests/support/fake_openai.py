"""An OpenAI-compatible server for tests: streams, calls tools, and fails in every documented way."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse


@dataclass
class Say:
    """One reply: words, tool calls [(name, args or raw text)], or a fault in its place."""

    text: str = ""
    calls: list[tuple[str, dict[str, Any] | str]] = field(default_factory=list)
    status: int = 200
    code: str = ""
    retry_after: str = ""
    cut_after: int | None = None  # pieces of the stream before the line is cut, without a finish reason
    stall: float = 0.0
    finish: str = ""


class FakeOpenAI:
    """Plays a list of replies; when they are used up it says so."""

    def __init__(self, *replies: Say) -> None:
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.post("/v1/chat/completions")(self._complete)

    async def _complete(self, request: Request) -> Response:
        self.requests.append(await request.json())
        reply = self.replies.pop(0) if self.replies else Say("(the script is over)")
        if reply.status != 200:
            headers = {"Retry-After": reply.retry_after} if reply.retry_after else {}
            error = {"message": "fault", "type": "error", "code": reply.code, "param": None}
            return JSONResponse({"error": error}, reply.status, headers=headers)
        return StreamingResponse(self._stream(reply), media_type="text/event-stream")

    async def _stream(self, reply: Say) -> AsyncIterator[str]:
        pieces = [{"role": "assistant", "content": ""}]
        pieces += [{"content": word + " "} for word in reply.text.split(" ") if word]
        for index, (name, args) in enumerate(reply.calls):
            call = {"index": index, "id": f"call_{len(self.requests)}_{index}", "type": "function"}
            pieces.append({"tool_calls": [{**call, "function": {"name": name, "arguments": ""}}]})
            text = args if isinstance(args, str) else json.dumps(args)
            for start in range(0, len(text), 12):
                part = {"index": index, "function": {"arguments": text[start : start + 12]}}
                pieces.append({"tool_calls": [part]})
        for number, delta in enumerate(pieces):
            if number == reply.cut_after:
                return
            yield self._chunk(delta, None)
            await asyncio.sleep(reply.stall)
        yield self._chunk({}, reply.finish or ("tool_calls" if reply.calls else "stop"))
        usage = {"prompt_tokens": 100, "completion_tokens": len(pieces), "total_tokens": 100 + len(pieces)}
        yield self._event({**self._base(), "choices": [], "usage": usage})
        yield "data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, Any], finish: str | None) -> str:
        return self._event({**self._base(), "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _base(self) -> dict[str, Any]:
        number = len(self.requests)
        return {"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": 1, "model": "fake-1"}

    @staticmethod
    def _event(data: dict[str, Any]) -> str:
        return f"data: {json.dumps(data)}\n\n"
