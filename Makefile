# Everything installs itself into .venv; Python 3.11 or newer, git and make are all that is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test test-kills test-browser check format docs bench clean

run: $(VENV)/run.stamp
	$(BIN)/lossmodel run palmyra-tankers

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

test-kills: $(VENV)/dev.stamp
	LOSSMODEL_KILLS=50 $(BIN)/python -m pytest tests/test_sweep_store.py -k killed

test-browser: $(VENV)/browser.stamp
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup browser

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/docs.stamp
	$(BIN)/python docs/claims_page.py > docs/claims.md.new
	mv docs/claims.md.new docs/claims.md
	$(BIN)/python docs/commands_page.py > docs/commands.md.new
	mv docs/commands.md.new docs/commands.md
	$(BIN)/python docs/notebook_page.py > docs/notebook.ipynb.new
	mv docs/notebook.ipynb.new docs/notebook.ipynb
	$(BIN)/python docs/pictures.py
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet docs dist/docs
	@echo "open dist/docs/index.html"

bench: $(VENV)/bench.stamp
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/run.stamp: pyproject.toml requirements/run.txt requirements/report.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "lossmodel needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --requirement requirements/run.txt --requirement requirements/report.txt
	$(PIP) install --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(PIP) install --requirement requirements/dev.txt
	touch $@

$(VENV)/browser.stamp: $(VENV)/dev.stamp requirements/browser.txt
	$(PIP) install --requirement requirements/browser.txt
	touch $@

$(VENV)/docs.stamp: $(VENV)/dev.stamp requirements/docs.txt
	$(PIP) install --requirement requirements/docs.txt
	touch $@

$(VENV)/bench.stamp: $(VENV)/run.stamp requirements/bench.txt
	@grep -v '^#' requirements/bench.txt | while read -r peer; do \
	  $(PIP) install --constraint requirements/run.txt "$$peer" || echo "$$peer: not installed, hence not compared"; \
	done
	touch $@
