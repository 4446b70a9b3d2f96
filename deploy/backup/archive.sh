#!/bin/sh
# archive_command = 'sh /backup/archive.sh %p %f /backups/wal': keeps one WAL file, for good.
# Never overwrites another content; the same file once more (after a crash of the server) is well.
set -eu
from=$1 to=$3/$2
if [ -e "$to" ]; then
    cmp -s "$from" "$to" && exit 0
    echo "archive.sh: $to is already there with another content" >&2
    exit 1
fi
cp "$from" "$to.part"
sync "$to.part"
mv "$to.part" "$to"
sync "$3"
