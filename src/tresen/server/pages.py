"""The pages and files we serve ourselves: widget, inbox, demo shop, pictures."""

import asyncio
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import resvg_py
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from tresen.kit.errors import NotFound
from tresen.kit.ids import row_id
from tresen.server.deps import App

PNG_WIDTH = 480  # pixels

router = APIRouter(include_in_schema=False)


def mount(app: FastAPI, media: Path) -> None:
    """Serve the static files, the shop's pictures, and keep the pages at hand."""
    static = Path(str(files("tresen"))) / "server" / "static"
    media.mkdir(parents=True, exist_ok=True)
    app.state.pages = {page.name: page.read_bytes() for page in static.glob("*.html")}
    app.state.widget = (static / "widget.js").read_bytes()
    app.mount("/static", StaticFiles(directory=static), name="static")
    app.mount("/media", StaticFiles(directory=media), name="media")


@router.get("/")
@router.head("/")
async def home() -> Response:
    return RedirectResponse("/demo")


@router.get("/demo")
@router.head("/demo")
@router.get("/demo/policies/{document}")
@router.head("/demo/policies/{document}")
async def demo(request: Request) -> Response:
    """The small demo storefront with the widget in it; citations lead to its policy pages."""
    return Response(request.app.state.pages["demo.html"], media_type="text/html")


@router.get("/cart/{token}")
@router.head("/cart/{token}")
async def carried(token: Annotated[str, PathParameter(pattern=r"^[\w-]{1,64}$")]) -> Response:
    """A cart link: the storefront opens it, in the visitor's own conversation."""
    return RedirectResponse(f"/demo#/cart/{token}", 303)


@router.get("/media/{name}.png")
async def png(app: App, name: Annotated[str, PathParameter(pattern=r"^[\w.-]+$")]) -> Response:
    """A picture for networks that take no SVG: made from the SVG when it is first asked for."""
    target = app.settings.folder / "media" / f"{name}.png"
    drawing = target.with_suffix(".svg")
    if not target.exists() and drawing.exists():
        await asyncio.to_thread(_paint, drawing, target)
    if not target.exists():
        raise NotFound("There is no such picture.")
    return FileResponse(target, media_type="image/png")


def _paint(drawing: Path, target: Path) -> None:
    painted = resvg_py.svg_to_bytes(svg_string=drawing.read_text("utf-8"), width=PNG_WIDTH, skip_system_fonts=True)
    draft = target.with_suffix(f".{row_id()}")  # nobody ever sees half a picture
    draft.write_bytes(bytes(painted))
    draft.replace(target)


@router.get("/widget.js")
@router.head("/widget.js")
async def widget(request: Request) -> Response:
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(request.app.state.widget, media_type="text/javascript", headers=headers)
