"""The pages and pictures that we serve ourselves."""

import httpx
import pytest


async def test_pictures_have_a_png_twin_for_messengers(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        hits = (await http.get("/v1/search", params={"q": "Laufsocken", "locale": "de"})).json()["hits"]
        picture = hits[0]["card"]["image"]
        assert (await http.get(picture)).headers["content-type"].startswith("image/svg+xml")
        for _ in range(2):
            twin = await http.get(picture.removesuffix(".svg") + ".png")
            assert twin.content.startswith(b"\x89PNG")
            assert [int.from_bytes(twin.content[at : at + 4], "big") for at in (16, 20)] == [480, 480]


@pytest.mark.parametrize(
    "path", ["/media/none.png", "/media/..%2f..%2ftresen.png", "/media/..%2ftresen.db", "/static/../app.py"]
)
async def test_nothing_but_pictures_comes_out(url: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        assert (await http.get(path)).status_code in (404, 422)


@pytest.mark.parametrize("path", ["/demo", "/demo/policies/any", "/inbox", "/widget.js", "/static/demo.css", "/docs"])
async def test_the_pages_are_there(url: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        assert (await http.get(path)).status_code == 200
