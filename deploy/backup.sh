#!/bin/sh
# Back up a running Amanat: backup.sh DATA_FOLDER TARGET_FOLDER
#
# The order matters: the published log first, then the database. A database that is ahead of its log simply completes it; a log
# that is ahead of its database would be a second history, and the worker refuses to sign (`amanat check` says so too).
# Grants should not live long in backups (protocol section 7): keep copies for days, not years, and encrypt them.
# With PostgreSQL take the database by `pg_dump --format=custom` in the place of the sqlite3 line.
set -eu
umask 077
data=${1:?usage: backup.sh DATA_FOLDER TARGET_FOLDER}
target=${2:?usage: backup.sh DATA_FOLDER TARGET_FOLDER}
new="$target/amanat-$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$target"
mkdir "$new.part"

cp -a "$data/keys" "$data/policy.txt" "$new.part/"
cp -a "$data/log" "$new.part/log"
if [ -f "$data/amanat.sqlite3" ]; then
    # After the log, so that every published tree is also in the copy of the database.
    sqlite3 "$data/amanat.sqlite3" ".timeout 20000" "VACUUM INTO '$new.part/amanat.sqlite3'"
fi

sync
mv "$new.part" "$new"
echo "$new"
