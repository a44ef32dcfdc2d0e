"""Downloads: guarded where the connection is made, capped in size and time, and only if the file has changed."""

import asyncio
import gzip
import ipaddress
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tresen.kit.errors import TresenError, Unavailable, Unprocessable
from tresen.kit.http import Downloader, Stamp, is_public, shown


class Shop:
    """A server of raw answers by path that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heads: list[dict[str, str]] = []
        self.answers: dict[str, bytes] = {}
        self.base = ""

    def answer(self, path: str, body: bytes = b"", status: str = "200 OK", **headers: str) -> str:
        told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        length = "" if "Content_Length" in headers else f"Content-Length: {len(body)}\r\n"
        self.answers[path] = f"HTTP/1.1 {status}\r\n{told}{length}\r\n".encode() + body
        return self.base + path

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.splitlines()
        path = first.split()[1]
        self.asked.append(path)
        self.heads.append({line.partition(": ")[0].lower(): line.partition(": ")[2] for line in rest if line})
        if path == "/slow":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            for _ in range(50):
                writer.write(b"x")
                await asyncio.sleep(0.05)
        elif path == "/endless":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while not writer.is_closing():
                writer.write(b"x" * 65536)
                await writer.drain()
        else:
            writer.write(self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Shop]:
    found = Shop()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await found(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        found.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield found


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with listening() as found:
        yield found


@pytest.fixture
def inside() -> Downloader:
    return Downloader(allow_private=True)


async def test_a_file_is_saved_with_its_stamp_and_type(shop: Shop, inside: Downloader, tmp_path: Path) -> None:
    url = shop.answer("/a.csv", b"id,title\n", ETag='"1"', Last_Modified="Mon", Content_Type="text/CSV; charset=x")
    found = await inside.fetch(url, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"id,title\n"
    assert (found.path, found.stamp, found.content_type) == (tmp_path / "a", Stamp('"1"', "Mon"), "text/csv")
    assert shop.heads[0]["user-agent"].startswith("Tresen/")


async def test_the_stamp_is_sent_and_a_304_saves_nothing(shop: Shop, inside: Downloader, tmp_path: Path) -> None:
    url = shop.answer("/a.csv", status="304 Not Modified")
    found = await inside.fetch(url, tmp_path / "a", Stamp('"1"', "Mon"))
    assert (found.path, found.stamp) == (None, Stamp('"1"', "Mon"))
    assert not (tmp_path / "a").exists()
    assert (shop.heads[0]["if-none-match"], shop.heads[0]["if-modified-since"]) == ('"1"', "Mon")


async def test_a_304_that_nobody_asked_for_is_a_failure(shop: Shop, inside: Downloader, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="304"):
        await inside.fetch(shop.answer("/a", status="304 Not Modified"), tmp_path / "a")


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "403 Forbidden", "204x"])
async def test_a_refusal_names_the_answer(shop: Shop, inside: Downloader, tmp_path: Path, status: str) -> None:
    with pytest.raises(Unavailable) as told:
        await inside.fetch(shop.answer("/a?key=s3cret", status=status), tmp_path / "a")
    assert "nothing was changed" in told.value.hint
    assert "s3cret" not in str(told.value)


async def test_nobody_listens(inside: Downloader, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(Unavailable, match="does not answer"):
        await inside.fetch(url, tmp_path / "a")


async def test_a_redirect_is_followed_relative_to_the_name(shop: Shop, inside: Downloader, tmp_path: Path) -> None:
    shop.answer("/b.csv", b"there")
    url = shop.answer("/a.csv", status="302 Found", Location="/b.csv").replace("127.0.0.1", "localhost")
    await inside.fetch(url, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"there"
    assert [head["host"].partition(":")[0] for head in shop.heads] == ["localhost", "localhost"]


async def test_redirects_end(shop: Shop, inside: Downloader, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="without end"):
        await inside.fetch(shop.answer("/a", status="302 Found", Location="/a"), tmp_path / "a")
    assert len(shop.asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://x/", "ftp://x/a"])
async def test_a_redirect_out_of_the_web_is_refused(
    shop: Shop, inside: Downloader, tmp_path: Path, target: str
) -> None:
    with pytest.raises(TresenError):
        await inside.fetch(shop.answer("/a", status="302 Found", Location=target), tmp_path / "a")
    assert not (tmp_path / "a").exists()


async def test_the_size_is_capped_whether_announced_or_not(shop: Shop, tmp_path: Path) -> None:
    small = Downloader(allow_private=True, most_bytes=1024**2)
    with pytest.raises(Unprocessable, match="larger than 1 MB"):
        await small.fetch(shop.answer("/a", b"", Content_Length=str(2 * 1024**2)), tmp_path / "a")
    with pytest.raises(Unprocessable, match="larger than 1 MB"):
        await small.fetch(f"{shop.base}/endless", tmp_path / "b")
    assert (tmp_path / "b").stat().st_size <= 1024**2


async def test_the_time_is_capped_however_steadily_it_drips(shop: Shop, tmp_path: Path) -> None:
    hasty = Downloader(allow_private=True, most_seconds=0.3)
    began = time.monotonic()
    with pytest.raises(Unavailable, match="took longer"):
        await hasty.fetch(f"{shop.base}/slow", tmp_path / "a")
    assert time.monotonic() - began < 2


async def test_what_is_packed_on_the_way_stays_packed(shop: Shop, inside: Downloader, tmp_path: Path) -> None:
    packed = gzip.compress(b"0" * 1_000_000)
    await inside.fetch(shop.answer("/a", packed, Content_Encoding="gzip"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == packed
    with pytest.raises(Unavailable, match="'br'"):
        await inside.fetch(shop.answer("/b", b"x", Content_Encoding="br"), tmp_path / "b")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "255.255.255.255", "2130706433", "0x7f000001", "0x7f.1", "017700000001",
        "127.1", "127.0.0.1.", "①②⑦.⓪.⓪.①", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "[fd00::1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]", "[::127.0.0.1]",
    ],
)  # fmt: skip
async def test_nothing_private_is_ever_connected_to(shop: Shop, tmp_path: Path, host: str) -> None:
    port = shop.base.rpartition(":")[2]
    shop.answer("/", b"secret")
    began = time.monotonic()
    with pytest.raises((Unprocessable, Unavailable)) as told:
        await Downloader().fetch(f"http://{host}:{port}/", tmp_path / "a")
    assert told.value.hint
    assert shop.asked == []
    assert not (tmp_path / "a").exists()
    assert time.monotonic() - began < 5


async def test_the_refusal_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(Unprocessable, match="private network") as told:
        await Downloader().fetch("http://user:pass@127.0.0.1:9/feed.csv?token=abc", tmp_path / "a")
    assert "TRESEN_ALLOW_PRIVATE_FEEDS" in told.value.hint
    assert not {"pass", "abc"} & set(str(told.value).replace(":", " ").replace("=", " ").split())


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://", "http://[::1", "http:///x", "x"]
)
async def test_no_address_of_the_web(tmp_path: Path, url: str) -> None:
    with pytest.raises(TresenError) as told:
        await Downloader().fetch(url, tmp_path / "a")
    assert told.value.hint


class Names:
    """Names that resolve as the test says, each time to the next address."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **addresses: list[str]) -> None:
        self.looked_up: list[str] = []
        self._addresses = {name.replace("_", "."): list(each) for name, each in addresses.items()}
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: Any, port: Any, *_rest: Any, **_more: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        if name in self._addresses:
            self.looked_up.append(name)
            known = self._addresses[name]
            name = known.pop(0) if len(known) > 1 else known[0]
        found = [ipaddress.ip_address(each) for each in name.split("+")]
        kinds = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [(kinds[each.version], socket.SOCK_STREAM, 6, "", (str(each), port or 0)) for each in found]


async def test_a_name_is_looked_up_once_so_it_cannot_change_its_mind(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is public when it is checked and private afterwards; whoever looked twice would be inside."""
    names = Names(monkeypatch, rebind_example=["203.0.113.9", "127.0.0.1"])
    port = shop.base.rpartition(":")[2]
    shop.answer("/", b"secret")
    monkeypatch.setattr("tresen.kit.http.is_public", lambda address: str(address) != "127.0.0.1")
    with pytest.raises(Unavailable):
        await Downloader(most_seconds=1).fetch(f"http://rebind.example:{port}/", tmp_path / "a")
    assert (names.looked_up, shop.asked) == (["rebind.example"], [])


async def test_one_private_address_among_public_ones_is_enough(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, mixed_example=["93.184.216.34+127.0.0.1"])
    with pytest.raises(Unprocessable, match="private network"):
        await Downloader().fetch("http://mixed.example/", tmp_path / "a")


async def test_a_redirect_is_checked_again(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first server counts as public here, the one that it points to does not."""
    async with listening() as hidden:
        target = hidden.answer("/", b"secret").replace("127.0.0.1", "inner.example")
        Names(monkeypatch, outer_example=["127.0.0.1"], inner_example=["10.0.0.7"])
        monkeypatch.setattr("tresen.kit.http.is_public", lambda address: str(address) == "127.0.0.1")
        url = shop.answer("/", status="302 Found", Location=target).replace("127.0.0.1", "outer.example")
        with pytest.raises(Unprocessable, match="private network"):
            await Downloader().fetch(url, tmp_path / "a")
        assert (shop.asked, hidden.asked) == (["/"], [])


async def test_the_next_address_of_a_name_is_tried(
    shop: Shop, inside: Downloader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, two_example=["127.0.0.9+127.0.0.1"])
    url = shop.answer("/", b"there").replace("127.0.0.1", "two.example")
    await inside.fetch(url, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"there"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True), ("64:ff9b::5db8:d822", True),
        ("192.0.2.1", False), ("198.18.0.1", False), ("::ffff:10.0.0.1", False), ("2002:0a00:0001::", False),
        ("::", False), ("2001::1", False), ("64:ff9b:1::1", False), ("240.0.0.1", False), ("64:ff9b::a00:1", False),
    ],
)  # fmt: skip
def test_public_is_the_open_internet(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_an_address_is_shown_without_its_secrets() -> None:
    assert shown("https://me:secret@shop.example:8443/feed.xml?key=1#x") == "https://shop.example:8443/feed.xml"
