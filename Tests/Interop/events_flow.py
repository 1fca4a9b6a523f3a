"""Standard Webhooks' own library and a client of server-sent events hear of payments of ours.

A shop's software, by what the documentation says: adds a webhook, verifies what it is sent, changes
the secret, and watches the stream, also after a break. Whatever does not hold ends the program with
exit code 1.
"""

import argparse
import json
import queue
import subprocess
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from httpx_sse import connect_sse
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from authlib_flow import Client, discover, require

TIMEOUT_SECONDS = 60


def main():
    options = read_options()
    client = Client(discover(options.issuer), options.client, Path(options.key).read_text())
    shop = Shop(options, client.fetch_token()["access_token"])
    receiver = Receiver()
    webhook = shop.post("webhooks", {"url": receiver.url})

    shop.ask("1.00")
    body, headers = receiver.next()
    verified = Webhook(webhook["secret"]).verify(body, headers)
    require(verified["type"] == "payment.requested", "an event that the library verifies")
    require(verified["id"] == headers["webhook-id"], "a message named as its event")
    refuse_what_is_changed(webhook["secret"], body, headers)

    rotated = shop.post(f"webhooks/{webhook['id']}/rotations")
    shop.ask("2.00")
    body, headers = receiver.next()
    for secret in (webhook["secret"], rotated["secret"]):
        Webhook(secret).verify(body, headers)
    require(len(headers["webhook-signature"].split()) == 2, "both secrets sign after a rotation")

    watch(shop)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issuer", required=True, help="the issuer, an address")
    parser.add_argument("--client", required=True, help="the id of the merchant's client")
    parser.add_argument("--key", required=True, help="the file of its private key, PEM")
    parser.add_argument("--merchant", required=True, help="the address of the merchant service")
    parser.add_argument("--tool", required=True, help="the command line tool")
    parser.add_argument("--till", required=True, help="its profile of the till that asks")
    return parser.parse_args()


class Shop:
    """The merchant's software: its token, its till, and where the service is."""

    def __init__(self, options, token):
        self.base = f"{options.merchant}/v1"
        self.command = [options.tool, "payment", "request", "--profile", options.till]
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, path, body=None):
        headers = self.headers | {"Idempotency-Key": str(uuid.uuid4())}
        answer = httpx.post(f"{self.base}/{path}", json=body, headers=headers)
        if answer.status_code != 201:
            print(answer.text)
        require(answer.status_code == 201, f"{path} is answered with 201")
        return answer.json()

    def ask(self, amount):
        subprocess.run([*self.command, amount], check=True, stdout=subprocess.DEVNULL)

    def hear(self, count, after=None):
        """So many events of the stream, the first of which tells where it begins."""
        headers = self.headers | ({"Last-Event-ID": after} if after else {})
        with httpx.Client(timeout=TIMEOUT_SECONDS) as client, connect_sse(
            client, "GET", f"{self.base}/events", headers=headers
        ) as source:
            heard = []
            for event in source.iter_sse():
                heard.append(event)
                if len(heard) == count:
                    return heard
        return heard


class Receiver:
    """Takes what is sent to a webhook."""

    def __init__(self):
        messages = self.messages = queue.Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                messages.put((body, {k.lower(): v for k, v in self.headers.items()}))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/"

    def next(self):
        return self.messages.get(timeout=TIMEOUT_SECONDS)


def refuse_what_is_changed(secret, body, headers):
    hour_ago = str(int(headers["webhook-timestamp"]) - 3600)
    changes = [
        (body + b" ", headers),
        (body, headers | {"webhook-id": "another"}),
        (body, headers | {"webhook-timestamp": hour_ago}),
        (body, {k: v for k, v in headers.items() if k != "webhook-signature"}),
    ]
    for changed, with_headers in changes:
        try:
            Webhook(secret).verify(changed, with_headers)
        except WebhookVerificationError:
            continue
        require(False, "what was changed is refused")


def watch(shop):
    start = shop.hear(1)[0]
    require(start.event == "start" and start.id.isdigit(), "a stream tells where it begins")
    for amount in ("3.00", "4.00", "5.00"):
        shop.ask(amount)
    first = shop.hear(2, after=start.id)[1]
    rest = shop.hear(3, after=first.id)[1:]
    numbers = [int(event.id) for event in (first, *rest)]
    begin = int(start.id)
    require(numbers == [begin + 1, begin + 2, begin + 3], f"no event is missed: {numbers}")
    amounts = [json.loads(event.data)["data"]["amount"]["value"] for event in (first, *rest)]
    require(amounts == ["3.00", "4.00", "5.00"], f"each is told once: {amounts}")
    require(all(event.event == "payment.requested" for event in rest), "events have their type")


if __name__ == "__main__":
    main()
