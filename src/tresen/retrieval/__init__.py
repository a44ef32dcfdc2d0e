"""Finds product ids and policy passages: filters decide first, ranking orders what they leave."""

import os

# Searches run side by side in threads. BLAS and OpenMP pools inside each would spin against one another on a few
# cores, and they read these variables once, when numpy is first imported.
for _pool in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_pool, "1")
