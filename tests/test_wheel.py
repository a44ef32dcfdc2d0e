"""The wheel holds everything: built, installed into a fresh environment, and asked one question."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_carries_prompts_demo_and_suites(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "tresen/_prompts/agent.md",
        "tresen/words/de/conversation.ftl",
        "tresen/migrations/versions/0001_the_shop_the_log_and_the_outbox.py",
        "tresen/server/static/widget.js",
        "tresen/tresen.toml.template",
        "catalog_ingest/demo/products/running.jsonl",
        "catalog_ingest/demo/policies/de/returns.md",
        "catalog_ingest/demo/shapes/sock.svg",
        "evals/suites/find/samples.jsonl",
        "evals/suites/retrieval/samples.jsonl",
    ):
        assert part in names, part
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"tresen", "catalog_ingest", "evals"}


def test_an_installed_tresen_answers_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    """Fresh but for the third parties, which are borrowed from this environment instead of downloaded again."""
    fresh = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(fresh)], check=True)
    python = fresh / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check"]
    subprocess.run([*install, wheel], check=True, capture_output=True)
    borrowed = next(path for path in sys.path if path.endswith("site-packages"))
    (next((fresh / "lib").glob("python*/site-packages")) / "borrowed.pth").write_text(borrowed)
    environment = {"PATH": os.environ["PATH"], "TRESEN_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    where = subprocess.run(
        [python, "-c", "import tresen, catalog_ingest, evals; print(tresen.__file__, catalog_ingest.__file__)"],
        check=True, capture_output=True, text=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert str(ROOT) not in where.stdout
    asked = subprocess.run(
        [fresh / "bin" / "tresen", "demo", "--check"],
        capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=300,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr[-2000:]
    assert "1. " in asked.stdout
