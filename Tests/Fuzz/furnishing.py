"""Makes generated requests mean something: ids of what exists, amounts, keys and codes that hold.

Only what has the right form already is replaced, and not always, so that unknown ids and broken
values keep coming. The choice depends on the generated value alone: the same value is replaced the
same way, and a run with the same seed asks the same.
"""

import json
import re
import uuid
import zlib
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from counter import Counter, bank_statement, base64url
from identities import ASSERTION_TYPE, Client

UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
FORMS = {
    "coinCode": re.compile(r"[a-z][a-z0-9-]{1,31}"),
    "className": re.compile(r"[a-z][a-z0-9-]{1,31}"),
    "alias": re.compile(r"[a-z][a-z0-9.-]{2,31}"),
    "geofence": re.compile(r".{1,100}"),
    "activationCode": re.compile(r"[0-9A-Za-z-]{8,32}"),
    "iban": re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"),
    "cursor": re.compile(r"[A-Za-z0-9_-]+"),
    "number": re.compile(r"[0-9][0-9 -]*[0-9]"),
    "pin": re.compile(r"[0-9]{4,6}"),
    "period": re.compile(r"[0-9]{4}(-[W0-9-]*)?"),
}
# What a member of a body, or a parameter, is called, where that is not the kind of object itself.
KINDS = {
    "fromWalletId": "ownWalletId", "principalId": "personId", "agentId": "personId",
    "coin": "coinCode", "debtorIban": "iban", "cardNumber": "number",
    # What only some will do for.
    "openShift mandateId": "cashierMandateId", "correctPayment paymentId": "dearPaymentId",
    "makeClosing shopId": "ownShopId", "listClosings shopId": "ownShopId",
    "requestRedemption merchantId": "ownMerchantId",
    "setRedemptionSchedule merchantId": "ownMerchantId",
    "listRedemptionSchedules merchantId": "ownMerchantId",
    # What happens to a shop happens where nobody pays.
    "setOpeningTimes shopId": "spareShopId", "requestShopMove shopId": "spareShopId",
    "decideShopMove shopId": "spareShopId", "suspendShop shopId": "spareShopId",
    "fundDiscount discountId": "ownDiscountId", "sponsorDiscount discountId": "sponsoredDiscountId",
    "releaseSettlement settlementId": "openSettlementId",
    "getSettlementFile settlementId": "releasedSettlementId",
    "confirmSettlement settlementId": "releasedSettlementId",
}
# What a path is called, where its last part is not the plural of what it makes.
NOUNS = {
    "people": "person", "batches": "batch", "acceptances": "payment",
    "payer-code-acceptances": "payment", "invoices": "payment", "captures": "payment",
    "payment-proposals": "proposal", "decisions": "proposal", "closures": "shift",
    "target-groups": "group", "iban-requests": "ibanRequest", "bank-answers": "bankAnswer",
    "bank-statements": "bankStatement", "bank-credits": "bankCredit",
}
AMOUNT = re.compile(r"(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?")
JWK = {"kty", "crv", "x", "y"}
MOST_KEPT = 50


def number_of(value) -> int:
    """A number that is always the same for a value."""
    return zlib.crc32(repr(value).encode("utf-8", "backslashreplace"))


def valid_iban(value: str) -> str:
    """A Dutch IBAN with check digits that fit, made from any text (ISO 7064, MOD 97-10)."""
    account = f"FUZZ{number_of(value) % 10**10:010d}"
    digits = "".join(str(int(letter, 36)) for letter in account + "NL00")
    return f"NL{98 - int(digits) % 97:02d}{account}"


class Furnisher:
    def __init__(self, objects: dict[str, list[str]], clients: dict[str, Client], examples: Path):
        self.objects = objects
        self.clients = clients
        self.counter = Counter(objects, clients)
        # Who asks must not lose their rights on the way; the spare ones may.
        self.protected = {each for client in clients.values() for each in (client.id, client.party)}
        self.area = json.loads((examples / "neighbourhood.geojson").read_text())
        self.file = (examples / "benefits-2026-11.xml").read_text()
        self.key = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()

    def furnish(self, case):
        """Replaces parts of a case that is about to be sent."""
        operation = case.operation.definition.raw["operationId"]
        streams = operation.startswith("stream")
        for name, value in dict(case.path_parameters or {}).items():
            known = self.final(name, value) if streams else self.known(name, value, operation)
            # Nothing can be taken from a merchant by its own address.
            if known in self.protected and name != "merchantId":
                spare = name if name in ("clientId", "deviceId") else "sparePartyId"
                known = self.objects[spare][0]
            if known is not value:
                case.path_parameters[name] = known
        for name, value in dict(case.query or {}).items():
            kind = f"cursor {operation}" if name == "cursor" else name
            known = self.known(kind, value)
            if known is not value:
                case.query[name] = known
        self.freshen_key(case)
        if isinstance(case.body, dict):
            case.body = self.body(operation, case)
        elif isinstance(case.body, (str, bytes)) and number_of(case.body) % 4:
            if operation in ("importBankAnswer", "importBankStatement"):
                case.body = bank_statement()
            if operation == "submitBatch":
                name = f"FUZZ-{uuid.uuid4().hex[:20]}"
                case.body = self.file.replace("WIJKSTAD-BB-2026-11", name).encode()

    def learn(self, operation: str, path: str, answer):
        """Keeps ids and cursors of an answer, to ask for them."""
        body = answer.json() if answer.content.startswith(b"{") else {}
        if isinstance(body.get("next"), str):
            self.keep(f"cursor {operation}", body["next"])
        if answer.status_code != 201 or not isinstance(body.get("id"), str):
            return
        for card in body.get("cards", []):
            self.keep("cardId", card["id"])
            self.keep("number", card["number"])
        # `/payments` makes what `{paymentId}` stands for in other paths.
        noun = path.rstrip("/").rsplit("/", 1)[-1]
        self.keep(f"{NOUNS.get(noun, noun.removesuffix('s'))}Id", body["id"])

    def keep(self, kind: str, value: str):
        kept = self.objects.setdefault(kind, [])
        # What the town was made with stays at the front.
        del kept[MOST_KEPT:]
        kept.append(value)

    def known(self, name: str, value, operation: str = ""):
        kind = KINDS.get(f"{operation} {name}", KINDS.get(name, name))
        form = FORMS.get(kind.split(" ")[0], UUID)
        if not isinstance(value, str) or not form.fullmatch(value) or not number_of(value) % 4:
            return value
        if kind == "iban":
            return valid_iban(value)
        if kind == "pin":
            return "482915"
        kept = self.objects.get(kind)
        if not kept:
            return value
        # A code enrols once.
        return kept.pop() if kind == "activationCode" else kept[number_of(value) // 4 % len(kept)]

    def final(self, name: str, value):
        """For streams: an object whose events have ended, or one that is not there."""
        if not isinstance(value, str) or not UUID.fullmatch(value):
            return value
        kept = self.objects.get(f"settled{name[0].upper()}{name[1:]}")
        if not kept:
            # A feed of events ends after its seconds, whatever it is about.
            return self.known(name, value)
        return kept[0] if number_of(value) % 4 else str(uuid.uuid5(uuid.NAMESPACE_URL, value))

    def freshen_key(self, case):
        """Small values come again and again, and a key may be used for one request only."""
        given = (case.headers or {}).get("Idempotency-Key")
        if given and given.isascii() and given.isprintable() and number_of(given) % 8:
            case.headers["Idempotency-Key"] = str(uuid.uuid4())

    def body(self, operation: str, case) -> dict:
        chance = number_of(case.body) % 4
        if chance and (made := self.made(operation, case)):
            return made
        if operation == "issueToken" and "client_assertion" in case.body and chance:
            client = self.clients["auditor"]
            return case.body | {
                "grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": client.assertion(),
            }
        if operation == "requestRedemption" and "amount" not in case.body and chance:
            # Without an amount everything is redeemed, and the next one finds nothing.
            return self.members(operation, case.body | {"amount": self.counter.cents(90)})
        return self.members(operation, case.body)

    def made(self, operation: str, case) -> dict | None:
        """The body of a request that has to be prepared, and its place."""
        base, body = case.operation.base_url, case.body
        if operation == "acceptPayment" and "approval" in body:
            is_inside = number_of(body) % 8 > 2
            case.path_parameters["paymentId"], body = self.counter.approval(base, is_inside)
            return body
        if operation == "acceptPaymentByCard" and "pin" in body:
            case.path_parameters["paymentId"] = self.counter.payment(base)["id"]
            return {"cardNumber": self.objects["linkedNumber"][0], "pin": "482915"}
        if operation in ("capturePayment", "voidPayment"):
            case.path_parameters["paymentId"] = self.counter.reservation(base)
            return None
        if operation == "acceptPaymentByPayerCode" and "code" in body:
            case.path_parameters["paymentId"], body = self.counter.payer_code(base)
            return body
        if operation == "decidePaymentProposal" and "decision" in body:
            case.path_parameters["proposalId"] = self.counter.proposal(base)
            return body
        if operation == "verifyMerchantIban" and "iban" in body:
            iban = valid_iban(uuid.uuid4().hex)
            case.path_parameters["merchantId"] = self.objects["merchantId"][0]
            case.path_parameters["ibanRequestId"] = self.counter.account(base, iban)
            return body | {"iban": iban}
        if operation == "createDiscount" and "kind" in body:
            return self.counter.discount()
        return None

    def members(self, operation: str, body: dict) -> dict:
        return {name: self.member(operation, name, value) for name, value in body.items()}

    def member(self, operation: str, name: str, value):
        chance = number_of(value) % 4
        if name == "geoJson" and isinstance(value, dict) and chance:
            return self.area
        if name == "publicKey" and isinstance(value, dict) and set(value) == JWK:
            numbers = [self.key.x, self.key.y] if chance else [1, 1]
            x, y = (base64url(number.to_bytes(32, "big")) for number in numbers)
            return value | {"x": x, "y": y}
        if isinstance(value, dict):
            return self.members(operation, value)
        if name == "executionDate" and chance:
            return (date.today() + timedelta(days=3)).isoformat()
        if name == "value" and isinstance(value, str) and AMOUNT.fullmatch(value) and chance:
            return f"0.{1 + number_of(value) % 9:02d}"
        # An alias that is chosen is to be new.
        chooses = name == "alias" and operation in ("enrol", "chooseWalletAlias")
        return value if chooses else self.known(name, value, operation)
