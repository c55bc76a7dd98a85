# The verbs of this project; CI calls the same ones. Settings: PYTHON (a Python 3.11 or later), ARGS (passed on).
SHELL := bash
export PYTHON
export ORT_DISABLE_TELEMETRY ?= 1

FULL := .venv/.installed
LEAN := .venv-demo/.installed
# The page runs in the full environment where there is one, else in its own lean one, without torch.
PAGE := $(if $(wildcard $(FULL)),$(FULL),$(LEAN))

# Two processes, each with its groups of tests (tests/conftest.py); SIDE_BY_SIDE= runs them in one.
SIDE_BY_SIDE ?= --numprocesses 2 --dist loadgroup --no-loadscope-reorder

.PHONY: help demo test check train export readme measure bench parity space lock faults soak fresh static-start

help:
	@echo "make demo     the page on http://127.0.0.1:7860"
	@echo "make test     everything installed, every test run, in a real browser too; ARGS='-k words' for some"
	@echo "make check    ruff and mypy"
	@echo "make train    python -m core.train; ARGS='--preset reference' and so on"
	@echo "make export   models/*.onnx from the weights, compared with torch"
	@echo "make readme   the numbers of README.md, docs/ and the model card, from the records"
	@echo "make space    the folders to push to Hugging Face Spaces, in dist/"
	@echo "make lock     the versions that clean installations bring, into requirements*.lock"
	@echo "make bench    speed, size, memory and errors of every file side by side, and their plot; ARGS='--other FILE.onnx';"
	@echo "              then a training step beside the machine's own matrix products"
	@echo "make parity   every model in every runtime that this machine can run; a second call goes on"
	@echo "make faults   kills servers, fills their disks, moves their clocks, into proof/faults/record.json"
	@echo "make soak     fifty clients for ten minutes, into proof/soak/record.json"
	@echo "make static-start  times the static page's first visit, into proof/static_start/record.json"
	@echo "make fresh    every command of README.md in a fresh clone"
	@echo "make measure  times a clean clone until the page answers, into docs/records/start.json"

demo: $(PAGE)
	@exec $(dir $(PAGE))bin/python app.py $(ARGS)

test: $(FULL)
	@.venv/bin/python -m tests.chromium
	@.venv/bin/python -m tests.firefox
	@.venv/bin/python -m tests.ort_header
	@.venv/bin/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

check: $(FULL)
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy

train: $(FULL)
	@.venv/bin/python -m core.train $(ARGS)

export: $(FULL)
	@.venv/bin/python -m export $(ARGS)
	@.venv/bin/python -m export.changed

readme: $(FULL)
	@.venv/bin/python -m export.pages $(ARGS)

measure: $(FULL)
	@.venv/bin/python -m scripts.measure_start $(ARGS)

space: $(PAGE)
	@$(dir $(PAGE))bin/python -m demo.space $(ARGS)

faults: $(FULL)
	@.venv/bin/python -m proof.faults.run $(ARGS)

soak: $(FULL)
	@.venv/bin/python -m proof.soak.run $(ARGS)

static-start: $(FULL)
	@.venv/bin/python -m proof.static_start.run

fresh: $(FULL)
	@.venv/bin/python -m scripts.fresh_machine $(ARGS)

lock:
	@bash scripts/lock.sh

bench: $(FULL)
	@.venv/bin/python -m export.speed.benchmark $(ARGS)
	@.venv/bin/python -m studies.step --out docs/records/training_step.json
	@.venv/bin/python -m export.pages

parity: $(FULL)
	@.venv/bin/python -m export.runtimes --install $(ARGS); status=$$?; .venv/bin/python -m export.pages && exit $$status

.venv/.installed: requirements.txt $(wildcard requirements.lock)
	@bash scripts/make_venv.sh .venv $<

.venv-demo/.installed: requirements-demo.txt $(wildcard requirements-demo.lock)
	@bash scripts/make_venv.sh .venv-demo $<
