"""sepaxml writes payment files that we read, and pyiso20022 reads what we write.

A municipality's software, by files alone: sepaxml makes pain.001 in both versions, one block per
payment and one for all; our report comes back as pain.002, what we booked as camt.054, our books as camt.053 and our bank file
as pain.001, and pyiso20022, whose classes were made from the schemas of ISO 20022, reads each of them
strictly. Whatever does not hold ends the program with exit code 1.
"""

import argparse
import datetime
import importlib
import itertools
import json
import subprocess
import uuid
from decimal import Decimal
from pathlib import Path

from sepaxml import SepaTransfer
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from authlib_flow import require

# Nothing that the schemas do not have is passed over.
STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True,
                      fail_on_converter_warnings=True)
PAYER = {"name": "Gemeente Wijkstad", "IBAN": "NL65BNGH0285173946", "currency": "EUR"}
ABSENT = "NL71SNSB0962841735"


def main():
    options = read_options()
    town = Town(options)
    for version, report in [("pain.001.001.03", "pain.002.001.03"),
                            ("pain.001.001.09", "pain.002.001.10")]:
        for batched in (False, True):
            pay(town, options, version, report, batched)
            refuse(town, options, version, report, batched)
    sell(town, options)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True, help="the command line tool")
    parser.add_argument("--directory", required=True, help="where files may be written")
    parser.add_argument("--programme", required=True, help="a programme with money")
    parser.add_argument("--resident", required=True, help="the IBAN of a resident with a wallet")
    parser.add_argument("--phone", required=True, help="the profile of that resident's phone")
    parser.add_argument("--shop", required=True, help="the profile of a merchant")
    parser.add_argument("--till", required=True, help="the profile of its till")
    return parser.parse_args()


class Town:
    """Everybody, by the command line tool."""

    def __init__(self, options):
        self.tool = options.tool
        self.directory = Path(options.directory)

    def run(self, *arguments, profile, status=0):
        command = [self.tool, *arguments, "--profile", profile]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != status:
            print(done.stderr)
        require(done.returncode == status, f"{' '.join(arguments[:2])} ends with {status}")
        return done.stdout

    def ask(self, *arguments, profile, status=0):
        return json.loads(self.run(*arguments, "--output", "json", profile=profile, status=status))

    def written(self, *arguments, profile):
        """What the tool writes into a file."""
        path = self.directory / f"{uuid.uuid4()}.xml"
        self.run(*arguments, "--to", str(path), profile=profile)
        return path.read_bytes()


def read(content, version):
    """A message, by the classes of its version."""
    area, name = version.split(".", 1)[0], version.replace(".", "_")
    module = importlib.import_module(f"pyiso20022.{area}.{name}")
    return XmlParser(config=STRICT).from_bytes(content, module.Document)


# Each file has an amount of its own: the same once more would wait for somebody to confirm it.
amounts = itertools.count(1234)


def payment_file(options, version, batched):
    # Days that have come are paid at once.
    day = datetime.date.today() - datetime.timedelta(days=7)
    file = SepaTransfer(PAYER | {"batch": batched}, schema=version, clean=True)
    cents = next(amounts)
    lines = [("M. de Wilde", options.resident, cents), ("J. Jansen-Kok", ABSENT, cents),
             ("M. de Wilde", options.resident, cents)]
    for number, (name, iban, cents) in enumerate(lines, 1):
        file.add_payment({
            "name": name, "IBAN": iban, "amount": cents, "execution_date": day,
            "description": f"Leefgeld {number}", "endtoend_id": f"E2E-{number}",
        })
    return file.export(validate=True), sum(cents for *_, cents in lines)


def submit(town, options, content, status=0):
    path = town.directory / f"{uuid.uuid4()}.xml"
    path.write_bytes(content)
    return town.ask("batch", "submit", str(path), "--programme", options.programme,
                    profile="clerk", status=status)


def pay(town, options, version, report, batched):
    content, cents = payment_file(options, version, batched)
    batch = submit(town, options, content)
    kind = "one block" if batched else "a block per payment"
    require(batch["messageType"] == version, f"sepaxml's {version}, {kind}, is recognised")
    require((batch["count"], Decimal(batch["total"]["value"])) == (3, Decimal(cents) / 100),
            "its three payments are counted")
    require(batch["state"] == "validated", "it is accepted")
    town.run("batch", "approve", batch["id"], "--wait", profile="approver")
    answer = town.written("batch", "report", batch["id"], profile="clerk")
    told = read(answer, report).cstmr_pmt_sts_rpt
    group = told.orgnl_grp_inf_and_sts
    require(group.orgnl_msg_id == batch["messageId"] and group.orgnl_msg_nm_id == version,
            f"pyiso20022 reads our {report}")
    states = {}
    for block in told.orgnl_pmt_inf_and_sts:
        for line in block.tx_inf_and_sts:
            states[line.orgnl_end_to_end_id] = text(line.tx_sts)
    # Version 03 has no word for what has reached the receiver.
    arrived = "ACSC" if report.endswith(".03") else "ACCC"
    wanted = {"E2E-1": arrived, "E2E-2": "PDNG", "E2E-3": arrived}
    require(states == wanted, f"two lines have arrived, one waits: {states}")
    content = town.written("batch", "credits", batch["id"], profile="clerk")
    notification = read(content, "camt.054.001.08").bk_to_cstmr_dbt_cdt_ntfctn.ntfctn[0]
    booked = []
    for entry in notification.ntry:
        details = entry.ntry_dtls[0].tx_dtls[0]
        booked.append((text(entry.cdt_dbt_ind), details.refs.end_to_end_id, entry.amt.value))
    wanted = [("DBIT", f"E2E-{number}", Decimal(cents // 3) / 100) for number in (1, 2, 3)]
    require(booked == wanted, f"pyiso20022 reads our camt.054: {booked}")


def refuse(town, options, version, report, batched):
    content, cents = payment_file(options, version, batched)
    right, wrong = f">{cents // 100}.{cents % 100:02}<", f">{cents // 100 + 1}.00<"
    require(right.encode() in content, "the sum stands in the file")
    batch = submit(town, options, content.replace(right.encode(), wrong.encode(), 1), 1)
    require(batch["state"] == "refused", "a file whose sum is wrong is refused")
    told = read(town.written("batch", "report", batch["id"], profile="clerk"), report)
    group = told.cstmr_pmt_sts_rpt.orgnl_grp_inf_and_sts
    require(text(group.grp_sts) == "RJCT", "the report says so")
    codes = [text(reason.rsn.cd) for reason in group.sts_rsn_inf]
    require(codes == ["AM10"], f"and why: {codes}")


def sell(town, options):
    payment = town.ask("payment", "request", "10.00", profile=options.till)
    town.run("payment", "pay", payment["qrPayload"], profile=options.phone)
    town.run("payment", "refund", payment["id"], "--amount", "2.50", "--reason", "Kapot",
             profile=options.shop)
    content = town.written("merchant", "statement", str(datetime.date.today().year),
                           "--format", "camt-053", profile=options.shop)
    statement = read(content, "camt.053.001.08").bk_to_cstmr_stmt.stmt[0]
    entries = [(text(entry.cdt_dbt_ind), entry.amt.value) for entry in statement.ntry]
    wanted = [("CRDT", Decimal("10.00")), ("DBIT", Decimal("2.50"))]
    require(entries == wanted, f"pyiso20022 reads our camt.053: {entries}")
    balances = {text(each.tp.cd_or_prtry.cd): each.amt.value for each in statement.bal}
    require(balances.get("CLBD") == Decimal("7.50"), f"and its balance: {balances}")

    town.run("redemption", "request", profile=options.shop)
    settlement = town.ask("settlement", "create", "--debtor-name", "Stichting Wijkreserve",
                          "--debtor-iban", PAYER["IBAN"], profile="treasurer")
    town.run("settlement", "release", settlement["id"], profile="controller")
    content = town.written("settlement", "file", settlement["id"], profile="treasurer")
    transfers = read(content, "pain.001.001.09").cstmr_cdt_trf_initn
    require(transfers.grp_hdr.ctrl_sum == Decimal("7.50"), "pyiso20022 reads our bank file")
    creditor = transfers.pmt_inf[0].cdt_trf_tx_inf[0].cdtr_acct.id.iban
    require(creditor == "NL04INGB0678250914", "which pays the merchant")


def text(value):
    """A code as it stands in the message."""
    return getattr(value, "value", value)


if __name__ == "__main__":
    main()
