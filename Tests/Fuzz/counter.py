"""What has to be made for one request: a payment that waits, a phone's code, a proposal."""

import base64
import hashlib
import json
import os
import re
import struct
import time
import uuid
from datetime import datetime, timezone
from urllib.parse import urlsplit

import jwt
import requests

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>{name}</MsgId><CreDtTm>2026-12-01T18:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>{name}</Id><Acct><Id><IBAN>NL65BNGH0285173946</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-12-01</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs>
</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
"""


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bank_statement() -> bytes:
    """A file of the bank about a payment that is not ours."""
    return STATEMENT.format(name=f"FUZZ-{uuid.uuid4().hex[:20]}").encode()


class NotMade(Exception):
    """What a request needs could not be made; the text says why."""


class Counter:
    """Plays the till, the phone and the owner of the town's first shop."""

    def __init__(self, objects: dict[str, list[str]], clients: dict):
        self.objects, self.clients = objects, clients

    def ask(self, who: str, url: str, body: dict) -> dict:
        """Makes something; gives the answer, or throws NotMade."""
        answer = requests.post(
            url, json=body, timeout=30, auth=self.clients[who].authorize,
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        if answer.status_code != 201:
            problem = answer.json().get("type", "").rsplit("/", 1)[-1]
            path = UUID.sub("{id}", urlsplit(url).path)
            raise NotMade(f"{answer.status_code} {problem} at {path}")
        return answer.json()

    def cents(self, number: int) -> dict:
        return {"value": f"0.{number:02d}", "coin": self.objects["coinCode"][0]}

    def payment(self, base: str, **more) -> dict:
        """A payment that the till asks for."""
        return self.ask("terminal", f"{base}/payments", {"amount": self.cents(1)} | more)

    def reservation(self, base: str) -> str:
        """A payment whose coins are kept: the resident has approved it."""
        payment, approval = self.approval(base, True, holdSeconds=86_400, amount=self.cents(9))
        self.ask("resident", f"{base}/payments/{payment}/acceptances", approval)
        return payment

    def approval(self, base: str, is_inside: bool, **more) -> tuple[str, dict]:
        """A payment, and what the resident's phone answers; inside the area or outside."""
        asked = self.payment(base, **more)
        now = datetime.now(timezone.utc)
        # West of 5.1 degrees lies outside the area, where the coin is refused.
        claim = base64url(json.dumps({
            "longitude": 5.1065 if is_inside else 5.0, "latitude": 52.0909,
            "accuracyMetres": 10, "mock": False, "fixedAt": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }).encode())
        salt = hashlib.sha256(asked["id"].encode()).digest()[:16]
        # A reservation is approved with its term.
        term = {"holdSeconds": asked["hold"]["holdSeconds"]} if asked.get("hold") else {}
        return asked["id"], {
            "positionClaim": claim,
            "salt": base64url(salt),
            "approval": self.clients["resident"].sign({
                "paymentId": asked["id"], "amount": asked["amount"],
                "payee": asked["merchant"]["id"], "challenge": asked["challenge"],
                "walletId": self.objects["ownWalletId"][0], "iat": int(time.time()),
                "positionDigest": base64url(hashlib.sha256(salt + claim.encode()).digest()),
            } | term),
        }

    def payer_code(self, base: str) -> tuple[str, dict]:
        """A payment, and a code of the resident's phone, as docs/qr-codes.md has it."""
        asked, phone = self.payment(base), self.clients["resident"]
        coin = self.objects["coinCode"][0].encode()
        terms = b"\x01" + uuid.UUID(phone.id).bytes + os.urandom(16)
        terms += struct.pack(">IHQB", int(time.time()), 300, 100, len(coin)) + coin
        place = os.urandom(16) + struct.pack(">iiHHB", 51_065_000, 520_909_000, 10, 1, 0)
        es256 = jwt.get_algorithm_by_name("ES256")
        signature = es256.sign(
            b"wijkmunt payer code 1\n" + terms + hashlib.sha256(place).digest(),
            es256.prepare_key(phone.key),
        )
        code = base64.b32encode(terms + place + signature).rstrip(b"=").decode()
        return asked["id"], {"code": f"WIJKMUNT:V1/PAYER/{code}"}

    def proposal(self, base: str) -> str:
        """What the resident at the printed code wants to pay."""
        return self.ask(
            "resident", f"{base}/payment-proposals",
            {"terminalId": self.objects["terminalId"][0], "amount": self.cents(1)},
        )["id"]

    def account(self, base: str, iban: str) -> str:
        """What the shop's owner asks: to be paid elsewhere."""
        path = f"{base}/merchants/{self.objects['merchantId'][0]}/iban-requests"
        return self.ask("merchant-owner", path, {"iban": iban})["id"]

    def discount(self) -> dict:
        """One of the programme, or of the shop; whoever may not make it learns that."""
        creation = {
            "name": "Extra", "coin": self.objects["coinCode"][0], "kind": "percentage",
            "percent": 10, "period": "month",
        }
        of_programme = {"programmeId": self.objects["programmeId"][0]}
        return creation | (of_programme if uuid.uuid4().int % 2 else {})
