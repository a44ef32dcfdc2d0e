"""Fetches files from addresses that strangers may have chosen: guarded, capped, and only if they have changed.

The guard sits where the connection is made: a name is resolved once, every address it has must be public, and that
very address is connected to. So neither odd spellings of an address, nor a redirect, nor a name that resolves
differently the next time leads into the shop's own network.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tresen import __version__
from tresen.kit.errors import Unavailable, Unprocessable

MOST_BYTES = 2 * 1024**3
MOST_SECONDS = 900.0
_MOST_REDIRECTS = 5
_MOST_ADDRESSES = 3
_CHUNK = 64 * 1024
_TIMEOUT = httpx.Timeout(30, connect=10)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Stamp:
    """What a server said of a file, to ask later whether it has changed."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Fetched:
    """`path` None: the file is the same as when it got its stamp."""

    path: Path | None
    stamp: Stamp
    content_type: str = ""


class Downloader:
    """Streams files to disk. `allow_private` lets it reach the machine itself and its network."""

    def __init__(
        self, *, allow_private: bool = False, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS
    ) -> None:
        self._allow_private = allow_private
        self._most_bytes = most_bytes
        self._most_seconds = most_seconds

    async def fetch(self, url: str, target: Path, stamp: Stamp | None = None) -> Fetched:
        """Put the file at `url` into `target`, packed as the server sends it, unless it still has this stamp.

        Raises:
            Unprocessable: the address may not be fetched, or the file is too large.
            Unavailable: the server does not answer, says no, or is too slow.
        """
        where = shown(url)
        try:
            async with asyncio.timeout(self._most_seconds), self._answer(url, stamp or Stamp()) as answer:
                if stamp and answer.status_code == httpx.codes.NOT_MODIFIED:
                    return Fetched(None, stamp)
                _refuse_failure(answer, where)
                await self._save(answer, target, where)
                headers = answer.headers
        except TimeoutError:
            raise _unavailable(f"{where} took longer than {self._most_seconds:.0f} s.") from None
        except httpx.TooManyRedirects:
            raise _unavailable(f"{where} leads from one address to the next without end.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unavailable(f"{where} does not answer ({type(error).__name__}).") from None
        except OSError as error:
            raise Unavailable(f"{where} cannot be saved: {error.strerror}.", hint="make room on the disk") from error
        seen = Stamp(headers.get("etag", "")[:500], headers.get("last-modified", "")[:100])
        return Fetched(target, seen, headers.get("content-type", "").partition(";")[0].strip().lower())

    @asynccontextmanager
    async def _answer(self, url: str, stamp: Stamp) -> AsyncIterator[httpx.Response]:
        client = httpx.AsyncClient(
            transport=Guard(self._allow_private),
            trust_env=False,
            timeout=_TIMEOUT,
            follow_redirects=True,
            max_redirects=_MOST_REDIRECTS,
            headers={"User-Agent": f"Tresen/{__version__}", "Accept-Encoding": "gzip"},
        )
        async with client, client.stream("GET", url, headers=stamp.headers()) as answer:
            yield answer

    async def _save(self, answer: httpx.Response, target: Path, where: str) -> None:
        """Write the body as it comes; what is packed stays packed, so a bomb is for the reader to defuse."""
        announced = answer.headers.get("content-length", "")
        too_large = Unprocessable(
            f"{where} is larger than {self._most_bytes // 1024**2} MB.",
            code="feed_too_large",
            hint="split the feed, or download it and name the file",
        )
        if announced.isdecimal() and int(announced) > self._most_bytes:
            raise too_large
        count = 0
        with target.open("wb") as file:
            async for chunk in answer.aiter_raw(_CHUNK):
                count += len(chunk)
                if count > self._most_bytes:
                    raise too_large
                file.write(chunk)


class Guard(httpx.AsyncBaseTransport):
    """Connects to public addresses only, each looked up once; keeps no connection for a second use."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in ("http", "https"):
            raise refused(str(request.url), "only http and https addresses are fetched")
        failure = httpx.ConnectError("no address", request=request)
        for address in (await self._addresses(request))[:_MOST_ADDRESSES]:
            try:
                return await self._inner.handle_async_request(_directed(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = httpx.ConnectError(str(error), request=request)
        raise failure

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _addresses(self, request: httpx.Request) -> list[Address]:
        name = request.url.raw_host.decode("ascii").strip("[]")
        try:
            found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{name} is unknown", request=request) from error
        addresses = [ipaddress.ip_address(each[4][0]) for each in found]
        if not self._allow_private and not all(map(is_public, addresses)):
            raise refused(str(request.url), "it leads into a private network")
        return addresses


def _directed(request: httpx.Request, address: Address) -> httpx.Request:
    """The same request to an address; `Host` and the certificate stay those of the name."""
    extensions = request.extensions | {"sni_hostname": request.url.host}
    url = request.url.copy_with(host=str(address))
    return httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also when it is wrapped into another kind."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_UNICAST and address.is_global and address.teredo is None


def shown(url: str) -> str:
    """An address without what may be secret in it: no password, no query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "This address"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def refused(url: str, reason: str) -> Unprocessable:
    return Unprocessable(
        f"{shown(url)} is not fetched: {reason}.",
        code="address_refused",
        hint="use a public https address; for a feed in your own network set TRESEN_ALLOW_PRIVATE_FEEDS=true",
    )


def _unavailable(say: str) -> Unavailable:
    hint = "nothing was changed; open the address in a browser to see whether it works, then try again"
    return Unavailable(say, code="feed_unavailable", hint=hint)


def _refuse_failure(answer: httpx.Response, where: str) -> None:
    if answer.is_success:
        encoding = answer.headers.get("content-encoding", "identity").strip().lower()
        if encoding in ("identity", "gzip", "x-gzip", ""):
            return
        raise _unavailable(f"{where} is packed as {encoding[:20]!r}, which nobody asked for.")
    raise _unavailable(f"{where} answers {answer.status_code} {answer.reason_phrase[:60]}.")
