#!/usr/bin/env bash
# Makes .venv with what requirements.lock names and the packages of this repository, or repairs it.
# Does nothing, quickly, when .venv is already as it should be.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly VENV=.venv
readonly STAMP=$VENV/.liandong-setup
readonly HOME_OF=$VENV/.liandong-folder
readonly UNFINISHED=$VENV/.liandong-unfinished
readonly PACKAGES=(libs/common services/registry services/evaluation services/credit-list
  services/supply-demand services/funding)

say() { printf '%s\n' "$@" >&2; }
fail() { say "$@"; exit 1; }

digest() {
  local sum=cksum
  if command -v sha256sum >/dev/null; then sum=sha256sum
  elif command -v shasum >/dev/null; then sum='shasum -a 256'; fi
  { pwd; cat requirements.lock tools/setup.sh "${PACKAGES[@]/%//pyproject.toml}"; } | $sum
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 python3; do
    if is_new_enough "$candidate"; then printf '%s' "$candidate"; return; fi
  done
  local found
  found=$("${PYTHON:-python3}" --version 2>&1 | head -n 1 || true)
  fail "需要 Python 3.11 或更高版本（${PYTHON:-python3}：${found:-未找到}）。" \
    "请安装后重试，或用 PYTHON=/路径/python3.11 make … 指定。" \
    "Python 3.11 or newer is needed (${PYTHON:-python3}: ${found:-not found})." \
    "Install it and try again, or name it: PYTHON=/path/to/python3.11 make …"
}

# A virtual environment that was interrupted, moved, or whose Python was removed is made anew.
is_usable() {
  is_new_enough "$VENV/bin/python" && [[ ! -e $UNFINISHED ]] &&
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 &&
    { [[ ! -e $HOME_OF ]] || [[ "$(cat "$HOME_OF")" == "$(pwd)" ]]; }
}

make_venv() {
  local python
  python=$(find_python)
  "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
    fail "Python 缺少 venv 模块，请先安装：apt install python3-venv，然后重试。" \
      "Python lacks its venv module. Install it (apt install python3-venv) and try again."
  if [[ -e $VENV || -L $VENV ]]; then # out of the way of whatever an interrupted set-up still writes
    mkdir -p build
    mv "$VENV" "build/.old-venv.$$"
    rm -rf build/.old-venv.* || true
  fi
  say "正在建立 Python 环境 $VENV …… （making the virtual environment）"
  "$python" -m venv "$VENV"
}

wanted=$(digest)
if [[ -e $STAMP && "$(cat "$STAMP")" == "$wanted" ]] && is_new_enough "$VENV/bin/python"; then
  exit 0
fi

if command -v flock >/dev/null; then # two commands at once: the second waits for the first
  mkdir -p build
  exec 9>build/.setup.lock
  flock 9
  [[ ! -e $STAMP || "$(cat "$STAMP")" != "$wanted" ]] || exit 0
fi
rm -f "$STAMP"
is_usable || make_venv
pwd >"$HOME_OF"
touch "$UNFINISHED"

pip() {
  "$VENV/bin/python" -m pip --disable-pip-version-check --no-input "$@" --root-user-action=ignore -q
}

say "正在安装依赖，首次约需几分钟 …… （installing; a few minutes the first time）"
pip install --require-hashes -r requirements.lock ||
  fail "依赖安装失败，请检查网络或软件源后重试。 Installing failed: check the network and try again."
editable=()
for package in "${PACKAGES[@]}"; do editable+=(-e "$package"); done
pip install --no-index --no-build-isolation --no-deps "${editable[@]}"

rm "$UNFINISHED"
printf '%s\n' "$wanted" >"$STAMP"
say "环境已就绪。 （ready）"
