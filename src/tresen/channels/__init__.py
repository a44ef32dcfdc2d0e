"""Networks we speak through, one file each: a module with `build` is a channel, and nothing is listed anywhere else."""

import sys

from tresen.channels.base import Channel
from tresen.kit.plugins import modules


def configured(public_url: str) -> dict[str, Channel]:
    """Every channel whose settings are there, by name.

    Raises:
        Misconfigured: the settings of a channel are there in part, or wrong.
    """
    builders = [module.build for module in modules(sys.modules[__name__]) if hasattr(module, "build")]
    built: list[Channel | None] = [build(public_url.rstrip("/")) for build in builders]
    return {channel.name: channel for channel in built if channel is not None}
