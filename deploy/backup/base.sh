#!/bin/sh
# base.sh FOLDER [URL]: a base backup of the whole server, checked, in FOLDER/<UTC time>.
# With the WAL that archive.sh has kept since, every instant after it can be restored.
set -eu
folder=$1 url=${2:-}
name=$(date -u +%Y%m%dT%H%M%SZ)
part=$folder/$name.part
if [ -n "$url" ]; then set -- --dbname "$url"; else set --; fi
pg_basebackup "$@" --pgdata "$part" --checkpoint fast --wal-method stream --no-password
pg_verifybackup --quiet "$part"
mv "$part" "$folder/$name"
sync "$folder"
echo "$folder/$name"
