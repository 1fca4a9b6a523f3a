"""What schemathesis calls: who asks, what for, and what came of it.

Every case is asked as somebody who may. One of every few is then asked again as every role, with
tokens that are none, and without, and these answers are held against the document as well.

Set by fuzz.py: WIJKMUNT_FUZZ_TOWN, the facts of the town; WIJKMUNT_FUZZ_URL, the service; and
WIJKMUNT_FUZZ_NOTES, the file for what was found and how often which status was answered.
"""

import atexit
import json
import os
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import requests
import schemathesis
from schemathesis.core.failures import FailureGroup

from bank import number_of
from desk import NotMade
from furnishing import Furnisher
from identities import Client, learn, spoiled

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
# The first of them is the example of the document.
ASKED_AGAIN_FIRST, ASKED_AGAIN_EVERY = 1, 8
# Streams whose events have several names; they end after their seconds.
FEEDS = ("streamEvents", "streamWalletEvents")
# The others: the events, and the schema of the data in each.
STREAMS = {
    "streamPaymentEvents": ("payment", "Payment"), "streamBatchEvents": ("batch", "Batch"),
    "streamUploadEvents": ("upload", "Upload"),
}

town = json.loads(Path(os.environ["WIJKMUNT_FUZZ_TOWN"]).read_text())
clients = {role: Client(Path(profile)) for role, profile in town["profiles"].items()}
# Who acts before a request, so that somebody else may ask.
colleagues = {name: Client(Path(profile)) for name, profile in town["colleagues"].items()}
furnisher = Furnisher(town["objects"], clients, colleagues, town["urls"], EXAMPLES)
session = requests.Session()
asking = "entitled"
cases: Counter = Counter()
# By operation, who asked, and status.
answers: dict = defaultdict(lambda: defaultdict(Counter))
# By operation and the problem's type, of what was asked as somebody who may.
reasons: dict = defaultdict(Counter)
# By who asked without a right, and status, of operations that need one.
refusals: dict = defaultdict(Counter)
findings: list[dict] = []
# Why something that a request needs could not be made, and how often; it went as it was generated.
unmade: Counter = Counter()
seconds_preparing = 0.0


def name_of(case) -> str:
    return case.operation.definition.raw["operationId"]


def entitled(case) -> Client | None:
    """A client that may; none where none is needed."""
    ways = case.operation.definition.raw.get("security", [])
    wanted = {scope for way in ways for scope in way.get("oauth2", [])}
    if not wanted:
        return None
    able = [client for client in clients.values() if client.scopes() & wanted]
    chance = number_of((case.path_parameters, case.query, case.body))
    return able[chance % len(able)]


def refused() -> dict[str, str | None]:
    """Everybody who is nobody."""
    token = clients["community-administrator"].token()
    return spoiled(token, town["issuersKey"]) | {"nobody": None}


def must_refuse(case, request) -> bool:
    """Whether the request reaches an operation that takes no call without a token."""
    if not case.operation.definition.raw.get("security"):
        return False
    path = urlsplit(request.url).path.split("/")
    template = case.operation.path.split("/")
    return (
        request.method == case.operation.method.upper()
        and path[-len(template) + 1:] == [
            given if wanted.startswith("{") and given not in ("", ".", "..") else wanted
            for given, wanted in zip(path[-len(template) + 1:], template[1:])
        ]
    )


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # The document names the addresses of a real installation; its other servers are relative.
    raw_schema["servers"] = [{"url": os.environ["WIJKMUNT_FUZZ_URL"] + "/v1"}]
    # OpenAPI 3.1 describes a stream as one text; schemathesis wants the schema of one event.
    for operation in (each for item in raw_schema["paths"].values() for each in item.values()):
        if isinstance(operation, dict) and operation.get("operationId") in FEEDS:
            # Events of several names, each with data of its own.
            operation["responses"]["200"]["content"]["text/event-stream"]["schema"] = {
                "type": "object", "required": ["event", "data"],
            }
        if isinstance(operation, dict) and operation.get("operationId") in STREAMS:
            event, schema = STREAMS[operation["operationId"]]
            operation["responses"]["200"]["content"]["text/event-stream"]["schema"] = {
                "type": "object", "required": ["event", "data"],
                "properties": {
                    "event": {"const": event},
                    "data": {
                        "type": "string", "contentMediaType": "application/json",
                        "contentSchema": {"$ref": f"#/components/schemas/{schema}"},
                    },
                },
            }


@schemathesis.hook
def before_call(context, case, kwargs):
    global seconds_preparing
    role, started = None, time.monotonic()
    try:
        role = furnisher.furnish(case)
    except NotMade as reason:
        unmade[f"{name_of(case)}, {reason}"] += 1
    seconds_preparing += time.monotonic() - started
    if name_of(case) in FEEDS and isinstance(case.query, dict):
        # What is open for long answers nothing more.
        if "seconds" in case.query and str(case.query["seconds"]).isdigit():
            case.query["seconds"] = 1
        elif "seconds" not in case.query:
            case.query = case.query | {"seconds": 1}
    client = clients[role] if role else entitled(case)
    if client:
        # Called with the request as it will be sent, which a proof has to name.
        kwargs["auth"] = client.authorize


@schemathesis.hook
def after_call(context, case, response):
    answers[name_of(case)][asking][response.status_code] += 1
    for nonce in response.headers.get("dpop-nonce", []):
        learn({"DPoP-Nonce": nonce})
    if response.status_code < 300:
        furnisher.learn(name_of(case), case.path, response)
    elif response.content.startswith(b"{"):
        reasons[name_of(case)][response.json().get("type", "").rsplit("/", 1)[-1]] += 1


@schemathesis.check
def as_everybody(ctx, response, case):
    """Sends the same request again as everybody; what is wrong is noted by filter_failure."""
    global asking
    cases[name_of(case)] += 1
    number = cases[name_of(case)]
    if number > ASKED_AGAIN_FIRST and number % ASKED_AGAIN_EVERY:
        return
    nobodies = refused()
    for who, identity in (clients | nobodies).items():
        request = response.request.copy()
        request.headers.pop("Authorization", None)
        request.headers.pop("DPoP", None)
        if isinstance(identity, Client):
            identity.authorize(request)
        elif identity:
            request.headers["Authorization"] = f"Bearer {identity}"
        asking = who
        try:
            sent = session.send(request, timeout=15)
            learn(sent.headers)
            answer = schemathesis.Response.from_requests(sent, True)
            answers[name_of(case)][who][answer.status_code] += 1
            if who in nobodies and must_refuse(case, request):
                refusals[who][answer.status_code] += 1
                if answer.status_code not in (401, 403):
                    note(case, answer, "as_everybody", "A call without a good token was let in")
            case.validate_response(answer, excluded_checks=[as_everybody])
        except FailureGroup:
            pass
        finally:
            asking = "entitled"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    # Nothing is dropped; this is where every failure passes.
    note(case, response, ", ".join(failure.checks), failure.title, failure.message)
    return True


def note(case, response, check: str, title: str, message: str = ""):
    findings.append({
        "operation": name_of(case),
        "by": asking,
        "check": check,
        "title": title,
        "message": message,
        "status": response.status_code,
        "answer": response.content[:1000].decode("utf-8", "replace"),
        "curl": case.as_curl_command(),
    })


@atexit.register
def write_notes():
    Path(os.environ["WIJKMUNT_FUZZ_NOTES"]).write_text(
        json.dumps({
            "findings": findings, "answers": answers, "refusals": refusals, "unmade": unmade,
            "reasons": reasons, "secondsPreparing": seconds_preparing,
        }, indent=1)
    )
