"""A town of its own to ask questions of: every service, and somebody in every role."""

import json
from datetime import date
from pathlib import Path

from stack import Stack

IN_FRONT_OF_THE_SHOP = "5.1065,52.0909"
RESIDENTS = {"mdewilde": "NL57INGB0004418702", "fyildiz": "NL87RABO0315527849"}
ROLES_OF_THE_TOWN = [
    "counter-employee", "treasurer", "benefits-clerk", "benefits-approver", "auditor",
    "board-member", "programme-sponsor", "accountant", "guardian", "budget-coach",
]
ACCOUNT_OF_EUROS = "NL52BNGH0285047013"


class Town(Stack):
    """Somebody in every role, and what they have done; `facts` tells the hooks of it."""

    def __init__(self, programs: Path, examples: Path):
        super().__init__(programs)
        self.examples = examples
        # For the hooks: who is there, and the ids of what there is.
        self.facts = self.directory / "town.json"

    def settle(self):
        """Plays the walk of README.md, and writes down what there is for the hooks."""
        community = self.run("community", "create", "Oosterhof", "--as", "admin")
        self.run("coin", "create", "oosterhof", "--name", "Oosterhof", "--symbol", "O")
        area = self.examples / "neighbourhood.geojson"
        geofence = self.run("geofence", "import", str(area), "--name", "vogelbuurt")
        self.run(
            "policy", "set", "--geofence", "vogelbuurt", "--shop-in-geofence",
            "--payer-in-geofence", "possible", "--accurate-fix", "100", "--fresh-fix", "120",
            "--distance-selling",
        )
        town = self.run("institution", "register", "Gemeente Wijkstad")["id"]
        for role in ROLES_OF_THE_TOWN:
            self.run("client", "register", role, "--party", town, "--role", role)
        # Whoever makes a bank file does not release it.
        self.run("client", "register", "controller", "--party", town, "--role", "treasurer")
        # Those whom the fuzzing may take their rights.
        other = self.run("institution", "register", "Gemeente Elders")["id"]
        spare = self.run("client", "register", "spare", "--party", other, "--role", "auditor")

        people = [self.enrol_resident(alias, iban) for alias, iban in RESIDENTS.items()]
        # A second phone of the first, which the fuzzing may name and revoke.
        code = self.run("person", "activation-code", people[0]["partyId"])["code"]
        spare_phone = self.run("enrol", code, "--as", "spare-phone")
        newcomers = [self.run("person", "register", f"Newcomer {n}") for n in range(8)]
        objects = {
            "communityId": [community["id"]], "coinCode": ["oosterhof"],
            "geofenceId": [geofence["id"]], "geofence": ["vogelbuurt"],
            "institutionId": [town], "clientId": [spare["id"]], "sparePartyId": [other],
            "personId": [person["partyId"] for person in people],
            "sparePersonId": [person["id"] for person in newcomers],
            "residentIban": list(RESIDENTS.values()),
            "deviceId": [spare_phone["clientId"]],
            "walletId": [person["walletId"] for person in people],
            "ownWalletId": [people[0]["walletId"]],
            "alias": list(RESIDENTS),
            "activationCode": [person["activationCode"]["code"] for person in newcomers],
        }
        mandate = self.run(
            "mandate", "give", "budget-coach", "--for", people[0]["partyId"],
            "--to", people[1]["partyId"], "--decision", "Council 2026-4",
            "--until", "2030-01-01T00:00:00Z",
        )
        objects["mandateId"] = [mandate["id"]]
        objects |= self.open_shop() | self.pay_out() | self.make_programmes()
        objects |= self.spend() | self.make_rules() | self.give_card(people[1]["partyId"])
        objects |= self.hire(people[1], objects) | self.help_people(objects)
        objects["partyId"] = objects["institutionId"] + objects["merchantId"]
        self.facts.write_text(
            json.dumps({
                "profiles": self.profiles(), "urls": self.urls, "objects": objects,
                "colleagues": {"controller": self.profile("controller")},
                # To sign tokens that are good but for one thing.
                "issuersKey": (self.stack / "secrets" / "signing-key.pem").read_text(),
            })
        )

    def profiles(self) -> dict[str, str]:
        """Which profile plays which role."""
        players = {role: role for role in ROLES_OF_THE_TOWN} | {
            "operator": "operator", "community-administrator": "admin",
            "merchant-owner": "bakery", "terminal": "till", "resident": "mdewilde",
        }
        return {role: self.profile(name) for role, name in players.items()}

    def profile(self, name: str) -> str:
        return str(self.stack / "profiles" / f"{name}.json")

    def enrol_resident(self, alias: str, iban: str) -> dict:
        person = self.run("person", "register", alias, "--iban", iban)
        self.run(
            "person", "verify-iban", person["id"], iban, "--evidence", "Bank card and passport",
            "--profile", "counter-employee",
        )
        code = person["activationCode"]["code"]
        return self.run("enrol", code, "--as", alias, "--alias", alias)

    def open_shop(self) -> dict:
        bakery = self.run(
            "merchant", "register", "Bakkerij De Korenaar", "--iban", "NL04INGB0678250914"
        )["id"]
        self.run(
            "merchant", "verify-iban", bakery, "--iban", "NL04INGB0678250914",
            "--evidence", "Bank statement seen", "--profile", "counter-employee",
        )
        self.run("client", "register", "bakery", "--party", bakery, "--role", "merchant-owner")
        shop, *others = [self.register_shop(f"De Korenaar {number}") for number in range(1, 5)]
        # The others wait to be verified.
        self.run("shop", "verify", shop, "--evidence", "Visited")
        terminal = self.run("terminal", "register", "Till 1", "--shop", shop, "--profile", "bakery")
        self.run("enrol", terminal["activationCode"]["code"], "--as", "till")
        move = self.run(
            "shop", "move", others[0], "--address", "Merelstraat 2, Wijkstad",
            "--at", "5.1065,52.0908", "--profile", "bakery",
        )
        webhook = self.run(
            "webhook", "add", "http://127.0.0.1:9/", "--type", "nothing.ever", "--profile", "bakery"
        )
        return {
            "merchantId": [bakery], "shopId": [shop, *others], "ownShopId": [shop],
            "spareShopId": others[:1], "ownMerchantId": [bakery],
            "terminalId": [terminal["id"]],
            "moveId": [move["id"]], "webhookId": [webhook["id"]],
        }

    def register_shop(self, name: str) -> str:
        return self.run(
            "shop", "register", name, "--address", "Merelstraat 1, Wijkstad",
            "--at", "5.1064,52.0908", "--profile", "bakery",
        )["id"]

    def pay_out(self) -> dict:
        programme = self.run("programme", "create", "Bijzondere bijstand")["id"]
        self.run(
            "programme", "fund", programme, "100000.00", "--bank-reference", "Statement 2026-47"
        )
        file = self.examples / "benefits-2026-11.xml"
        batch = self.run("batch", "submit", str(file), "--programme", programme)["id"]
        self.run("batch", "approve", batch, "--wait")
        self.run("upload", "send", str(file), "--programme", programme)
        upload = self.run("upload", "list")["items"][0]["id"]
        return {
            "programmeId": [programme], "batchId": [batch], "settledBatchId": [batch],
            "settledUploadId": [upload],
        }

    def make_programmes(self) -> dict:
        """One that pays what is prepared, one whose limits change, and one that the bank funds."""
        create = ["programme", "create"]
        prepared = self.run(*create, "Prepared", "--pots-expire-at", "2040-01-01T00:00:00Z")["id"]
        limited = self.run(*create, "Limited")["id"]
        for each in (prepared, limited):
            self.run("programme", "fund", each, "100000.00", "--bank-reference", each[-12:])
            # On a day on which banks are closed, too.
            self.run("programme", "set-files", each, "--at-once")
        self.fill_wallet(prepared)
        banked = self.run(*create, "Banked", "--funding-iban", ACCOUNT_OF_EUROS)["id"]
        change = self.run(
            "programme", "change", "propose", banked, "--credits-last-days", "60",
            "--reason", "More time",
        )["id"]
        payouts = [
            self.run(
                "payout", "propose", "1.00", "--from", "programme", "--programme", prepared,
                "--to-name", "Gemeente", "--to-iban", "NL65BNGH0285173946", "--reason", "Left",
                "--profile", "treasurer",
            )["id"]
            for _ in range(3)
        ]
        return {
            "payoutId": payouts, "programmeChangeId": [change],
            "preparedProgrammeId": [prepared], "limitedProgrammeId": [limited],
            "bankedProgrammeId": [banked], "bankedIban": [ACCOUNT_OF_EUROS],
        }

    def fill_wallet(self, programme: str):
        """The first resident can pay all day; the oldest grant is spent first, and others stay whole."""
        lines = self.directory / "wallet.csv"
        iban = next(iter(RESIDENTS.values()))
        lines.write_text(f"name,iban,amount\nM. de Wilde,{iban},1000.00\n")
        batch = self.run("batch", "submit", str(lines), "--programme", programme)["id"]
        self.run("batch", "approve", batch, "--wait")

    def spend(self) -> dict:
        """Payments, redemptions that are settled and that wait, and a transfer."""
        payments = [self.pay("20.00"), self.pay("2.50"), self.pay("1.00")]
        redeem = ["redemption", "request", "--profile", "bakery"]
        redemptions, settlements = [], []
        # Each is released or cancelled by another than who made it; the last is released.
        for treasurer in ["controller", "controller", "controller", "treasurer"]:
            redemptions.append(self.run(*redeem, "2.00"))
            settlements.append(self.run(
                "settlement", "create", "--debtor-name", "Stichting Wijkreserve",
                "--debtor-iban", "NL65BNGH0285173946", "--profile", treasurer,
            ))
        self.run("settlement", "release", settlements[-1]["id"], "--profile", "controller")
        redemptions.append(self.run(*redeem, "1.00"))
        transfer = self.run(
            "transfer", "create", "5.00", "--to", "fyildiz", "--profile", "mdewilde"
        )
        correction = self.run(
            "correction", "create", transfer["id"], "--amount", "1.00", "--reason", "Too much"
        )
        return {
            "paymentId": payments, "settledPaymentId": payments[:1], "dearPaymentId": payments[2:],
            "redemptionId": [each["id"] for each in redemptions],
            "settlementId": [each["id"] for each in settlements],
            "openSettlementId": [each["id"] for each in settlements[:-1]],
            "releasedSettlementId": [settlements[-1]["id"]],
            "transferId": [transfer["id"]], "correctionId": [correction["id"]],
        }

    def give_card(self, person: str) -> dict:
        """A card that pays."""
        number = self.run("card", "make", "1")["cards"][0]["number"]
        card = self.run("card", "link", number, "--person", person)["id"]
        self.run("card", "pin", card, typed="482915\n")
        return {"linkedNumber": [number]}

    def hire(self, person: dict, objects: dict) -> dict:
        """Somebody may work at the till."""
        mandate = self.run(
            "mandate", "give", "cashier", "--for", objects["merchantId"][0],
            "--to", person["partyId"], "--until", "2030-01-01T00:00:00Z", "--profile", "bakery",
        )
        return {"cashierMandateId": [mandate["id"]], "period": [str(date.today().year)]}

    def help_people(self, objects: dict) -> dict:
        """A group, and a discount of the programme and one of the shop."""
        group = self.run("group", "create", "Stadspas")
        create = ["discount", "create", "Extra", "--kind", "percentage", "--percent", "10"]
        discounts = [
            self.run(
                *create, "--programme", objects["programmeId"][0], "--profile", "benefits-clerk"
            ),
            self.run(*create, "--profile", "bakery"),
        ]
        ids = [each["id"] for each in discounts]
        return {
            "groupId": [group["id"]], "discountId": ids,
            "sponsoredDiscountId": ids[:1], "ownDiscountId": ids[1:],
        }

    def pay(self, amount: str, *options: str) -> str:
        payment = self.run("payment", "request", amount, *options, "--profile", "till")
        self.run(
            "payment", "pay", payment["qrPayload"], "--at", IN_FRONT_OF_THE_SHOP,
            "--profile", "mdewilde",
        )
        return payment["id"]

    def make_rules(self) -> dict:
        self.run("wallet-class", "set", "youth", "--daily-spending", "150.00")
        return {"className": ["youth"]}
