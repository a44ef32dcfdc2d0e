"""Documentation that cannot lie: the README's commands and links are checked."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_help_in_the_readme_is_the_help() -> None:
    shown = README.split("<!-- help:")[1].split("```")[1].strip()
    run = [sys.executable, "-c", "from tresen.cli import main; main()", "--help"]
    told = subprocess.run(run, capture_output=True, text=True, check=True, env={"COLUMNS": "100"}).stdout
    assert shown == told.replace("Usage: -c", "Usage: tresen").strip()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_the_first_screen_has_the_two_commands_and_a_picture() -> None:
    first = "\n".join(README.splitlines()[:25])
    assert "make demo" in first
    assert "make test" in first
    assert "![" in first
