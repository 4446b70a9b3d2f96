#!/bin/sh
# 校验本介质上的文件，再把镜像载入本机的容器引擎。Needs sha256sum and a running Docker, nothing else:
# no network, no Python. May be run again at any time.
set -eu
LC_ALL=C
export LC_ALL
docker=${LIANDONG_DOCKER:-docker}

refuse() {
  printf '%s\n' "$1" >&2
  exit 1
}

cd -- "$(dirname -- "$0")" || exit 1
for file in SHA256SUMS images.txt; do
  [ -f "$file" ] || refuse "介质不完整：缺少文件 $file，请重新复制整个文件夹；没有载入任何镜像。"
done
command -v sha256sum >/dev/null 2>&1 || refuse "本机没有 sha256sum 命令，无法校验；没有载入任何镜像。"

printf '%s\n' "正在校验文件 ……"
if ! checked=$(sha256sum -c SHA256SUMS 2>/dev/null); then
  wrong=$(printf '%s\n' "$checked" | sed -n 's/: FAILED.*$//p' | head -n 1)
  refuse "文件 ${wrong:-SHA256SUMS} 缺失或与校验值不符，请重新复制整个文件夹；没有载入任何镜像。"
fi
# What is not in the list has not been checked, so it is not loaded either.
grep -q '[ *]images\.tar\.gz$' SHA256SUMS ||
  refuse "SHA256SUMS 中没有 images.tar.gz，请重新复制整个文件夹；没有载入任何镜像。"
grep -q '[ *]images\.txt$' SHA256SUMS ||
  refuse "SHA256SUMS 中没有 images.txt，请重新复制整个文件夹；没有载入任何镜像。"

command -v "$docker" >/dev/null 2>&1 || refuse "本机没有 $docker 命令，请先安装 Docker；没有载入任何镜像。"
here=$("$docker" version --format '{{.Server.Arch}}' 2>/dev/null) ||
  refuse "无法连接 Docker，请确认它已启动、当前用户有权使用；没有载入任何镜像。"
there=$(sed -n 's/^# architecture //p' images.txt)
[ "$here" = "$there" ] || refuse "镜像适用于 $there 处理器，本机是 $here；没有载入任何镜像。"

printf '%s\n' "正在载入镜像 ……"
"$docker" load --quiet --input images.tar.gz >/dev/null ||
  refuse "Docker 未能载入 images.tar.gz，请检查磁盘空间后重新运行本脚本。"
grep -v '^#' images.txt | while IFS= read -r image; do
  id=$("$docker" image inspect --format '{{.Id}}' "$image" 2>/dev/null) ||
    refuse "载入后没有找到镜像 $image，请重新运行本脚本。"
  printf '%s\n' "已载入 $image $id"
done
printf '%s\n' "完成。下一步见 README.md。"
