"""The planner: the offline, deterministic chat model that ships with Tresen."""
