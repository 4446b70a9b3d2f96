#!/bin/sh
# 生成 stack/.env（随机密码，只生成一次）。Runs the platform's own tool in its own image, so that this
# machine needs no Python.
set -eu
cd -- "$(dirname -- "$0")/stack" || exit 1
image=$(sed -n 's/^LIANDONG_VERSION=/liandong:/p' images.env)
"${LIANDONG_DOCKER:-docker}" run --rm --network none --user "$(id -u):$(id -g)" \
  --volume "$PWD:/stack" "$image" python /stack/tools/compose_env.py
printf '%s\n' "已就绪：$PWD/.env，请妥善保存；它含有数据库密码与个人信息密钥。"
