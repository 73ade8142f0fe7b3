"""open FROM TO | follow [CURSOR] | webhook. SMS_PROXY_URL, SMS_PROXY_KEY, WEBHOOK_SECRET, PORT."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import socketserver
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

TRIES = 4
TOLERANCE_S = 300
# The server says something every 15 seconds.
SILENCE_S = 45


def ask(path, body=None, headers=None, timeout=30):
    request = urllib.request.Request(os.environ["SMS_PROXY_URL"] + path, headers=headers or {})
    request.add_header("Authorization", "Bearer " + os.environ["SMS_PROXY_KEY"])
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    return urllib.request.urlopen(request, timeout=timeout)


def open_conversation(first, second):
    body = {"participants": [{"number": first}, {"number": second}]}
    # The same key for all tries: the conversation is opened once.
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for attempt in range(1, TRIES + 1):
        try:
            with ask("/v1/conversations", body, headers) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            if (refusal.code != 429 and refusal.code < 500) or attempt == TRIES:
                raise SystemExit(json.load(refusal)["detail"]) from None
        except OSError:
            if attempt == TRIES:
                raise
        time.sleep(2**attempt)


def follow(cursor):
    while True:
        try:
            query = "?" + urllib.parse.urlencode({"after": cursor}) if cursor else ""
            with ask("/v1/events" + query, headers={"Accept": "text/event-stream"}, timeout=SILENCE_S) as stream:
                for line in stream:
                    field, _, value = line.decode().rstrip("\r\n").partition(": ")
                    if field == "id":
                        cursor = value
                    elif field == "data":
                        event = json.loads(value)
                        # An event has a type; the farewell of a server that ends has none.
                        if "type" in event:
                            yield event
        except urllib.error.HTTPError as refusal:
            if refusal.code != 429 and refusal.code < 500:
                raise SystemExit(json.load(refusal)["detail"]) from None
        except OSError:
            pass
        time.sleep(1)


def is_signed(secret, headers, body):
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return False
    signed = f"{headers.get('webhook-id', '')}.{timestamp}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    candidates = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, candidate.encode()) for candidate in candidates)


class Webhooks(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        verified = is_signed(os.environ["WEBHOOK_SECRET"], self.headers, body)
        # Answer first and work later: who takes too long is asked again.
        self.send_response(204 if verified else 400)
        self.end_headers()
        if verified:
            print(self.headers["webhook-id"], json.loads(body)["type"], flush=True)

    def log_message(self, *_):
        pass


def main(command="", *rest):
    if command == "open" and len(rest) == 2:
        conversation = open_conversation(*rest)
        print(conversation["id"])
        for participant in conversation["participants"]:
            print(participant["number"], participant["virtualNumber"])
    elif command == "follow":
        for event in follow(rest[0] if rest else ""):
            print(event["type"], event["subject"], event["cursor"], flush=True)
    elif command == "webhook":
        server = socketserver.ThreadingTCPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Webhooks)
        print("listening", flush=True)
        server.serve_forever()
    else:
        raise SystemExit(__doc__)


main(*sys.argv[1:])
