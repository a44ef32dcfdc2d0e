"""Turns SVG pictures into PNG twins, for networks that take no SVG; `python -m catalog_ingest.painting FOLDER I N`.

A picture takes about a tenth of a second and the painter lets no other Python run meanwhile, so it has processes of
its own, which import nothing else.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path

WIDTH = 480  # pixels
log = logging.getLogger(__name__)


def unpainted(folder: Path) -> list[Path]:
    """The pictures without a twin."""
    return [picture for picture in sorted(folder.glob("*.svg")) if not picture.with_suffix(".png").exists()]


async def paint(folder: Path) -> bool:
    """Paint every twin that is missing, on all cores; whether all could be painted."""
    if not unpainted(folder):
        return True
    count = min(os.cpu_count() or 1, 4)
    command = (sys.executable, "-m", __name__, str(folder))
    painters = [await asyncio.create_subprocess_exec(*command, str(part), str(count)) for part in range(count)]
    try:
        codes = [await painter.wait() for painter in painters]
    finally:
        for painter in painters:
            if painter.returncode is None:
                painter.kill()
    if any(codes):
        log.warning("some pictures could not be turned into PNG")
    return not any(codes)


def write(target: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(target)


def _paint(folder: Path, part: int, parts: int) -> None:
    import resvg_py

    for picture in unpainted(folder)[part::parts]:
        painted = resvg_py.svg_to_bytes(svg_string=picture.read_text("utf-8"), width=WIDTH, skip_system_fonts=True)
        write(picture.with_suffix(".png"), bytes(painted))


if __name__ == "__main__":
    _paint(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
