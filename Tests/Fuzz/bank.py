"""What the bank tells: account numbers that hold, and its statements."""

import uuid
import zlib

CREDITS_OF_A_STATEMENT = 20
STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>{name}</MsgId><CreDtTm>2026-12-01T18:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>{name}</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>
{entries}
</Stmt></BkToCstmrStmt></Document>
"""
ENTRY = """<Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-12-01</Dt></BookgDt><AcctSvcrRef>{name}</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"""


def number_of(value) -> int:
    """A number that is always the same for a value."""
    return zlib.crc32(repr(value).encode("utf-8", "backslashreplace"))


def valid_iban(value: str) -> str:
    """A Dutch IBAN with check digits that fit, made from any text (ISO 7064, MOD 97-10)."""
    account = f"FUZZ{number_of(value) % 10**10:010d}"
    digits = "".join(str(int(letter, 36)) for letter in account + "NL00")
    return f"NL{98 - int(digits) % 97:02d}{account}"


def foreign_payment() -> bytes:
    """A file of the bank about a payment that is not ours."""
    return statement("NL65BNGH0285173946", "DBIT", 1)


def euros_for_somebody(iban: str) -> bytes:
    """Credits that do not say for which programme they are."""
    return statement(iban, "CRDT", CREDITS_OF_A_STATEMENT)


def statement(iban: str, sign: str, count: int) -> bytes:
    entries = [ENTRY.format(sign=sign, name=name()) for _ in range(count)]
    return STATEMENT.format(name=name(), iban=iban, entries="\n".join(entries)).encode()


def name() -> str:
    return f"FUZZ-{uuid.uuid4().hex[:20]}"
