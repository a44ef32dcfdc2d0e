# Needs Python >= 3.11 and make. Everything else is installed into .venv from the hash-locked files.
PYTHON ?= python3
RUN := .venv/bin
PORT := $(or $(TRESEN_PORT),8080)

.PHONY: demo test test-slow test-live check bench lock clean
.DELETE_ON_ERROR:

demo: .venv/ready
	$(RUN)/tresen demo --port $(PORT) $(ARGS)

test: check
	$(RUN)/pytest -m "not slow" -n 2 --dist loadfile $(ARGS)

test-slow: .venv/ready-dev
	$(RUN)/pytest -m slow $(ARGS)

# Every suite against the model that OPENAI_API_KEY, OPENAI_BASE_URL and TRESEN_MODEL name; it costs money.
test-live: .venv/ready-dev
	$(RUN)/python -m tresen.live $(ARGS)

check: .venv/ready-dev
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy --strict src catalog_ingest evals

bench: .venv/ready-dev
	$(RUN)/python bench/spine.py
	$(RUN)/python bench/ingest.py
	$(RUN)/python bench/retrieval.py

# uv makes the install quick; without it plain pip does the same, more slowly.
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Tresen needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	-$(RUN)/python -m pip install --quiet --disable-pip-version-check uv

define install
	@if [ -x $(RUN)/uv ]; then $(RUN)/uv pip install --quiet --python $(RUN)/python --require-hashes -r $(1); \
	else $(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
	@if [ -x $(RUN)/uv ]; then $(RUN)/uv pip install --quiet --python $(RUN)/python --no-deps -e .; \
	else $(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; fi
	@touch $@
endef

.venv/ready: requirements.lock pyproject.toml | .venv/bin/python
	$(call install,requirements.lock)

.venv/ready-dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(call install,requirements-dev.lock)
	@touch .venv/ready

lock: | .venv/bin/python
	$(RUN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml \
		--extra postgres --extra evals --extra stripe --group dev -o requirements-dev.lock
	$(RUN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml \
		-c requirements-dev.lock -o requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache dist
