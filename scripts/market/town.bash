# Who lives and sells in the town of the market day. Sourced by scripts/market-day.

# A community with a coin for one neighbourhood, and the people who run it.
found_town() {
    local town role
    as operator community create Marktstad --as admin >"$directory/community.json"
    as admin coin create markt --name Marktmunt --symbol M >"$directory/coin.json"
    as admin geofence import docs/examples/neighbourhood.geojson --name buurt \
        >"$directory/geofence.json"
    as admin policy set --geofence buurt --shop-in-geofence --payer-in-geofence possible \
        --payer-near-shop 150 --fresh-fix 120 --accurate-fix 100 --no-mock \
        --terminal-challenge 120 --plausible-travel 130 --distance-selling \
        >"$directory/policy.json"
    as admin redemption policy set --fixed 0.10 --fee 50 --community 25 >"$directory/terms.json"
    town=$(as admin institution register "Gemeente Marktstad" | member .id)
    for role in clerk:benefits-clerk approver:benefits-approver treasurer:treasurer \
        controller:treasurer counter:counter-employee; do
        as admin client register "${role%:*}" --party "$town" --role "${role#*:}" \
            >"$directory/client.json"
    done
    as counter card make "$shops" >"$directory/cards.json"
}

# An IBAN that nobody has, by number.
iban() {
    local account check
    account=$(printf '%010d' "$1")
    # T E S T are 29 14 28 29, and N L 23 21; in steps that fit into 64 bits.
    check=$((((29142829 % 97 * 10000000000 + 10#$account) % 97 * 1000000 + 232100) % 97))
    printf 'NL%02dTEST%s' $((98 - check)) "$account"
}

# Where a shop stands: in rows, all of them in the neighbourhood.
place() {
    local row=$((($1 - 1) / 5)) column=$((($1 - 1) % 5))
    printf '5.%04d,52.%04d' $((1030 + column * 15)) $((890 + row * 12))
}

# What was written down about a shop or a resident: known shop 7 terminal
known() { cat "$directory/$1/$2.$3"; }
note() { cat >"$directory/$1/$2.$3"; }

# A merchant with one shop and one till; the last shop is the first merchant's second one.
open_shop() {
    local nr=$1 merchant shop terminal
    if ((nr == shops)); then
        eventually test -s "$directory/shop/1.merchant"
        merchant=$(known shop 1 merchant)
    else
        merchant=$(register_merchant "$nr")
    fi
    note shop "$nr" merchant <<<"$merchant"
    as admin client register "shop-$nr" --party "$merchant" --role merchant-owner |
        note shop "$nr" client
    shop=$(as "shop-$nr" shop register "Kraam $nr" --address "Markt $nr" --at "$(place "$nr")" \
        $(market_options "$nr") | member .id)
    note shop "$nr" shop <<<"$shop"
    as admin shop verify "$shop" --evidence "Visited in the morning" | note shop "$nr" place
    terminal=$(as "shop-$nr" terminal register "Till of $nr" --shop "$shop")
    member .id <<<"$terminal" | note shop "$nr" terminal
    as operator enrol "$(member .activationCode.code <<<"$terminal")" --as "till-$nr" |
        note shop "$nr" till
}

# Grocers have even numbers. Somebody else verifies the bank account.
register_merchant() {
    local nr=$1 merchant category=5812
    if ((nr % 2 == 0)); then category=5411; fi
    merchant=$(as admin merchant register "Koopman $nr" --iban "$(iban $((900000 + nr)))" \
        --category-code "$category" | member .id)
    as counter merchant verify-iban "$merchant" --iban "$(iban $((900000 + nr)))" \
        --evidence "Bank statement seen" | note shop "$nr" iban
    echo "$merchant"
}

# The second shop is a round: an area with hours, today and every other day.
market_options() {
    if (($1 != 2)); then return; fi
    jq --null-input '{weekly: [("monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday") | {day: ., hours: [{from: "00:00", until: "24:00"}]}]}' >"$directory/hours.json"
    echo "--radius 30 --hours $directory/hours.json"
}

# Residents are customers of one shop each, in turn; the last of each shop has a card, no phone.
customers() { seq "$1" "$shops" $((residents - shops)); }
card_holder() { echo $((residents - shops + $1)); }
has_card() { (($1 > residents - shops)); }
# The cashier of a shop is a customer of the next one.
cashier() { echo $(($1 % shops + 1)); }

# A person whose bank account a second clerk has seen, with a phone or a card.
move_in() {
    local nr=$1 person
    person=$(as admin person register "Bewoner $nr" --iban "$(iban "$nr")")
    member .id <<<"$person" | note resident "$nr" person
    member .activationCode.code <<<"$person" | note resident "$nr" code
    as counter person verify-iban "$(known resident "$nr" person)" "$(iban "$nr")" \
        --evidence "Passport and bank card shown" | note resident "$nr" iban
    if has_card "$nr"; then give_card "$nr"; else get_phone "$nr"; fi
}

get_phone() {
    as operator enrol "$(known resident "$1" code)" --as "phone-$1" | note resident "$1" phone
}

give_card() {
    local nr=$1 number
    number=$(member ".cards[$((nr - residents + shops - 1))].number" <"$directory/cards.json")
    note resident "$nr" card <<<"$number"
    as counter card link "$number" --person "$(known resident "$nr" person)" |
        member .id | note resident "$nr" card-id
    as counter card pin "$(known resident "$nr" card-id)" <<<4829 | note resident "$nr" pin
}

# Everybody gets 70.00 by one payment file, and 12.00 more that is for groceries by another.
pay_benefits() {
    as clerk programme create "Bijzondere bijstand" | member .id >"$directory/benefits"
    as clerk programme create "Boodschappen" --category 5411 | member .id >"$directory/groceries"
    pay_out "$(<"$directory/benefits")" BIJSTAND 7000
    pay_out "$(<"$directory/groceries")" BOODSCHAPPEN 1200
    tell "$residents residents have their benefits, of two programmes."
}

# Funds a programme amply and pays its file: the clerk hands it in, a colleague approves it.
pay_out() {
    local programme=$1 file=$directory/$2.xml batch done
    as treasurer programme fund "$programme" "$(coins $((residents * $3 + 50000)))" \
        --bank-reference "$2-1" >"$directory/funding.json"
    payment_file "$2" "$(coins "$3")" >"$file"
    "$wijkmunt" iso20022 check "$file" >"$directory/check.log"
    batch=$(as clerk batch submit "$file" --programme "$programme" | member .id)
    done=$(as approver batch approve "$batch" --wait)
    [ "$(as approver batch show "$batch" | member .counts.credited)" = "$residents" ] ||
        fail "not everybody was paid: $done"
}

payment_file() {
    local today earlier nr
    today=$(date --utc +%F)
    # Neither a weekend nor Easter puts off what was due then.
    earlier=$(date --utc --date '10 days ago' +%F)
    cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>$1</MsgId><CreDtTm>${today}T07:00:00</CreDtTm><NbOfTxs>$residents</NbOfTxs>
<InitgPty><Nm>Gemeente Marktstad</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>$1-1</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>$residents</NbOfTxs>
<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf><ReqdExctnDt>$earlier</ReqdExctnDt>
<Dbtr><Nm>Gemeente Marktstad</Nm></Dbtr><DbtrAcct><Id><IBAN>$(iban 800000)</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>
<ChrgBr>SLEV</ChrgBr>
XML
    for ((nr = 1; nr <= residents; nr++)); do
        cat <<XML
<CdtTrfTxInf><PmtId><EndToEndId>$1-$nr</EndToEndId></PmtId>
<Amt><InstdAmt Ccy="EUR">$2</InstdAmt></Amt><Cdtr><Nm>Bewoner $nr</Nm></Cdtr>
<CdtrAcct><Id><IBAN>$(iban "$nr")</IBAN></Id></CdtrAcct></CdtTrfTxInf>
XML
    done
    echo "</PmtInf></CstmrCdtTrfInitn></Document>"
}

# A programme pays a fifth of what some people, one customer of each shop, buy.
sponsor_meals() {
    local group nr
    group=$(as counter group create "Stadspas" | member .id)
    for ((nr = 1; nr <= shops; nr++)); do
        as counter group add "$group" "$(known resident "$nr" person)" |
            note resident "$nr" member
    done
    as clerk discount create "Samen aan tafel" --programme "$(<"$directory/benefits")" \
        --group "$group" --kind percentage --percent 20 --period day --most-per-period 10.00 |
        member .id >"$directory/meals"
    as treasurer programme sponsor "$(<"$directory/benefits")" "$(<"$directory/meals")" \
        "$(coins $((shops * 1000)))" >"$directory/sponsoring.json"
}
