"""What the desks of the town share: they ask as whom they play, and say what they prepare."""

import json
import re
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# So long a desk waits for what a service does by itself.
PATIENCE_SECONDS = 10


class NotMade(Exception):
    """What a request needs could not be made; the text says why."""


@dataclass
class Prepared:
    """What makes one request succeed."""

    # Where it goes, by the names of the path's parameters.
    path: dict = field(default_factory=dict)
    # What it says; None leaves what was generated.
    body: dict | bytes | None = None
    # Which role has to ask, where not everybody may who has the scope.
    by: str | None = None
    # What its address asks for besides.
    query: dict = field(default_factory=dict)


def prepares(*operations: str):
    """Says for which operations a desk's function makes what they need."""

    def mark(function):
        function.operations = operations
        return function

    return mark


class Desk:
    def __init__(self, objects: dict[str, list[str]], clients: dict, urls: dict[str, str]):
        self.objects, self.clients, self.urls = objects, clients, urls

    @property
    def preparations(self) -> dict:
        """By operation, what makes what it needs."""
        functions = [getattr(self, name) for name in dir(type(self)) if name != "preparations"]
        return {
            operation: function
            for function in functions for operation in getattr(function, "operations", ())
        }

    def first(self, kind: str) -> str:
        return self.objects[kind][0]

    def cents(self, number: int) -> dict:
        return {"value": f"{number // 100}.{number % 100:02d}", "coin": self.first("coinCode")}

    def ask(self, who: str | None, place: str, body: dict | bytes | None = None, **more) -> dict:
        """Makes something at a place such as `merchant/payments`; gives the answer, or throws
        NotMade."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} | more.pop("headers", {})
        content = {"json": body} if isinstance(body, dict) else {"data": body}
        return self.answer("POST", who, place, headers=headers, **content, **more)

    def read(self, who: str, place: str, **query) -> dict:
        return self.answer("GET", who, place, params=query)

    def wait(self, who: str, place: str, states: set[str]) -> dict:
        """What there is at a place once it is in one of the states."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.read(who, place))["state"] not in states:
            if time.monotonic() > deadline:
                raise NotMade(f"{found['state']} for long at {UUID.sub('{id}', place)}")
            time.sleep(0.05)
        return found

    def answer(self, method: str, who: str | None, place: str, **request) -> dict:
        service, path = place.split("/", 1)
        url = f"{self.urls[service]}/v1/{path}"
        identity = self.clients[who].authorize if who else None
        answer = requests.request(method, url, auth=identity, timeout=30, **request)
        if answer.status_code not in (200, 201, 202):
            problem = answer.json().get("type", "").rsplit("/", 1)[-1]
            path = UUID.sub("{id}", urlsplit(url).path)
            raise NotMade(f"{answer.status_code} {problem} at {path}")
        return json.loads(answer.content or "{}")
