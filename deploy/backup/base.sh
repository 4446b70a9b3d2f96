#!/bin/sh
# base.sh FOLDER [URL]: a base backup of the whole server, checked, in FOLDER/<UTC time>.
# With the WAL that archive.sh has kept since, every instant after it can be restored.
# Where the server only reads (a standby), nothing is noted: tell.sh does so on the primary.
set -eu
folder=$1 url=${2:-}
begun=$(date -u +%Y-%m-%dT%H:%M:%SZ)
name=$(printf %s "$begun" | tr -d ':-')
part=$folder/$name.part
if [ -n "$url" ]; then set -- --dbname "$url"; else set --; fi
pg_basebackup "$@" --pgdata "$part" --checkpoint fast --wal-method stream --no-password
pg_verifybackup --quiet "$part"
mv "$part" "$folder/$name"
sync "$folder"
echo "$folder/$name"

bytes=$(($(du -sk "$folder/$name" | cut -f 1) * 1024))
databases="SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"
psql "$@" --no-psqlrc --no-password --tuples-only --no-align --command "$databases" |
    while IFS= read -r database; do
        sh "$(dirname "$0")/tell.sh" base "$begun" "$name" "$bytes" "$url" "$database" </dev/null ||
            echo "base.sh: the backup is good, and could not be noted in $database" >&2
    done
