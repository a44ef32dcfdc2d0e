"""The words the model reads: Markdown with front matter and Jinja placeholders; a shop may override any file."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import frontmatter
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from tresen.kit.errors import Misconfigured

_environment = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)


def render(name: str, home: Path, **values: Any) -> str:
    """The prompt `name`, from the shop's folder if it is there, else ours.

    Raises:
        Misconfigured: no such prompt, or it asks for a value that does not exist.
    """
    path = _find(name, home)
    try:
        return _environment.from_string(_body(path, path.stat().st_mtime_ns)).render(**values).strip()
    except TemplateError as error:
        raise Misconfigured(f"The prompt {path.name} cannot be filled: {error}", hint=f"mend {path}") from error


def written(name: str, home: Path) -> str:
    """The prompt as it stands in its file, placeholders and all."""
    path = _find(name, home)
    return _body(path, path.stat().st_mtime_ns)


def _find(name: str, home: Path) -> Path:
    installed = Path(str(files("tresen"))) / "_prompts"
    checkout = Path(str(files("tresen"))).parents[1] / "prompts"
    for folder in (home / "prompts", installed, checkout):
        if (path := folder / f"{name}.md").is_file():
            return path
    raise Misconfigured(
        f"There is no prompt {name!r}.", hint="reinstall Tresen, or add it to the shop's prompts folder"
    )


@lru_cache(maxsize=64)
def _body(path: Path, _changed: int) -> str:
    return str(frontmatter.loads(path.read_text("utf-8")).content)
