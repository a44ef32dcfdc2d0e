"""Flat product illustrations for the demo shop.

Each picture is a shape from ``shapes/`` (an SVG fragment with ``$`` placeholders), tinted by the colour of
the variant. The title decides, always the same way, the accent colour, the pattern and the backdrop, so that
two products of one kind look different and the variants of one product belong together.
"""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template

COLORS = {
    "black": "#3a3f49", "white": "#f4f5f7", "grey": "#9aa1ad", "blue": "#2f6fdb", "light blue": "#86bff0",
    "navy": "#26406f", "red": "#d93a3f", "orange": "#f2832b", "yellow": "#f5c52e", "neon yellow": "#d9f02c",
    "green": "#3a9d5d", "olive": "#7d8248", "turquoise": "#2bb5b4", "purple": "#8157bf", "pink": "#ee6fa3",
    "brown": "#8b5e3f", "beige": "#dcc7a2", "silver": "#c5cbd3",
}  # fmt: skip
NEUTRALS = ("#7f91a6", "#93a39a", "#a89f94", "#9a93a6", "#86a0a8")  # for products without a colour
PACKAGES = ("#e58a4e", "#d9635f", "#6aa56b", "#4f93b8", "#d9a441", "#a06fb0")  # wrappers, likewise
ACCENTS = ("#ff8a47", "#ffd04a", "#37c5b5", "#f3f5f8", "#4c8dff", "#f0617f", "#b7e04f", "#2b3a55")
BACKDROPS = ("#dfe7ef", "#e9e4da", "#dee9e3", "#e9e1e6", "#e2e3ee")


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))


def _mix(color: str, other: str, share: float) -> str:
    """``color`` with ``share`` (0 to 1) of ``other`` mixed in."""
    pairs = zip(_rgb(color), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _far(color: str, other: str) -> bool:
    return sum(abs(a - b) for a, b in zip(_rgb(color), _rgb(other), strict=True)) > 190


def _pattern(kind: int, shift: int, accent: str, light: str, dark: str) -> str:
    """A drawing over the whole canvas; the shape clips it to its fabric."""
    if kind == 0:  # plain
        return ""
    if kind == 1:  # slanted double stripe
        x = 150 + shift
        return (
            f'<path d="M{x} 480L{x + 170} 0h34L{x + 34} 480z" fill="{accent}"/>'
            f'<path d="M{x + 50} 480L{x + 220} 0h12L{x + 62} 480z" fill="{light}"/>'
        )
    if kind == 2:  # hoops
        rows = range(100 + shift // 2, 440, 62)
        return "".join(f'<path d="M0 {y}h480v18H0z" fill="{accent}" opacity=".85"/>' for y in rows)
    if kind == 3:  # dots
        spots = [(x + y // 34 % 2 * 17, y) for y in range(17, 480, 34) for x in range(shift // 3, 480, 34)]
        path = "".join(f"M{x} {y}h.1" for x, y in spots)
        return f'<path d="{path}" stroke="{light}" stroke-width="10" stroke-linecap="round" opacity=".8"/>'
    if kind == 4:  # chevrons
        rows = range(170 + shift // 2, 290 + shift // 2, 44)
        path = "".join(f"M-10 {y}L240 {y + 90}L490 {y}" for y in rows)
        return f'<path d="{path}" fill="none" stroke="{accent}" stroke-width="16"/>'
    if kind == 5:  # two tones
        return f'<path d="M0 {300 + shift}L480 {200 + shift}V480H0z" fill="{dark}" opacity=".75"/>'
    lines = "".join(f"M{x} 0L{x - 120} 480" for x in range(shift // 4, 620, 22))  # pinstripes
    return f'<path d="{lines}" stroke="{light}" stroke-width="4" opacity=".55"/>'


@cache
def _specials() -> dict[str, list[list[str]]]:
    """Words in a title (German or English) that call for another shape than the category's usual one."""
    text = (files(__package__) / "shapes" / "by_title.json").read_text("utf-8")
    found: dict[str, list[list[str]]] = json.loads(text)
    return found


@cache
def _shape(name: str) -> Template | None:
    if not re.fullmatch(r"[a-z]+(-[a-z]+)?", name):
        return None
    file = files(__package__) / "shapes" / f"{name}.svg"
    return Template(file.read_text("utf-8")) if file.is_file() else None


def draw(category_code: str, color: str, title: str) -> str:
    """An SVG picture of a product: what ``category_code`` stands for, in ``color`` (an English word)."""
    code = category_code.strip().lower()
    words = title.lower()
    name = next((shape for words_of, shape in _specials().get(code, []) if re.search(words_of, words)), code)
    seed = sha256(title.encode()).digest()
    plain = PACKAGES if code in ("nutr", "gift") and not color.strip() else NEUTRALS
    main = COLORS.get(color.strip().lower(), plain[seed[4] % len(plain)])
    light, dark = _mix(main, "#ffffff", 0.42), _mix(main, "#1d2433", 0.34)
    accents = [c for c in ACCENTS if _far(c, main)]
    accent = accents[seed[0] % len(accents)]
    backdrop = BACKDROPS[seed[1] % len(BACKDROPS)]
    uid = "p" + sha256(f"{code}|{color}|{title}".encode()).hexdigest()[:8]
    shape = _shape(name) or _shape(code) or _shape("parcel")
    assert shape is not None
    kind = 0 if re.search("schlicht|plain", words) else seed[2] % 7
    pattern = _pattern(kind, seed[3] % 60 - 30, accent, light, dark)
    drawing = shape.substitute(
        uid=uid, main=main, light=light, dark=dark, accent=accent, line=_mix(main, "#1d2433", 0.72),
        shadow=f"url(#{uid}s)", pattern=pattern,
    )  # fmt: skip
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480">'
        f'<defs><radialGradient id="{uid}g" cx=".5" cy=".42" r=".75"><stop offset="0" stop-color="#fbfbfc"/>'
        f'<stop offset="1" stop-color="{backdrop}"/></radialGradient>'
        f'<radialGradient id="{uid}s"><stop offset="0" stop-color="#1d2433" stop-opacity=".34"/>'
        '<stop offset="1" stop-color="#1d2433" stop-opacity="0"/></radialGradient></defs>'
        f'<rect width="480" height="480" fill="url(#{uid}g)"/>{drawing}</svg>'
    )
