"""Processes for tests that kill: forked from one that has imported all that takes seconds."""

import multiprocessing
import os
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["mortal", "mortal_shop", "mortal_ingest"])
# The fork server does not take over this process's path.
os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
