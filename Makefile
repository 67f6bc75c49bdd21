# `make help` lists the commands. Everything lives in .venv, node_modules and var, which git ignores.
PYTHON ?= python3
PY := .venv/bin/python
BOOTSTRAP := $(PYTHON) config/dev/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run run-full install test check bench shots lock

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

bench: ## figures as ratios to floors measured in the same run; also in var/bench.json
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.bench

shots: ## screenshots of every page, 1280 and 360 px, light and dark, into var/shots
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.shots

lock: ## write the locked requirements anew from the .in files and package.json
	@$(BOOTSTRAP) dev && exec $(PY) -m config.dev.lock
