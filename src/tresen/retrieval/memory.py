"""Memory that a load took and needs no more goes back to the system, where the system's allocator can be asked to."""

import ctypes
import gc
import sys


def give_back() -> None:
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, others do not
        if trim is not None:
            trim(0)
