"""The small shop that sells, in a process that can be killed at any commit, and a client that tries again."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import mortal
import selling
from forking import CONTEXT

from tresen.settings import Settings

BASE = "http://shop.test"
TOTAL = 2 * 1490 + 490
BACK = 100  # given back by hand, before the goods come back

Step = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


def settings(home: Path) -> Settings:
    generous = {"messages_per_minute": 10_000, "requests_per_minute": 100_000}
    return Settings(
        home=home, database_url="", model="", encoder="none", shop=selling.HOUSE, public_url=BASE, **generous
    )


def serve(home: Path, tell: Connection, kill_at: int, before: bool) -> None:
    """As `mortal.serve`; commits that nobody hears of are boundaries of a purchase, too."""
    mortal.settings = settings
    mortal.serve(home, tell, kill_at, before, quiet_too=True)


@dataclass
class Client:
    """A shopper and an operator who repeat what was not answered, after the dead server has been replaced."""

    home: Path
    conversation: str
    token: str
    operator: str
    kill_at: int = 0
    before: bool = False
    deaths: int = 0
    running: Any = None
    url: str = ""
    seen: dict[str, Any] = field(default_factory=dict)

    async def start(self) -> None:
        ours, theirs = CONTEXT.Pipe()
        kill_at = 0 if self.deaths else self.kill_at
        self.running = CONTEXT.Process(target=serve, args=(self.home, theirs, kill_at, self.before), daemon=True)
        self.running.start()
        theirs.close()  # so that a process that dies before it tells its port is an error here and no wait
        self.url = f"http://127.0.0.1:{await asyncio.to_thread(ours.recv)}"

    async def stop(self) -> None:
        self.running.kill()
        await asyncio.to_thread(self.running.join)

    async def do(self, step: Step) -> httpx.Response:
        """Do it until it is answered; once it was tried before, "that has been done" is an answer."""
        again = False
        while True:
            try:
                async with httpx.AsyncClient(base_url=self.url, timeout=20) as http:
                    answer = await step(http)
            except httpx.TransportError:
                await self._revive()
                again = True
                continue
            assert answer.status_code < 400 or (again and answer.status_code in (409, 422)), answer.text
            return answer

    async def _revive(self) -> None:
        await asyncio.to_thread(self.running.join, 0.05)
        if not self.running.is_alive():
            assert self.running.exitcode == -signal.SIGKILL
            self.deaths += 1
            await self.start()

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the shopper's."""
        path, headers = f"/v1/conversations/{self.conversation}{path}", {"Authorization": f"Bearer {self.token}"}
        return (await self.do(lambda http: http.request(method, path, json=body, headers=headers))).json()

    async def desk(self, path: str, body: Any = None) -> httpx.Response:
        """A call of the operator's."""
        headers = {"X-Tresen": "1", "Cookie": f"tresen_operator={self.operator}"}
        return await self.do(lambda http: http.post(f"/v1/inbox{path}", json=body or {}, headers=headers))

    async def page(self, path: str) -> httpx.Response:
        return await self.do(lambda http: http.post(path.removeprefix(BASE)))

    async def buy(self) -> str:
        """From the cart to the paid order; returns its number."""
        await self.call("PUT", "/cart", {"variant_id": selling.SOCK, "quantity": 2})
        wished = {"address": selling.ADDRESS, "shipping": "parcel", "payment": "demo"}
        await self.call("PUT", "/checkout", wished)
        quote = await self.call("POST", "/quote")
        pressed = {"nonce": quote["action"]["target"], "total": quote["total_minor"]}
        order = (await self.call("POST", "/confirm", pressed))["order"]
        assert (await self.call("POST", "/confirm", pressed))["order"]["number"] == order["number"]
        bank = (await self.page(order["pay_url"])).headers["location"]
        await self.page(f"{bank}/paid")
        return str(order["number"])

    async def send_back(self, number: str) -> None:
        """From the parcel to the money that has come back."""
        await self.desk(f"/orders/{number}/ship", {"carrier": "Post", "tracking_code": "T1"})
        await self.desk(f"/orders/{number}/deliver")
        await self.desk(f"/orders/{number}/refund", {"id": "by-hand", "amount": BACK, "reason": "sorry"})
        offer = await self.call("POST", f"/orders/{number}/return", {"kind": "return"})
        await self.call("POST", "/confirm", {"nonce": offer["action"]["target"]})
        await self.desk(f"/returns/{number}-R1/receive")
        for _ in range(200):
            if self.banked() == [BACK, 2 * 1490] and await self._settled(number):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the money never came back: {self.banked()}")

    async def _settled(self, number: str) -> bool:
        """Whether the shop knows that its bank has paid back."""
        headers = {"Cookie": f"tresen_operator={self.operator}"}
        sheet = await self.do(lambda http: http.get(f"/v1/inbox/orders/{number}", headers=headers))
        return sheet.text.count('"state":"done"') >= 2

    def banked(self) -> list[int]:
        """What the bank has given back, in cents."""
        files = (self.home / "demo-bank").glob("*.json")
        return sorted(minor for file in files for minor in json.loads(file.read_text("utf-8"))["refunds"].values())
