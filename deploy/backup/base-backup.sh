#!/bin/sh
# Copies a running cluster into a new folder, for a restore to any later point in time: base-backup.sh FOLDER, with DATABASE_URL of a role with REPLICATION.
# The cluster archives its WAL: archive_mode = on, and for instance archive_command = 'test ! -f /archive/%f && cp %p /archive/%f'.
set -eu
folder=${1:?Usage: base-backup.sh FOLDER}
umask 077
pg_basebackup --dbname="${DATABASE_URL:?DATABASE_URL is missing}" --pgdata="$folder" --wal-method=stream --checkpoint=fast
pg_verifybackup "$folder"
echo "Written: $folder. The keys (ENCRYPTION_KEYS) are not in it: keep them elsewhere."
