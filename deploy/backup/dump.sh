#!/bin/sh
# dump.sh FOLDER NAME URL: one service's database in one file, FOLDER/NAME-<UTC time>.dump.
# One snapshot: what is committed in it is in it with its events, whatever the services do meanwhile.
set -eu
folder=$1 name=$2 url=$3
file=$folder/$name-$(date -u +%Y%m%dT%H%M%SZ).dump
pg_dump --dbname "$url" --format custom --no-owner --no-privileges --no-password --file "$file.part"
pg_restore --list "$file.part" >/dev/null
mv "$file.part" "$file"
(cd "$folder" && sha256sum "${file##*/}" >"${file##*/}.sha256")
sync "$folder"
echo "$file"
