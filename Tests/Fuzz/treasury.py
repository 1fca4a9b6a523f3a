"""What treasurers decide about: euros that arrived, and euros that leave."""

from bank import euros_for_somebody
from desk import Desk, Prepared, prepares

# What one imports or proposes another decides about.
FIRST, SECOND = "controller", "treasurer"


class Treasury(Desk):
    def __init__(self, *facts):
        super().__init__(*facts)
        self.credits = []

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
