#!/bin/sh
# tell.sh KIND BEGUN NAME BYTES [URL [DATABASE]]: notes a backup that is good (KIND base or dump; BEGUN as
# 2026-11-23T01:00:00Z) in the service's database, for the alert LiandongBackupOverdue. A database
# that is no service's is left alone.
set -eu
kind=$1 begun=$2 name=$3 bytes=$4 url=${5:-} database=${6:-}
set -- --no-psqlrc --quiet --no-password --set ON_ERROR_STOP=1 --set "kind=$kind" --set "begun=$begun" \
    --set "name=$name" --set "bytes=$bytes"
if [ -n "$url" ]; then set -- "$@" --dbname "$url"; fi
if [ -n "$database" ]; then set -- "$@" --set "database=$database"; fi
psql "$@" <<'SQL'
\if :{?database}
    \connect -reuse-previous=on :"database"
\endif
SELECT to_regclass('backbone.backup') IS NOT NULL AS service \gset
\if :service
    INSERT INTO backbone.backup (kind, begun_at, name, bytes)
    VALUES (:'kind', :'begun', :'name', :'bytes') ON CONFLICT DO NOTHING;
    DELETE FROM backbone.backup WHERE begun_at < clock_timestamp() - interval '2 years';
\endif
SQL
