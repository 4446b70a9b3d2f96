# Every command works in a fresh checkout: the first one sets up .venv by itself.
# Everything that is made at run time goes under build/.

PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo story drill run test faults upgrade timeline fuzz bench check format contracts up down offline-kit clean-data lock

# A run of tests starts hundreds of processes: without bytecode each would compile all modules anew.
test faults upgrade timeline fuzz: export PYTHONDONTWRITEBYTECODE :=

help: ## 显示本帮助
	@echo "联动 Liandong —— 可用命令："
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## 准备 Python 环境（其他命令会自动执行）
	@PYTHON="$(PYTHON)" bash tools/setup.sh

demo: setup ## 演示一个完整的联动故事
	@$(PY) -m story demo $(ARGS)

story: setup ## 演示同一个故事；COMPOSE=1 时在容器中（Kafka、Keycloak、反向代理）
	@$(if $(COMPOSE),$(PYTHON) tools/compose_secrets.py)
	@$(PY) -m story $(if $(COMPOSE),containers,demo) $(ARGS)

drill: setup ## 容器演练：逐个终止容器，核对没有丢失、没有重复，结果写入 build/drill.json
	@$(PYTHON) tools/compose_secrets.py
	@$(PY) -m story drill $(ARGS)

run: setup ## 启动整个平台，直到按 Ctrl-C
	@$(PY) -m liandong.embedded run $(ARGS)

test: setup ## 运行全部测试（可加 ARGS="-k 名称"）
	@$(PY) tools/which_kafka.py
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

faults: setup ## 故障演练：在写明的位置终止进程、切断连接，逐项核对，结果写入 build/faults.json
	@$(PY) tools/which_kafka.py
	@$(PY) -m pytest -n 2 --dist loadfile tests/faults --campaign --faults-json build/faults.json $(ARGS)

upgrade: setup ## 由较早的版本（FROM=提交）升级、回退、再升级，期间业务不停，逐项核对
	@$(PY) tools/which_kafka.py
	@$(PY) -m tests.upgrade $(FROM) $(ARGS)

timeline: setup ## 信用名单五年推演：随机事实逐日与独立的规则模型对照（MANY=组织数，默认 1000）
	@LIANDONG_TIMELINE_ORGANIZATIONS=$(or $(MANY),1000) $(PY) -m pytest -s services/credit-list/tests/timeline $(ARGS)

fuzz: setup ## 按五份 OpenAPI 文档随机请求（EXAMPLES=每个操作的次数）
	@LIANDONG_FUZZ_EXAMPLES=$(or $(EXAMPLES),200) $(PY) -m pytest -n 2 --dist loadfile tests/fuzz $(ARGS)

bench: setup ## 性能测量：与同一次运行中的下限比较（ONLY=名称 只测一项），结果写入 build/bench.json
	@$(PY) tools/which_kafka.py
	@$(PY) -m benchmarks $(if $(ONLY),--only $(ONLY)) --json build/bench.json $(ARGS)

check: setup ## 静态检查：格式、类型、依赖方向、契约、迁移
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m pyright
	.venv/bin/lint-imports --no-logo --cache-dir build/import-linter
	$(PY) -m liandong.contracts check
	$(PY) -m tools.observability check
	$(PY) tools/check_migrations.py

format: setup ## 按统一格式改写代码
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

contracts: setup ## 由代码重新生成 contracts/
	@$(PY) -m liandong.contracts write

up: ## 用 Docker Compose 启动（PostgreSQL、Kafka、Keycloak、各服务、反向代理）
	@$(PYTHON) tools/compose_secrets.py
	LIANDONG_REVISION=$$(git rev-parse HEAD 2>/dev/null) docker compose up --build --detach --wait

down: ## 停止 Docker Compose 启动的平台
	docker compose down

offline-kit: setup ## 制作离线交付包 build/offline-kit（需要 Docker、mmdebstrap、Maven）
	@$(PY) -m tools.offline kit $(ARGS)

clean-data: setup ## 删除 make run 与 make demo 的数据（平台运行时拒绝；YES=1 不再询问）
	@$(PY) -m liandong.embedded clean --folder build/run $(if $(YES),--yes)
	@$(PY) -m liandong.embedded clean --folder build/demo $(if $(YES),--yes)

lock: setup ## 按 requirements.in 更新 requirements.lock（需要 uv）
	@$(PY) -m uv --version >/dev/null 2>&1 || { \
	  echo "请先安装 uv： $(PY) -m pip install uv（Install uv first）" >&2; exit 1; }
	@$(PY) -m uv pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 requirements.in -o requirements.lock
