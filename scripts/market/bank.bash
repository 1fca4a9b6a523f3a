# How the coins of the market day become euros. Sourced by scripts/market-day.

redeem() { as "shop-$1" redemption request | note shop "$1" redemption; }

# A bank file that two people have seen; answers its id.
send_to_bank() {
    local settlement file=$directory/$1.xml
    settlement=$(as treasurer settlement create --debtor-name "Stichting Reserve Marktmunt" \
        --debtor-iban "$(iban 700000)" | member .id)
    refused "second person" treasurer settlement release "$settlement"
    as controller settlement release "$settlement" >"$directory/released.json"
    "$wijkmunt" settlement file "$settlement" --to "$file" --profile treasurer 2>"$file.log"
    "$wijkmunt" iso20022 check "$file" >"$file.log"
    require_valid pain.001.001.09 "$file"
    echo "$settlement"
}

# The bank refuses the first payment, carries out the others, and sends the second one back.
settle_with_answers() {
    local settlement lines counts
    settlement=$(send_to_bank noon)
    lines=$(as treasurer redemption list --limit 250 |
        jq --raw-output '.items | sort_by(.endToEndId)[] | "\(.endToEndId) \(.euro.value)"')
    refusal "$settlement" "$(head --lines 1 <<<"$lines")" >"$directory/answer-1.xml"
    tail --lines +2 <<<"$lines" | bookings DBIT STATEMENT-1 >"$directory/answer-2.xml"
    sed --quiet 2p <<<"$lines" | bookings CRDT STATEMENT-2 >"$directory/answer-3.xml"
    require_valid pain.002.001.10 "$directory/answer-1.xml"
    local nr
    for nr in 1 2 3; do
        as treasurer settlement import "$directory/answer-$nr.xml" |
            jq --exit-status '.attentionCount == 0' >"$directory/attention" ||
            fail "the bank's answer $nr is not understood"
    done
    counts=$(as treasurer settlement show "$settlement" |
        jq --compact-output '[.state, .openCount, .settledCount, .returnedCount]')
    [ "$counts" = "[\"settled\",0,$((merchants - 2)),2]" ] ||
        fail "the settlement is not what the bank said: $counts"
    tell "the bank paid $((merchants - 2)) merchants, refused one and sent one payment back."
}

# A pain.002 that refuses one line: "REFERENCE EUROS".
refusal() {
    local message
    message=$(as treasurer settlement show "$1" | member .messageId)
    cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>STATUS-1</MsgId><CreDtTm>$(date --utc +%FT%TZ)</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>$message</OrgnlMsgId>
<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>$message</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>${2% *}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>
XML
}

# A camt.053 with an entry for each "REFERENCE EUROS": money that left, or came back.
bookings() {
    local reference euros
    cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>$2</MsgId><CreDtTm>$(date --utc +%FT%TZ)</CreDtTm></GrpHdr>
<Stmt><Id>$2</Id><Acct><Id><IBAN>$(iban 700000)</IBAN></Id></Acct>
XML
    while read -r reference euros; do
        cat <<XML
<Ntry><Amt Ccy="EUR">$euros</Amt><CdtDbtInd>$1</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>$(date --utc +%F)</Dt></BookgDt><NtryDtls><TxDtls>
<Refs><EndToEndId>$reference</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
XML
    done
    echo "</Stmt></BkToCstmrStmt></Document>"
}

# The bank has no files to give; the treasurer reads its statement and says so.
settle_by_hand() {
    local settlement
    settlement=$(send_to_bank evening)
    as treasurer settlement confirm "$settlement" --bank-reference "Statement of the evening" |
        jq --exit-status '.state == "settled"' >"$directory/confirmed" ||
        fail "the second settlement is not settled"
    tell "the second bank file is paid."
}
