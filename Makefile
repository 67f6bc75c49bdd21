# `make help` lists the commands. Everything lives in .venv, node_modules and var, which git ignores.
PYTHON ?= python3
PY := .venv/bin/python
BOOTSTRAP := $(PYTHON) config/dev/bootstrap.py
CRAWL := $(foreach part,crawl leaks walls sockets methods load replays_at_once,config/tests/proof/test_$(part).py) config/tests/proof/matrix

.DEFAULT_GOAL := help
.PHONY: help run run-full install test check bench drill shots lock audit licences fault matrix races crawl

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## install what is missing and serve at http://localhost:8000 (PORT=8001 make run), on SQLite, one process
	@$(BOOTSTRAP) run && exec $(PY) manage.py serve

run-full: ## the same on PostgreSQL, Valkey, gunicorn, Daphne, worker, beat and a proxy
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.full

install: ## create .venv with everything, also what tests need
	@$(BOOTSTRAP) dev

test: ## everything that proves the product: both engines, real processes, a browser, the gates
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.test

check: ## the gates alone: style, types, architecture, sizes, files in sync
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.check

fault: ## 200 kills, stores stopped and emptied, full disks, under load (half an hour); FAULT_SEED repeats a run
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.fault

crawl: ## everybody at every door with everybody else's ids, leaks, walls off, hostile strings: full size, both engines
	@$(BOOTSTRAP) dev && export CRAWL_WHOLE=1 CRAWL_REQUESTS=$${CRAWL_REQUESTS:-5000} && \
	$(PY) -m pytest -qs $(CRAWL) && $(PY) -m config.dev.engines run -- $(PY) -m pytest -qs $(CRAWL) && \
	exec $(PY) -m pytest -qsm browser config/tests/proof/hostile

races: ## fifty at one instant for one thing, RACE_ROUNDS times (20), on both engines
	@$(BOOTSTRAP) dev && export RACE_ROUNDS=$${RACE_ROUNDS:-20} && \
	$(PY) -m pytest -q config/tests/proof/test_races.py && \
	exec $(PY) -m config.dev.engines run -- $(PY) -m pytest -q config/tests/proof/test_races.py

matrix: ## who may open which door, read which fields, change which columns: the tables anew; read what has changed
	@$(BOOTSTRAP) dev && exec $(PY) -m config.tests.proof.matrix

bench: ## figures as ratios to floors measured in the same run; also in var/bench.json
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.bench

drill: ## a big installation backed up and restored to empty hosts of both engines, by the clock; also in var/drill.json
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.drill

shots: ## screenshots of every page, 1280 and 360 px, light and dark, into var/shots
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.shots

lock: ## write the locked requirements anew from the .in files and package.json
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.lock

audit: ## ask the public advisories about everything that is locked; needs a network
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.audit

licences: ## write docs/licences.md from what is locked; fails for terms that are not accepted
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.licences
