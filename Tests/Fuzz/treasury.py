"""What treasurers decide about: euros that arrived, and euros that leave."""

import uuid
from datetime import date, timedelta

from bank import euros_for_somebody
from desk import Desk, Prepared, prepares
from shop import Shop

# What one imports or proposes another decides about.
FIRST, SECOND = "controller", "treasurer"


class Treasury(Desk):
    def __init__(self, *facts):
        super().__init__(*facts)
        self.credits, self.paid_out = [], None
        self.shop = Shop(*facts)

    @prepares("assignBankCredit")
    def assignment(self) -> Prepared:
        return Prepared(
            {"bankCreditId": self.credit()}, {"programmeId": self.first("bankedProgrammeId")}
        )

    @prepares("dismissBankCredit")
    def dismissal(self) -> Prepared:
        return Prepared({"bankCreditId": self.credit()}, {"reason": "Sent back to the payer"})

    @prepares("proposePayout")
    def payout(self) -> Prepared:
        """Out of what a programme has left."""
        return Prepared(body={
            "coin": self.first("coinCode"), "source": "programme",
            "programmeId": self.first("preparedProgrammeId"), "amount": self.cents(5),
            "creditorName": "Gemeente Wijkstad", "creditorIban": self.first("bankedIban"),
            "reason": "The scheme is over",
        })

    @prepares("decidePayout")
    def payout_decision(self) -> Prepared:
        payout = self.ask(FIRST, "merchant/payouts", self.payout().body)["id"]
        return Prepared(
            {"payoutId": payout}, {"approved": True, "creditorIban": self.first("bankedIban")}
        )

    @prepares("releaseSettlement")
    def release(self) -> Prepared:
        return Prepared({"settlementId": self.settlement()}, {}, SECOND)

    @prepares("cancelSettlement")
    def settlement_cancellation(self) -> Prepared:
        return Prepared({"settlementId": self.settlement()}, {"reason": "Made too early"})

    @prepares("confirmSettlement")
    def confirmation(self) -> Prepared:
        return Prepared(
            {"settlementId": self.released()}, {"bankReference": uuid.uuid4().hex[:30]}
        )

    @prepares("getSettlementFile")
    def bank_file(self) -> Prepared:
        """Nobody else knows this one, and it can be read again and again."""
        self.paid_out = self.paid_out or self.released()
        return Prepared({"settlementId": self.paid_out})

    def settlement(self) -> str:
        """One that pays the town's first shop; another treasurer releases it."""
        self.shop.redeem()
        return self.ask(FIRST, "merchant/settlements", {
            "coin": self.first("coinCode"), "debtorName": "Stichting Wijkreserve",
            "debtorIban": "NL65BNGH0285173946",
            "executionDate": (date.today() + timedelta(days=3)).isoformat(),
        })["id"]

    def released(self) -> str:
        settlement = self.settlement()
        self.ask(SECOND, f"merchant/settlements/{settlement}/releases", {})
        return settlement

    def credit(self) -> str:
        """Euros that name no programme; another treasurer imported them."""
        if not self.credits:
            statement = self.ask(
                FIRST, "disbursement/bank-statements",
                euros_for_somebody(self.first("bankedIban")),
                headers={"Content-Type": "application/xml"},
            )
            found = self.read(
                SECOND, "disbursement/bank-credits", bankStatementId=statement["id"], limit=250
            )
            self.credits = [each["id"] for each in found["items"]]
        return self.credits.pop()
