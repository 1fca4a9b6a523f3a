"""What the counter of the town does for people: accounts and numbers, cards, phones, groups, and
mandates."""

import uuid
from datetime import datetime, timedelta, timezone

from cryptography.hazmat.primitives.asymmetric import ec

from bank import valid_iban
from desk import Desk, Prepared, prepares
from identities import ASSERTION_TYPE, base64url

# What one has linked another confirms.
LINKS, CONFIRMS = "counter-employee", "community-administrator"
PIN = "482915"


class Counter(Desk):
    @prepares("giveMandate")
    def mandate(self) -> Prepared:
        until = datetime.now(timezone.utc) + timedelta(days=30)
        return Prepared(body={
            "principalId": self.person()["id"], "agentId": self.person()["id"],
            "kind": "guardian", "decision": "Court, 2026-417",
            "validUntil": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }, by=LINKS)

    @prepares("issueToken")
    def token(self) -> Prepared:
        return Prepared(body={
            "grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.clients["auditor"].assertion(),
        })

    @prepares("verifyIban")
    def iban_verification(self) -> Prepared:
        iban = valid_iban(uuid.uuid4().hex)
        person = self.person(iban=iban)["id"]
        return Prepared({"personId": person}, {"iban": iban, "evidence": "Bank card"}, CONFIRMS)

    @prepares("confirmClientNumber")
    def number_confirmation(self) -> Prepared:
        path, number = self.numbered()
        return Prepared(path, {"clientNumber": number, "evidence": "Letter"}, CONFIRMS)

    @prepares("withdrawClientNumber")
    def number_withdrawal(self) -> Prepared:
        return Prepared(self.numbered()[0])

    @prepares("setCardPin")
    def pin(self) -> Prepared:
        return Prepared({"cardId": self.linked_card()}, {"pin": PIN})

    @prepares("replaceCard")
    def card_replacement(self) -> Prepared:
        return Prepared({"cardId": self.linked_card()}, {"number": self.blank_card()["number"]})

    @prepares("revokeDeviceOfPerson")
    def lost_phone(self) -> Prepared:
        person = self.person()
        phone = self.ask(None, "accounts/enrolments", {
            "activationCode": person["activationCode"]["code"], "publicKey": new_key(),
            "deviceName": "Lost phone",
        })
        return Prepared(
            {"personId": person["id"], "deviceId": phone["clientId"]}, {"reason": "Lost"}
        )

    @prepares("removeFromTargetGroup")
    def member(self) -> Prepared:
        group, person = self.first("groupId"), self.person()["id"]
        self.ask(LINKS, f"accounts/target-groups/{group}/members", {"personId": person})
        return Prepared({"groupId": group}, {"personId": person})

    def person(self, **more) -> dict:
        return self.ask(LINKS, "accounts/people", {"displayName": "Somebody New"} | more)

    def numbered(self) -> tuple[dict, str]:
        """A person with a number that one has linked: the way there, and the number."""
        person, number = self.person()["id"], f"K-{uuid.uuid4().hex[:12]}"
        link = self.ask(
            LINKS, f"accounts/people/{person}/client-numbers",
            {"clientNumber": number, "institutionId": self.first("institutionId")},
        )
        return {"personId": person, "clientNumberId": link["id"]}, number

    def blank_card(self) -> dict:
        return self.ask(LINKS, "accounts/print-runs", {"count": 1})["cards"][0]

    def linked_card(self) -> str:
        place = f"accounts/people/{self.person()['id']}/cards"
        return self.ask(LINKS, place, {"number": self.blank_card()["number"]})["id"]


def new_key() -> dict:
    """The public half of a key that a phone makes, as a JWK."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = (base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}
