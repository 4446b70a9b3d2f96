#!/bin/sh
# dump.sh FOLDER NAME URL: one service's database in one file, FOLDER/NAME-<UTC time>.dump.
# One snapshot: what is committed in it is in it with its events, whatever the services do meanwhile.
set -eu
folder=$1 name=$2 url=$3
begun=$(date -u +%Y-%m-%dT%H:%M:%SZ)
file=$folder/$name-$(printf %s "$begun" | tr -d ':-').dump
pg_dump --dbname "$url" --format custom --no-owner --no-privileges --no-password --file "$file.part"
pg_restore --list "$file.part" >/dev/null
mv "$file.part" "$file"
(cd "$folder" && sha256sum "${file##*/}" >"${file##*/}.sha256")
sync "$folder"
echo "$file"
sh "$(dirname "$0")/tell.sh" dump "$begun" "${file##*/}" "$(wc -c <"$file")" "$url" ||
    echo "dump.sh: the backup is good, and could not be noted in the database" >&2
