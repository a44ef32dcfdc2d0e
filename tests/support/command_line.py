"""The command run in this process, with nothing of the environment but what it is told."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tresen import cli


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


Tresen = Callable[..., Done]


def commands(home_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tresen:
    """Runs a command line and catches how it ends; `home` is the shop's folder, if not `home_folder`."""
    for name in os.environ:
        if name.startswith(("TRESEN_", "OPENAI_", "TELEGRAM_", "WHATSAPP_")):
            monkeypatch.delenv(name)

    def run(*args: str, home: Path = home_folder, **env: str) -> Done:
        capsys.readouterr()
        told = {"TRESEN_HOME": str(home), "TRESEN_ENCODER": "none", "COLUMNS": "120"}
        with monkeypatch.context() as patched, pytest.raises(SystemExit) as left:
            for name, value in (told | env).items():
                patched.setenv(name, value)
            patched.setattr("sys.argv", ["tresen", *args])
            cli.main()
        out, err = capsys.readouterr()
        return Done(int(left.value.code or 0), out, err)

    return run
