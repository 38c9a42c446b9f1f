# Two commands set everything up on a machine with Python >= 3.11:
#   make demo   grade the example class and say where the report is
#   make test   lint, types, import contracts and all tests

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
EXTRAS := dev,dask,postgres,release,similar
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test lint format types imports tests verify stubs messages clean

# exit code 1 says that a submission can't be graded: one of the class can't, on purpose;
# a run that could grade nothing at all has written no page
demo: $(VENV)/core
	$(BIN)/grader grade examples/class --out results/demo || [ $$? -eq 1 ]
	@test -f results/demo/index.html

test: lint types imports tests

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/dev
	$(BIN)/mypy

imports: $(VENV)/dev
	$(BIN)/lint-imports

tests: $(VENV)/dev
	$(BIN)/pytest -n 2 --dist loadgroup

verify: $(VENV)/core
	$(BIN)/grader verify

stubs: $(VENV)/core
	$(BIN)/grader stubs

# what is new is put into the catalogues of translations, what is gone taken out
messages: $(VENV)/dev
	$(BIN)/python tests/languages/extract.py

clean:
	rm -rf $(VENV) results .mypy_cache .ruff_cache .pytest_cache

$(VENV)/core: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

# in one go: three calls of pip would build this project three times
$(VENV)/dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[$(EXTRAS),tf]' || (echo "TensorFlow can't be installed here: its tests are skipped" && $(PIP) --editable '.[$(EXTRAS)]')
	touch $(VENV)/core $@
