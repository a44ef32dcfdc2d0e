"""The small shop that sells, open on each database, and somebody who has come in."""

from pathlib import Path
from typing import Any

import pytest
import selling

from tresen.conversation.shoppers import Shopper
from tresen.counter.till import Till
from tresen.kit.db import Database


@pytest.fixture
def till(tmp_path: Path, clock: Any) -> Till:
    return selling.till(tmp_path, clock)


@pytest.fixture
async def shopper(each_db: Database) -> Shopper:
    await selling.open_shop(each_db)
    async with each_db.write() as tx:
        return await selling.visitor(tx)
