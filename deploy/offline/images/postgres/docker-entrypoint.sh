#!/bin/bash
# The first start makes the cluster and runs /docker-entrypoint-initdb.d; every start ends in "$@".
# Until the first start is done the cluster has another name, so that one that was cut short
# (no power, a script that fails) begins anew instead of leaving half a database behind.
set -Eeuo pipefail

value_of() { # value_of NAME [default]: $NAME, or what is in the file that $NAME_FILE names
  local name=$1 file="${1}_FILE" default=${2:-}
  if [[ -n ${!name:-} && -n ${!file:-} ]]; then
    echo "$name 与 $file 只能设置一个。" >&2
    exit 1
  fi
  if [[ -n ${!file:-} ]]; then default=$(<"${!file}"); fi
  export "$name=${!name:-$default}"
  unset "$file"
}

read_settings() {
  value_of POSTGRES_PASSWORD
  value_of POSTGRES_USER postgres
  value_of POSTGRES_DB "$POSTGRES_USER"
  value_of POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
  if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
    echo "未设置超级用户密码：请设置 POSTGRES_PASSWORD 或 POSTGRES_PASSWORD_FILE。" >&2
    exit 1
  fi
}

make_cluster() { # make_cluster FOLDER
  local arguments=()
  eval "arguments=($POSTGRES_INITDB_ARGS)"
  if [[ -n ${POSTGRES_INITDB_WALDIR:-} ]]; then arguments+=(--waldir "$POSTGRES_INITDB_WALDIR"); fi
  arguments+=(--pgdata "$1" --username "$POSTGRES_USER")
  if [[ -n $POSTGRES_PASSWORD ]]; then
    initdb "${arguments[@]}" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD")
  else
    initdb "${arguments[@]}"
  fi
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$1/pg_hba.conf"
  sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" "$1/postgresql.conf"
}

run_sql() { PGPASSWORD=$POSTGRES_PASSWORD psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc -U "$POSTGRES_USER" "$@"; }

run_first_scripts() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh)
        echo "$0: $file"
        # As the official image does: what is executable is run, anything else is read in.
        if [[ -x $file ]]; then "$file"; else . "$file"; fi
        ;;
      *.sql) echo "$0: $file" && run_sql -d "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) echo "$0: $file" && gunzip -c "$file" | run_sql -d "$POSTGRES_DB" ;;
      *'/*') ;; # the folder is empty
      *) echo "$0: $file 不是 .sql、.sql.gz 或 .sh，已忽略。" ;;
    esac
  done
}

first_start() { # first_start FOLDER
  make_cluster "$1"
  # Only on the socket: nobody outside sees the server before the scripts are done.
  pg_ctl -D "$1" -o "-c listen_addresses='' -p 5432" -w -t 120 start
  trap 'pg_ctl -D "$1" -m immediate stop >/dev/null 2>&1 || true' ERR
  if [[ $POSTGRES_DB != postgres ]]; then
    run_sql -d postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db"'
  fi
  run_first_scripts
  pg_ctl -D "$1" -m fast -w stop
  trap - ERR
}

if [[ ${1:0:1} == - ]]; then set -- postgres "$@"; fi
if [[ $(id -u) == 0 ]]; then # started as root, to take over folders that belong to somebody else
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  find /var/lib/postgresql "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres:postgres '{}' +
  exec setpriv --reuid postgres --regid postgres --init-groups -- "$0" "$@"
fi
if [[ $1 == postgres && ! -s $PGDATA/PG_VERSION ]]; then
  read_settings
  if mountpoint -q "$PGDATA"; then
    first_start "$PGDATA"
  else
    rm -rf -- "$PGDATA.first-start"
    mkdir -p -- "$(dirname -- "$PGDATA")"
    first_start "$PGDATA.first-start"
    rm -rf -- "$PGDATA"
    mv -- "$PGDATA.first-start" "$PGDATA"
  fi
fi
exec "$@"
