#!/bin/sh
# Puts a file of dump.sh into an empty database: restore-dump.sh FILE, with DATABASE_URL. Stop all processes before.
set -eu
file=${1:?Usage: restore-dump.sh FILE}
pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname="${DATABASE_URL:?DATABASE_URL is missing}" "$file"
echo "Restored. Next, before any other process starts: npm run migrate -- --restored"
