"""`make test-live`: every suite against the model that the environment names, what it cost, and the README's table."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.labels import suites
from tresen import evaluation
from tresen.settings import Settings
from tresen.spent import Spent

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- live: `make test-live` writes what follows -->", "<!-- /live -->"
MISSING = (
    "There is no model to play against. Set OPENAI_API_KEY and TRESEN_MODEL, and OPENAI_BASE_URL for another server\n"
    "than OpenAI's (a local one takes any key).\n"
)


def play(names: Sequence[str], limit: int | None, readme: Path | None) -> int:
    """0 played; 1 the model never answered or a suite broke off; 2 no key, no model or no such suite."""
    settings = Settings()
    if not settings.openai_api_key.get_secret_value() or not settings.model:
        sys.stderr.write(MISSING)
        return 2
    if unknown := set(names) - set(suites()):
        sys.stderr.write(f"There is no suite {', '.join(sorted(unknown))}. Suites: {', '.join(suites())}.\n")
        return 2
    from evals import board  # takes seconds to import, and needs an extra

    spent = Spent()
    with TemporaryDirectory(prefix="tresen-live-") as log_dir:
        for name in names:
            evaluation.run(name, limit, 0.0, Path(log_dir), spent=spent)
        found = board.lines(Path(log_dir))
    sys.stdout.write(f"\n{(told := board.table(found))}\n\n{settings.model}: {spent.told()}\n")
    if not spent.calls or len(found) < len(names) or not all(line.whole for line in found):
        sys.stderr.write("The model never answered.\n" if not spent.calls else "Not every suite came to its end.\n")
        return 1
    if readme is not None:
        write(readme, f"{told}\n\n`{settings.model}`, {date.today():%Y-%m-%d}: {spent.told()}.")
    return 0


def write(readme: Path, told: str) -> None:
    """Put the table between the marks; ValueError when a README has none."""
    text = readme.read_text("utf-8")
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (mark and end):
        raise ValueError(f"{readme} has no {BEGIN} … {END}")
    readme.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make test-live", description=__doc__)
    parser.add_argument("suites", nargs="*", help="all without any; only all of them, whole, are written to the README")
    parser.add_argument("--limit", type=int, help="only so many samples of each")
    given = parser.parse_args(argv)
    everything = not given.suites and given.limit is None
    return play(given.suites or list(suites()), given.limit, README if everything else None)


if __name__ == "__main__":
    sys.exit(main())
