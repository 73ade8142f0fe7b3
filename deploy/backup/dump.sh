#!/bin/sh
# Writes the whole database into a file, consistent as of the start: dump.sh FILE, with DATABASE_URL.
set -eu
file=${1:?Usage: dump.sh FILE}
umask 077
pg_dump --format=custom --no-owner --no-privileges --file="$file.part" "${DATABASE_URL:?DATABASE_URL is missing}"
mv "$file.part" "$file"
echo "Written: $file. The keys (ENCRYPTION_KEYS) are not in it: keep them elsewhere."
