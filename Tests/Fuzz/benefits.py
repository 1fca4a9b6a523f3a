"""What clerks and approvers decide about: batches, letters, grants, recalls, standing instructions,
departures, and discounts of programmes."""

import itertools
import uuid
from datetime import date, timedelta

from bank import valid_iban
from desk import Desk, NotMade, Prepared, prepares

CLERK, APPROVER, COUNTER = "benefits-clerk", "benefits-approver", "counter-employee"
# Made at once: the next hundred requests need not wait for a batch.
GRANTS_OF_A_BATCH = 100


class Benefits(Desk):
    """Its files are paid by a programme that generated requests do not know by name."""

    def __init__(self, *facts):
        super().__init__(*facts)
        self.grants = []
        # The same amount for the same person in another file would be parked.
        self.amounts = itertools.count(100)

    @property
    def programme(self) -> str:
        return self.first("preparedProgrammeId")

    @property
    def resident(self) -> str:
        return self.first("personId")

    @prepares("createProgramme")
    def new_programme(self) -> Prepared:
        return Prepared(body={
            "name": f"Scheme {uuid.uuid4().hex[:8]}", "coin": self.first("coinCode"),
            "creditsLastDays": 30, "waitingDays": 90,
        })

    # Batches

    @prepares("approveBatch")
    def approval(self) -> Prepared:
        return Prepared({"batchId": self.submit([self.to_resident()])}, {})

    @prepares("cancelBatch")
    def cancellation(self) -> Prepared:
        return Prepared({"batchId": self.submit([self.to_resident()])}, {"reason": "Too early"})

    @prepares("releaseFile")
    def release(self) -> Prepared:
        batch, body = self.submit([self.to_resident()]), {"reason": "Too early"}
        self.ask(CLERK, f"disbursement/batches/{batch}/cancellations", body)
        return Prepared({"batchId": batch}, body)

    @prepares("cancelLines")
    def line_cancellation(self) -> Prepared:
        batch = self.submit([self.to_resident(), self.to_resident()])
        return Prepared({"batchId": batch}, {"lines": [2]})

    @prepares("returnLines")
    def line_return(self) -> Prepared:
        """A batch whose receiver nobody knows yet."""
        stranger = [(valid_iban(uuid.uuid4().hex), 100)]
        batch = self.approve(self.submit(stranger), {"done"})
        return Prepared({"batchId": batch}, {"lines": [1], "reason": "Not for this person"})

    @prepares("decideParkedLines")
    def parking(self) -> Prepared:
        line = self.to_resident()
        self.submit([line])
        return Prepared(
            {"batchId": self.submit([line])}, {"decision": "confirm", "reason": "Two children"}
        )

    @prepares("retryBatch")
    def retry(self) -> Prepared:
        """A batch of which a line failed, and could succeed now."""
        programme = self.first("limitedProgrammeId")
        batch = self.submit([self.to_resident(), self.to_resident()], programme)
        rules = f"disbursement/programmes/{programme}/credit-rules"
        self.ask(CLERK, rules, {"mostPerCredit": self.cents(1)})
        self.approve(batch, {"partly-done"})
        changes = f"disbursement/programmes/{programme}/changes"
        lifted = {"creditRules": {}, "reason": "The limit was a mistake"}
        change = self.ask(CLERK, changes, lifted)["id"]
        place = f"disbursement/programme-changes/{change}/decisions"
        self.ask(APPROVER, place, {"approved": True})
        return Prepared({"batchId": batch}, {})

    @prepares("createLetters", "createLetterTexts")
    def letters(self) -> Prepared:
        """A batch whose receivers nobody knows yet."""
        strangers = [(valid_iban(uuid.uuid4().hex), 100), (valid_iban(uuid.uuid4().hex), 100)]
        return Prepared({"batchId": self.approve(self.submit(strangers), {"done"})})

    def to_resident(self) -> tuple[str, int]:
        return self.first("residentIban"), next(self.amounts)

    def submit(self, lines: list[tuple[str, int]], programme: str | None = None) -> str:
        rows = [
            f"M. de Wilde;{iban};{cents // 100},{cents % 100:02d};{uuid.uuid4().hex[:20]}"
            for iban, cents in lines
        ]
        return self.ask(
            CLERK, f"disbursement/programmes/{programme or self.programme}/batches",
            "\n".join(["naam;iban;bedrag;kenmerk", *rows, ""]).encode(),
            headers={"Content-Type": "text/csv"},
        )["id"]

    def approve(self, batch: str, states: set[str]) -> str:
        self.ask(APPROVER, f"disbursement/batches/{batch}/approvals", {})
        self.wait(CLERK, f"disbursement/batches/{batch}", states)
        return batch

    # Grants

    @prepares("recallGrant")
    def recall(self) -> Prepared:
        return Prepared({"grantId": self.grant()}, {"reason": "Moved away"})

    @prepares("recallLines")
    def line_recall(self) -> Prepared:
        batch = self.approve(self.submit([self.to_resident(), self.to_resident()]), {"done"})
        return Prepared({"batchId": batch}, {"lines": [1, 2, 3], "reason": "Paid twice"})

    @prepares("objectToRecall")
    def objection(self) -> Prepared:
        return Prepared({"recallId": self.recalled()}, {"text": "I still live here"})

    @prepares("withdrawRecall")
    def withdrawal(self) -> Prepared:
        return Prepared({"recallId": self.recalled()}, {"reason": "A mistake"})

    @prepares("decideRecall")
    def recall_decision(self) -> Prepared:
        recall = self.recalled()
        self.ask(CLERK, f"disbursement/recalls/{recall}/objections", {"text": "By letter"})
        return Prepared({"recallId": recall}, {"upheld": True, "reason": "The register was wrong"})

    @prepares("proposeProgrammeChange")
    def change(self) -> Prepared:
        """Of a programme of its own: one change waits at a time."""
        programme = self.ask(CLERK, "disbursement/programmes", self.new_programme().body)["id"]
        return Prepared(
            {"programmeId": programme}, {"creditsLastDays": 60, "reason": "More time to spend it"}
        )

    @prepares("decideProgrammeChange")
    def change_decision(self) -> Prepared:
        prepared = self.change()
        place = f"disbursement/programmes/{prepared.path['programmeId']}/changes"
        change = self.ask(CLERK, place, prepared.body)["id"]
        return Prepared({"programmeChangeId": change}, {"approved": True})

    @prepares("extendPots")
    def extension(self) -> Prepared:
        until = f"{date.today().year + 9}-01-01T00:00:00Z"
        return Prepared(
            {"programmeId": self.programme}, {"personId": self.resident, "untilAt": until}
        )

    def grant(self) -> str:
        """One of which nothing is spent yet, and nothing recalled."""
        while self.grants:
            # The resident pays meanwhile, and the oldest is spent first.
            grant = self.read(CLERK, f"disbursement/grants/{self.grants.pop()}")
            if grant["amount"] == grant["left"]:
                return grant["id"]
        lines = [self.to_resident() for _ in range(GRANTS_OF_A_BATCH)]
        self.approve(self.submit(lines), {"done"})
        place = f"disbursement/people/{self.resident}/grants"
        newest = self.read(CLERK, place, limit=GRANTS_OF_A_BATCH)["items"]
        self.grants = [each["id"] for each in newest if each["amount"] == each["left"]][::-1]
        if not self.grants:
            raise NotMade("no grant is whole")
        return self.grants.pop()

    def recalled(self) -> str:
        place = f"disbursement/grants/{self.grant()}/recalls"
        return self.ask(CLERK, place, {"reason": "Moved away"})["id"]

    # Standing instructions

    @prepares("createStandingInstruction")
    def new_standing(self) -> Prepared:
        return Prepared(
            {"programmeId": self.programme}, self.terms() | {"personId": self.resident}
        )

    @prepares("decideStandingInstruction")
    def standing_decision(self) -> Prepared:
        return Prepared({"standingInstructionId": self.standing()}, {"approve": True})

    @prepares("changeStandingInstruction")
    def standing_change(self) -> Prepared:
        return Prepared({"standingInstructionId": self.approved_standing()}, self.terms())

    @prepares("stopStandingInstruction")
    def standing_stop(self) -> Prepared:
        return Prepared(
            {"standingInstructionId": self.approved_standing()},
            {"fromOn": self.terms()["fromOn"], "reason": "Found work"},
        )

    def terms(self) -> dict:
        # A day that has begun nowhere yet.
        begin = date.today() + timedelta(days=2)
        return {"amount": self.cents(150), "day": 25, "fromOn": begin.isoformat()}

    def standing(self) -> str:
        place = f"disbursement/programmes/{self.programme}/standing-instructions"
        return self.ask(CLERK, place, self.terms() | {"personId": self.resident})["id"]

    def approved_standing(self) -> str:
        standing = self.standing()
        place = f"disbursement/standing-instructions/{standing}/decisions"
        self.ask(APPROVER, place, {"approve": True})
        return standing

    # Departures, each of somebody who is nobody else's receiver

    @prepares("reportDeparture")
    def departure_report(self) -> Prepared:
        newcomer = {"displayName": "Somebody Gone"}
        person = self.ask(COUNTER, "accounts/people", newcomer)["id"]
        return Prepared(
            {"personId": person}, {"kind": "moved-away", "departedOn": date.today().isoformat()}
        )

    @prepares("decideDeparture")
    def departure_decision(self) -> Prepared:
        return Prepared({"departureId": self.departure()}, {"confirm": True}, APPROVER)

    @prepares("endDeparture")
    def departure_ending(self) -> Prepared:
        """Of one that the approver confirmed, who is not the one to end it."""
        departure = self.departure()
        self.ask(APPROVER, f"disbursement/departures/{departure}/decisions", {"confirm": True})
        return Prepared({"departureId": departure}, {"reason": "Moved back"}, CLERK)

    def departure(self) -> str:
        report = self.departure_report()
        place = f"disbursement/people/{report.path['personId']}/departures"
        return self.ask(CLERK, place, report.body)["id"]

    @prepares("sponsorDiscount")
    def sponsoring(self) -> Prepared:
        discount = self.ask(CLERK, "merchant/discounts", {
            "name": "Extra", "coin": self.first("coinCode"), "kind": "percentage",
            "percent": 10, "period": "month", "programmeId": self.programme,
        })
        return Prepared(
            {"programmeId": self.programme},
            {"discountId": discount["id"], "amount": self.cents(5)},
        )
