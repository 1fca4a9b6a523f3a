"""What happens at the till and in the office of the town's first shop: payments that wait, the code
of a phone, a proposal, a redemption, a discount."""

import base64
import hashlib
import json
import os
import struct
import time
import uuid
from datetime import datetime, timezone

import jwt

from bank import valid_iban
from desk import PATIENCE_SECONDS, Desk, NotMade, Prepared, prepares
from identities import base64url


class Shop(Desk):
    """Plays the till, the phone and the owner."""

    @prepares("acceptPayment")
    def acceptance(self) -> Prepared:
        # Some are refused for where the phone is.
        return self.approval(is_inside=uuid.uuid4().int % 4 > 0)

    @prepares("acceptPaymentByCard")
    def card_payment(self) -> Prepared:
        return Prepared(
            {"paymentId": self.payment()["id"]},
            {"cardNumber": self.first("linkedNumber"), "pin": "482915"},
        )

    @prepares("acceptPaymentByPayerCode")
    def code_payment(self) -> Prepared:
        """A payment, and a code of the resident's phone, as docs/qr-codes.md has it."""
        asked, phone = self.payment(), self.clients["resident"]
        coin = self.first("coinCode").encode()
        terms = b"\x01" + uuid.UUID(phone.id).bytes + os.urandom(16)
        terms += struct.pack(">IHQB", int(time.time()), 300, 100, len(coin)) + coin
        place = os.urandom(16) + struct.pack(">iiHHB", 51_065_000, 520_909_000, 10, 1, 0)
        es256 = jwt.get_algorithm_by_name("ES256")
        signature = es256.sign(
            b"wijkmunt payer code 1\n" + terms + hashlib.sha256(place).digest(),
            es256.prepare_key(phone.key),
        )
        code = base64.b32encode(terms + place + signature).rstrip(b"=").decode()
        return Prepared({"paymentId": asked["id"]}, {"code": f"WIJKMUNT:V1/PAYER/{code}"})

    @prepares("capturePayment")
    def capture(self) -> Prepared:
        return Prepared({"paymentId": self.reservation()}, {"amount": self.cents(3)})

    @prepares("voidPayment")
    def void(self) -> Prepared:
        return Prepared({"paymentId": self.reservation()})

    @prepares("decidePaymentProposal")
    def proposal_decision(self) -> Prepared:
        """What the resident at the printed code wants to pay."""
        proposal = self.ask("resident", "merchant/payment-proposals", {
            "terminalId": self.first("terminalId"), "amount": self.cents(1),
        })
        return Prepared({"proposalId": proposal["id"]}, {"decision": "confirmed"})

    @prepares("verifyMerchantIban")
    def account_verification(self) -> Prepared:
        """The owner asks to be paid elsewhere."""
        merchant, iban = self.first("merchantId"), valid_iban(uuid.uuid4().hex)
        asked = self.ask(
            "merchant-owner", f"merchant/merchants/{merchant}/iban-requests", {"iban": iban}
        )
        return Prepared(
            {"merchantId": merchant, "ibanRequestId": asked["id"]},
            {"iban": iban, "evidence": "Bank statement"},
        )

    @prepares("requestRedemption")
    def redemption(self) -> Prepared:
        self.redeem()
        self.earn(99)
        return Prepared(body=self.takings())

    @prepares("getClosing")
    def closing(self) -> Prepared:
        place = f"merchant/shops/{self.first('ownShopId')}/closings"
        closing = self.ask("merchant-owner", place, {})["id"]
        return Prepared({"closingId": closing}, by="merchant-owner")

    @prepares("createDiscount")
    def new_discount(self) -> Prepared:
        """One of the programme, or of the shop; whoever may not make it learns that."""
        of_programme = {"programmeId": self.first("programmeId")}
        return Prepared(body=self.terms() | (of_programme if uuid.uuid4().int % 2 else {}))

    @prepares("fundDiscount")
    def funding(self) -> Prepared:
        self.earn(20)
        return Prepared({"discountId": self.discount()}, {"amount": self.cents(5)})

    @prepares("endDiscount")
    def ending(self) -> Prepared:
        return Prepared(
            {"discountId": self.discount()}, {"reason": "The season is over"}, "merchant-owner"
        )

    @prepares("reinstateShop")
    def reinstatement(self) -> Prepared:
        """A shop in which nobody pays."""
        shop, reason = self.first("spareShopId"), {"reason": "All customers were helped"}
        self.ask("community-administrator", f"merchant/shops/{shop}/suspensions", reason)
        return Prepared({"shopId": shop}, reason)

    def payment(self, **more) -> dict:
        """A payment that the till asks for."""
        return self.ask("terminal", "merchant/payments", {"amount": self.cents(1)} | more)

    def reservation(self) -> str:
        """A payment whose coins are kept: the resident has approved it."""
        return self.earn(9, holdSeconds=86_400)

    def earn(self, cents: int, **more) -> str:
        """A payment that the resident has approved."""
        approval = self.approval(is_inside=True, amount=self.cents(cents), **more)
        payment = approval.path["paymentId"]
        self.ask("resident", f"merchant/payments/{payment}/acceptances", approval.body)
        return payment

    def redeem(self):
        """Redeems what the shop has just earned, once that has paid the refunds that it owes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.earn(99)
            try:
                self.ask("merchant-owner", "merchant/redemptions", self.takings())
                return
            except NotMade:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def takings(self) -> dict:
        """A little less than what was earned last."""
        return {"merchantId": self.first("ownMerchantId"), "amount": self.cents(90)}

    def approval(self, is_inside: bool, **more) -> Prepared:
        """A payment, and what the resident's phone answers; inside the area or outside."""
        asked = self.payment(**more)
        now = datetime.now(timezone.utc)
        # West of 5.1 degrees lies outside the area, where the coin is refused.
        claim = base64url(json.dumps({
            "longitude": 5.1065 if is_inside else 5.0, "latitude": 52.0909,
            "accuracyMetres": 10, "mock": False, "fixedAt": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }).encode())
        salt = hashlib.sha256(asked["id"].encode()).digest()[:16]
        # A reservation is approved with its term.
        term = {"holdSeconds": asked["hold"]["holdSeconds"]} if asked.get("hold") else {}
        return Prepared({"paymentId": asked["id"]}, {
            "positionClaim": claim,
            "salt": base64url(salt),
            "approval": self.clients["resident"].sign({
                "paymentId": asked["id"], "amount": asked["amount"],
                "payee": asked["merchant"]["id"], "challenge": asked["challenge"],
                "walletId": self.first("ownWalletId"), "iat": int(time.time()),
                "positionDigest": base64url(hashlib.sha256(salt + claim.encode()).digest()),
            } | term),
        })

    def discount(self) -> str:
        return self.ask("merchant-owner", "merchant/discounts", self.terms())["id"]

    def terms(self) -> dict:
        return {
            "name": "Extra", "coin": self.first("coinCode"), "kind": "percentage",
            "percent": 10, "period": "month",
        }
