#!/bin/sh
# 生成 stack/ 中的设置与随机密码（已有的不改动）。Runs the platform's own tool in its own image, so
# that this machine needs no Python.
set -eu
cd -- "$(dirname -- "$0")/stack" || exit 1
image=$(sed -n 's/^LIANDONG_VERSION=/liandong:/p' images.env)
for tool in tools/compose_*.py; do
  "${LIANDONG_DOCKER:-docker}" run --rm --network none --user "$(id -u):$(id -g)" \
    --volume "$PWD:/stack" "$image" python "/stack/$tool"
done
printf '%s\n' "已就绪：$PWD/.env。请妥善保存它以及同一文件夹中的其他密钥文件，其中有数据库密码与个人信息密钥。"
