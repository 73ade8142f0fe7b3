#!/bin/sh
# Makes a new data folder from one of base-backup.sh and the archived WAL, which ends at a point in time:
# restore-to-point.sh BACKUP ARCHIVE NEW-FOLDER '2026-01-31 12:00:00+00'. Stop all processes before. Runs as the user of PostgreSQL.
set -eu
usage="Usage: restore-to-point.sh BACKUP ARCHIVE NEW-FOLDER TIME"
backup=${1:?$usage} archive=${2:?$usage} folder=${3:?$usage} time=${4:?$usage}
test -f "$backup/backup_label" || { echo "$backup is no base backup" >&2; exit 1; }
test ! -e "$folder" || { echo "$folder is there already" >&2; exit 1; }
cp -a "$backup" "$folder"
chmod 700 "$folder"
# Archiving stays off until somebody says where to: the old archive is not written over.
cat >> "$folder/postgresql.auto.conf" <<SETTINGS
restore_command = 'cp "$archive/%f" "%p"'
recovery_target_time = '$time'
recovery_target_action = 'promote'
archive_mode = off
SETTINGS
touch "$folder/recovery.signal"
echo "Made: $folder. Start PostgreSQL on it, and then, before any other process: npm run migrate -- --restored"
