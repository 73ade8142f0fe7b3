#!/usr/bin/env bash
# open FROM TO | follow [CURSOR] | webhook (a CGI program). SMS_PROXY_URL, SMS_PROXY_KEY, WEBHOOK_SECRET.
set -euo pipefail

api() { curl --silent --show-error --fail-with-body --header "Authorization: Bearer $SMS_PROXY_KEY" "$@"; }

open() {
  # With the key, curl may repeat it where no answer came.
  api --retry 3 --retry-connrefused "$SMS_PROXY_URL/v1/conversations" \
    --header "Idempotency-Key: $(openssl rand -hex 16)" \
    --data '{"participants": [{"number": "'"$1"'"}, {"number": "'"$2"'"}]}' |
    jq --raw-output '.id, (.participants[] | "\(.number) \(.virtualNumber)")'
}

follow() {
  local cursor="${1:-}" line
  while true; do
    while IFS= read -r line; do
      case "$line" in
        "id: "*) cursor="${line#id: }" ;;
        # An event has a type; the farewell of a server that ends has none.
        "data: "*) jq --raw-output --unbuffered 'select(.type) | "\(.type) \(.subject) \(.cursor)"' <<<"${line#data: }" ;;
      esac
    done < <(api --no-buffer --retry 3 --header "Accept: text/event-stream" --speed-limit 1 --speed-time 45 \
      "$SMS_PROXY_URL/v1/events${cursor:+?after=$cursor}")
    # 22: the server refuses, as when the cursor is too old. Anything else is an end of the stream, which is opened again.
    wait $! || (($? != 22)) || exit 1
    sleep 1
  done
}

refuse() {
  printf 'Status: 400\r\n\r\n'
  echo "refused: $1" >&2
  exit 0
}

webhook() {
  local body secret now age expected signature
  body=$(mktemp)
  trap 'rm -f "$body"' EXIT
  cat >"$body"
  [[ "${HTTP_WEBHOOK_TIMESTAMP:-}" =~ ^[0-9]{1,12}$ ]] || refuse "no timestamp"
  now=$(date +%s)
  age=$((now - HTTP_WEBHOOK_TIMESTAMP))
  ((age <= 300 && age >= -300)) || refuse "too old or too new"
  secret=$(base64 --decode <<<"${WEBHOOK_SECRET#whsec_}" | od -An -v -tx1 | tr -d ' \n')
  expected=$({
    printf '%s.%s.' "${HTTP_WEBHOOK_ID:-}" "$HTTP_WEBHOOK_TIMESTAMP"
    cat "$body"
  } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$secret" -binary | base64)
  for signature in ${HTTP_WEBHOOK_SIGNATURE:-}; do
    if [[ "$signature" == "v1,$expected" ]]; then
      printf 'Status: 204\r\n\r\n'
      jq --raw-output --arg id "$HTTP_WEBHOOK_ID" '"\($id) \(.type)"' "$body" >&2
      exit 0
    fi
  done
  refuse "wrong signature"
}

case "${1:-}" in
  open | follow | webhook) "$@" ;;
  *) sed -n 2p "$0" >&2 && exit 2 ;;
esac
