#!/bin/sh
# restore.sh FILE URL: a dump into a new, empty database, in one transaction: whole or not at all.
# The service refuses to start there until `liandong recover` was told.
set -eu
file=$1 url=$2
if [ -e "$file.sha256" ]; then
    (cd "$(dirname "$file")" && sha256sum --check --quiet "${file##*/}.sha256")
fi
tables="SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"
if [ "$(psql --no-psqlrc --dbname "$url" --no-password --tuples-only --no-align --command "$tables")" != 0 ]; then
    echo "restore.sh: the database is not empty; restore into a new one" >&2
    exit 1
fi
pg_restore --dbname "$url" --no-owner --no-privileges --no-password --single-transaction \
    --exit-on-error "$file"
psql --no-psqlrc --quiet --dbname "$url" --no-password \
    --command "SET client_min_messages = error" --command ANALYZE
