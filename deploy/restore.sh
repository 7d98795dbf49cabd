#!/bin/sh
# Restore a backup into an empty folder: restore.sh BACKUP_FOLDER DATA_FOLDER
#
# Before the worker runs, compare with what the world has seen: if witnesses or mirrors hold a larger checkpoint than this
# backup, reports are missing, and the log must not go on under the same origin. `amanat check` compares the database with the
# published files; only a witness can tell what came after the backup.
set -eu
umask 077
backup=${1:?usage: restore.sh BACKUP_FOLDER DATA_FOLDER}
data=${2:?usage: restore.sh BACKUP_FOLDER DATA_FOLDER}

if [ -e "$data" ] && [ -n "$(ls -A "$data")" ]; then
    echo "restore.sh: $data is not empty; move it away first, it may be newer than the backup" >&2
    exit 1
fi
mkdir -p "$data"
chmod 700 "$data"
cp -a "$backup/." "$data/"
chmod -R go= "$data/keys"
sync
echo "Restored. Now: AMANAT_DATA=$data amanat setup && AMANAT_DATA=$data amanat check"
