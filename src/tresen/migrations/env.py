"""Alembic's entry point. The caller gives an open connection and owns the transaction."""

from alembic import context

import tresen.conversation.tables
import tresen.shop.sales
import tresen.shop.tables  # noqa: F401  (both imports fill the metadata)
from tresen.kit.db import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
