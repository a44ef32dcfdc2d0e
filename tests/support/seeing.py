"""An OpenAI-compatible server that takes pictures and says one thing of them, or fails."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse


class SeeingModel:
    """Answers every request with `reply`; a number in its place is an HTTP status."""

    def __init__(self, reply: str | int) -> None:
        self.reply = reply
        self.requests: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.post("/v1/chat/completions")(self._complete)

    async def _complete(self, request: Request) -> Response:
        self.requests.append(await request.json())
        if isinstance(self.reply, int):
            return JSONResponse({"error": {"message": "fault", "type": "error"}}, self.reply)
        return StreamingResponse(self._stream(self.reply), media_type="text/event-stream")

    async def _stream(self, reply: str) -> AsyncIterator[str]:
        base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "eyes-1"}
        for delta, finish in (({"role": "assistant", "content": reply}, None), ({}, "stop")):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            yield f"data: {json.dumps({**base, 'choices': [choice]})}\n\n"
        usage = {"prompt_tokens": 900, "completion_tokens": 9, "total_tokens": 909}
        yield f"data: {json.dumps({**base, 'choices': [], 'usage': usage})}\n\n"
        yield "data: [DONE]\n\n"
