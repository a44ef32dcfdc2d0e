"""What Tresen adds between a shopper's post and the answer, beside a bare FastAPI + sse-starlette echo.

Run: python bench/spine.py. Everything runs on this machine in one process each, side by side in one run; compare the
ratios, not the milliseconds. The planner answers, so no model's time is in it.
"""

import asyncio
import json
import multiprocessing
import os
import resource
import socket
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import uvicorn

ROUNDS = 30
PARALLEL = 8
TURNS = 80


def echo_app() -> Any:
    """The least that could stream an answer: no log, no database, no agent."""
    from fastapi import FastAPI
    from sse_starlette.sse import EventSourceResponse

    app = FastAPI()
    waiting: dict[str, asyncio.Queue[str]] = {}

    @app.post("/v1/conversations", status_code=201)
    async def begin() -> dict[str, str]:
        name = uuid.uuid4().hex
        waiting[name] = asyncio.Queue()
        return {"id": name, "token": name}

    @app.post("/v1/conversations/{name}/messages", status_code=202)
    async def post(name: str, body: dict[str, str]) -> dict[str, int]:
        await waiting[name].put(body["text"])
        return {"seq": 1}

    @app.get("/v1/conversations/{name}/events")
    async def events(name: str) -> EventSourceResponse:
        async def frames() -> AsyncIterator[dict[str, str]]:
            while True:
                text = await waiting[name].get()
                yield {"event": "text.delta", "data": json.dumps({"text": text})}
                yield {"event": "message.sent", "data": json.dumps({"text": text})}

        return EventSourceResponse(frames())

    return app


def tresen_app() -> Any:
    from tresen.bootstrap import bootstrap
    from tresen.server.app import create_app
    from tresen.settings import Settings

    limits = {"messages_per_minute": 1_000_000, "requests_per_minute": 1_000_000}
    return create_app(bootstrap(Settings(home=Path(os.environ["BENCH_HOME"]), database_url="", model="", **limits)))


def serve(kind: str, tell: Connection) -> None:
    # With the protocol named, asyncio turns Nagle's algorithm off, as it does for a server that opens its own port.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    app = echo_app() if kind == "echo" else tresen_app()
    listener.listen()
    tell.send(listener.getsockname()[1])
    asyncio.run(uvicorn.Server(uvicorn.Config(app, log_level="error")).serve(sockets=[listener]))


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def one_turn(http: httpx.AsyncClient, text: str) -> tuple[float, float]:
    """Milliseconds from the post to the first streamed event of the answer, and to the stored message."""
    made = (await http.post("/v1/conversations", json={})).json()
    path, headers = f"/v1/conversations/{made['id']}", {"Authorization": f"Bearer {made['token']}"}
    async with http.stream("GET", f"{path}/events", headers=headers) as stream:
        started = time.perf_counter()
        asking = asyncio.create_task(http.post(f"{path}/messages", json={"id": "1", "text": text}, headers=headers))
        first = 0.0
        async for line in stream.aiter_lines():
            if line in ("event: text.delta", "event: tool.started", "event: typing") and not first:
                first = (time.perf_counter() - started) * 1000
            if line == "event: message.sent":
                await asking
                return first, (time.perf_counter() - started) * 1000
    raise RuntimeError("the stream ended")


async def measure(port: int, texts: list[str]) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
        for text in texts:
            await one_turn(http, text)
        times = [await one_turn(http, texts[n % len(texts)]) for n in range(ROUNDS)]
        gate, started = asyncio.Semaphore(PARALLEL), time.perf_counter()

        async def limited(number: int) -> None:
            async with gate:
                await one_turn(http, texts[number % len(texts)])

        await asyncio.gather(*(limited(number) for number in range(TURNS)))
        rate = TURNS / (time.perf_counter() - started)
    return {
        "first event, median ms": statistics.median(first for first, _ in times),
        "message.sent, median ms": statistics.median(sent for _, sent in times),
        f"turns per second, {PARALLEL} at once": rate,
    }


async def load(home: Path) -> None:
    import catalog_ingest.demo
    from catalog_ingest.progress import Silent
    from tresen.bootstrap import bootstrap
    from tresen.settings import Settings

    app = bootstrap(Settings(home=home, database_url=""))
    await app.start()
    await catalog_ingest.demo.load(app.db, app.retrieval, home, Silent())
    await app.close()


def run(kind: str, texts: list[str]) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(kind, theirs), daemon=True)
    process.start()
    try:
        figures = asyncio.run(measure(ours.recv(), texts))
        return {**figures, "memory with the shop loaded, MB": memory(process.pid or 0)}
    finally:
        process.kill()
        process.join()


def main() -> None:
    texts = ["Zeig mir Laufsocken mit guter Bewertung", "Wie lange habe ich Rückgaberecht?", "Show me bike helmets"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_HOME"] = folder
        asyncio.run(load(Path(folder)))
        echo, ours = run("echo", texts), run("tresen", texts)
    print(f"{'':34}{'bare echo':>12}{'tresen':>12}{'ratio':>10}")  # noqa: T201
    for name, value in ours.items():
        print(f"{name:34}{echo[name]:12.1f}{value:12.1f}{value / echo[name]:10.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
