"""Makes generated requests mean something: ids of what exists, amounts, keys and codes that hold.

Only what has the right form already is replaced, and not always, so that unknown ids and broken
values keep coming. What needs a place of its own, such as a payment that waits, is prepared: most
of these requests succeed, and some have one member as it was generated. The choice depends on the
generated request alone: a run with the same seed asks the same.
"""

import json
import re
import uuid
from datetime import date, timedelta
from pathlib import Path

from bank import foreign_payment, number_of, valid_iban
from benefits import Benefits
from counter import Counter, new_key
from desk import Prepared
from identities import Client, base64url
from shop import Shop
from treasury import Treasury
from uploads import Uploads

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
    "verifyShopPlace shopId": "spareShopId", "reinstateShop shopId": "spareShopId",
    # Whoever died or moved away is paid no more.
    "reportDeparture personId": "sparePersonId", "erasePerson personId": "sparePersonId",
    "fundDiscount discountId": "ownDiscountId", "sponsorDiscount discountId": "sponsoredDiscountId",
    "releaseSettlement settlementId": "openSettlementId",
    "getSettlementFile settlementId": "releasedSettlementId",
    "confirmSettlement settlementId": "releasedSettlementId",
    # The events of others go on.
    "streamBatchEvents batchId": "settledBatchId",
    "streamUploadEvents uploadId": "settledUploadId",
    "streamPaymentEvents paymentId": "settledPaymentId",
}
# Who may lose their rights instead of who asks.
SPARE = {"clientId": "clientId", "deviceId": "deviceId", "personId": "sparePersonId"}
# What a path is called, where its last part is not the plural of what it makes.
NOUNS = {
    "people": "person", "batches": "batch", "acceptances": "payment",
    "payer-code-acceptances": "payment", "invoices": "payment", "captures": "payment",
    "payment-proposals": "proposal", "decisions": "proposal", "closures": "shift",
    "endings": "departure",
    "target-groups": "group", "iban-requests": "ibanRequest", "bank-answers": "bankAnswer",
    "bank-statements": "bankStatement", "standing-instructions": "standingInstruction",
    "client-numbers": "clientNumber",
}
AMOUNT = re.compile(r"(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?")
JWK = {"kty", "crv", "x", "y"}
MOST_KEPT = 50


class Furnisher:
    def __init__(
        self, objects: dict[str, list[str]], clients: dict[str, Client], colleagues: dict,
        urls: dict[str, str], examples: Path,
    ):
        self.objects, self.clients = objects, clients
        everybody = clients | colleagues
        self.preparations = {}
        for desk in (Shop, Benefits, Uploads, Treasury, Counter):
            self.preparations |= desk(objects, everybody, urls).preparations
        # Who asks must not lose their rights on the way; the spare ones may.
        self.protected = {
            each for client in everybody.values() for each in (client.id, client.party)
        }
        self.area = json.loads((examples / "neighbourhood.geojson").read_text())
        self.file = (examples / "benefits-2026-11.xml").read_text()
        self.key = new_key()
        self.request = 0

    def furnish(self, case) -> str | None:
        """Replaces parts of a case that is about to be sent; gives the role that has to ask, if
        only one will do. Throws NotMade when something could not be prepared."""
        operation = case.operation.definition.raw["operationId"]
        self.request = number_of((case.path_parameters, case.query, case.body))
        self.place(operation, case)
        self.freshen_key(case)
        chance, generated = self.request % 4, case.body
        if isinstance(case.body, dict):
            case.body = self.members(operation, case.body)
        elif isinstance(case.body, (str, bytes)) and chance:
            if operation in ("importBankAnswer", "importBankStatement"):
                case.body = foreign_payment()
            if operation == "submitBatch":
                name = f"FUZZ-{uuid.uuid4().hex[:20]}"
                case.body = self.file.replace("WIJKSTAD-BB-2026-11", name).encode()
        # Another method is refused, whatever there is.
        if not chance or case.method != case.operation.method.upper():
            return None
        if make := self.preparations.get(operation):
            return self.prepare(case, make(), chance == 3, generated)
        return None

    def place(self, operation: str, case):
        """Whom and what a request is about."""
        for name, value in dict(case.path_parameters or {}).items():
            known = self.known(name, value, operation)
            # Nothing can be taken from a merchant by its own address.
            if known in self.protected and name != "merchantId" and case.method != "GET":
                known = self.objects[SPARE.get(name, "sparePartyId")][0]
            if known is not value:
                case.path_parameters[name] = known
        for name, value in dict(case.query or {}).items():
            kind = f"cursor {operation}" if name == "cursor" else name
            known = self.known(kind, value)
            if known is not value:
                case.query[name] = known

    def prepare(self, case, prepared: Prepared, spoils: bool, generated) -> str | None:
        """Puts what was prepared into a case, with one member as it was generated if it is to be
        spoiled."""
        if prepared.path:
            case.path_parameters.update(prepared.path)
        if prepared.query and isinstance(case.query, dict):
            case.query.update(prepared.query)
        if isinstance(prepared.body, bytes) and isinstance(generated, (str, bytes)):
            case.body = generated if spoils else prepared.body
        if isinstance(prepared.body, dict) and isinstance(generated, dict):
            kept = sorted(generated)[self.request // 4 % len(generated)] if generated else None
            spoiled = {kept: generated[kept]} if spoils and kept else {}
            case.body = prepared.body | spoiled
        return prepared.by

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
        own = KINDS.get(f"{operation} {name}")
        kind = own or KINDS.get(name, name)
        form = FORMS.get(kind.split(" ")[0], UUID)
        if not isinstance(value, str) or not form.fullmatch(value):
            return value
        chance = number_of((self.request, value))
        if not chance % 4:
            # Where only some will do, no other that happens to be there.
            return str(uuid.uuid5(uuid.NAMESPACE_URL, value)) if own else value
        if kind == "iban":
            return valid_iban(value)
        if kind == "pin":
            return "482915"
        kept = self.objects.get(kind)
        if not kept:
            return value
        # A code enrols once.
        return kept.pop() if kind == "activationCode" else kept[chance // 4 % len(kept)]

    def freshen_key(self, case):
        """Small values come again and again, and a key may be used for one request only."""
        given = (case.headers or {}).get("Idempotency-Key")
        if given and given.isascii() and given.isprintable() and number_of(given) % 8:
            case.headers["Idempotency-Key"] = str(uuid.uuid4())

    def members(self, operation: str, body: dict) -> dict:
        return {name: self.member(operation, name, value) for name, value in body.items()}

    def member(self, operation: str, name: str, value):
        chance = number_of(value) % 4
        if name == "geoJson" and isinstance(value, dict) and chance:
            return self.area
        if name == "publicKey" and isinstance(value, dict) and set(value) == JWK:
            # One is no point of the curve.
            one = base64url((1).to_bytes(32, "big"))
            return value | {each: self.key[each] if chance else one for each in "xy"}
        if isinstance(value, dict):
            return self.members(operation, value)
        if name == "executionDate" and chance:
            return (date.today() + timedelta(days=3)).isoformat()
        if name == "value" and isinstance(value, str) and AMOUNT.fullmatch(value) and chance:
            return f"0.{1 + number_of(value) % 9:02d}"
        # An alias that is chosen is to be new.
        chooses = name == "alias" and operation in ("enrol", "chooseWalletAlias")
        return value if chooses else self.known(name, value, operation)
