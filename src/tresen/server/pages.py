"""The pages and files we serve ourselves: widget, inbox, demo shop, pictures."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

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
async def home() -> Response:
    return RedirectResponse("/demo")


@router.get("/demo")
@router.get("/demo/policies/{document}")
async def demo(request: Request) -> Response:
    """The small demo storefront with the widget in it; citations lead to its policy pages."""
    return Response(request.app.state.pages["demo.html"], media_type="text/html")


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(request.app.state.widget, media_type="text/javascript", headers=headers)
