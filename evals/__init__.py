"""Suites that score the agent: samples judged from a catalog alone, run on Inspect (`pip install 'tresen[evals]'`)."""
