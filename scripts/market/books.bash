# How the books of the market day are held against each other. Sourced by scripts/market-day.

schemas=${WIJKMUNT_SHARED_DATA:-../shared/data}/iso20022/xsd

check_everything() {
    # What the year adds up to does not change when a day ends meanwhile.
    year=$(TZ=Europe/Amsterdam date +%Y)
    each check_merchant $(seq "$merchants")
    tell "Of $merchants merchants the balance is what closings, statements and payments add up to."
    check_files
    each check_resident $(seq "$residents")
    tell "Of $residents residents every receipt adds up to its price."
    check_sponsor "Bijzondere bijstand" "$(<"$directory/benefits")"
    check_sponsor "Boodschappen" "$(<"$directory/groceries")"
    check_discounts
    check_total
    check_verdicts
    "$wijkmunt" audit --directory "$directory/.wijkmunt" >"$directory/audit.txt" ||
        fail "the audit finds drift: $(<"$directory/audit.txt")"
    tell "wijkmunt audit: $(grep --only-matching "No drift" "$directory/audit.txt")."
    chapter "The books balance, and every verdict stands."
}

same() { [ "$2" = "$3" ] || fail "$1: $2 is not $3"; }

# Adds up numbers, one on each line.
sum() { jq --slurp 'add // 0'; }

# The shops of a merchant: the first has the last one as well.
shops_of() { if (($1 == 1)); then echo "1 $shops"; else echo "$1"; fi; }

# Everything there is in a list, an item on each line: pages of SOMEBODY LIST...
all() {
    local page next=
    while true; do
        page=$(as "$@" --limit 250 ${next:+--cursor "$next"})
        jq --compact-output '.items[]' <<<"$page"
        next=$(jq --raw-output '.next // empty' <<<"$page")
        if [ -z "$next" ]; then return; fi
    done
}

check_merchant() {
    local nr=$1 balance shop closings=0 others=0
    balance=$(as "shop-$nr" merchant balance | cents .posted)
    for shop in $(shops_of "$nr"); do
        check_closings "$shop"
        closings=$((closings + $(cents .closing <"$directory/shop/$shop.closing")))
        others=$((others + $(cents .others <"$directory/shop/$shop.closings" | sum)))
    done
    same "closings of merchant $nr" "$closings" "$balance"
    check_payments "$nr" $((balance - others))
    check_statement "$nr" "$balance"
}

# Each closing begins where the one before ended, and ends at what it adds up to.
check_closings() {
    local nr=$1
    all "shop-$nr" closing list "$(known shop "$nr" shop)" | note shop "$nr" closings
    jq --slurp --exit-status '
        def cents: .value | sub("[.]"; "") | tonumber;
        sort_by(.nr) | [{nr: 0, closing: {value: "0.00"}}] + . | . as $all
        | length == 4 and all(range(1; length); $all[.] as $now | $all[. - 1] as $before
            | $now.nr == $before.nr + 1
            and ($now.opening | cents) == ($before.closing | cents)
            and ([$now | .opening, .takings, .refunds, .redemptions, .others | cents] | add)
                == ($now.closing | cents))
    ' <"$directory/shop/$nr.closings" >"$directory/shop/$nr.checked" ||
        fail "the closings of shop $nr do not follow from each other"
}

# What was paid, less what went back and what was redeemed, is what is there. Reservations moved
# nothing themselves; what was captured of them are payments of their own.
check_payments() {
    local nr=$1 expected=$2 paid redeemed
    all "shop-$nr" payment list | note shop "$nr" payments
    paid=$(jq --compact-output 'select(.state == "accepted" or .state == "refunded")' \
        <"$directory/shop/$nr.payments" |
        jq 'def cents: .value | sub("[.]"; "") | tonumber;
            (.amount | cents) - (.refundedAmount | cents)' | sum)
    redeemed=$(all "shop-$nr" redemption list | jq --compact-output 'select(.state != "returned")' |
        cents .amount | sum)
    same "payments of merchant $nr" $((paid - redeemed)) "$expected"
}

# The statement in its four forms says the same balance.
check_statement() {
    local nr=$1 balance=$2 file=$directory/shop/$1 movement
    as "shop-$nr" merchant statement "$year" | note shop "$nr" statement
    same "the statement of merchant $nr" "$(cents .closing <"$file.statement")" "$balance"
    same "its opening and movement" "$(jq 'def cents: .value | sub("[.]"; "") | tonumber;
        (.opening | cents) + (.movement | cents)' <"$file.statement")" "$balance"
    fetch_statement "$nr" csv
    fetch_statement "$nr" pdf
    fetch_statement "$nr" camt-053
    same "lines of the CSV of merchant $nr" "$(wc --lines <"$file.csv")" \
        $(($(member .count <"$file.statement") + 3))
    same "the beginning of its PDF" "$(head --bytes 5 "$file.pdf")" "%PDF-"
    require_valid camt.053.001.08 "$file.camt-053"
    same "the closing balance of its camt.053" "$(camt_balance CLBD "$file.camt-053")" "$balance"
    movement=$(($(camt_entries CRDT "$file.camt-053") - $(camt_entries DBIT "$file.camt-053")))
    same "its opening balance and entries" \
        $(($(camt_balance OPBD "$file.camt-053") + movement)) "$balance"
}

fetch_statement() {
    "$wijkmunt" merchant statement "$year" --format "$2" --to "$directory/shop/$1.$2" \
        --profile "shop-$1" 2>"$directory/said/$BASHPID"
}

# Cents of a balance, and of all entries of one direction.
camt_balance() {
    xpath "round(100 * sum(//*[local-name() = 'Bal'][.//*[local-name() = 'Cd'] = '$1']/*[local-name() = 'Amt']))" "$2"
}
camt_entries() {
    xpath "round(100 * sum(//*[local-name() = 'Ntry'][*[local-name() = 'CdtDbtInd'] = '$1']/*[local-name() = 'Amt']))" "$2"
}
xpath() { printf '%.0f' "$(xmllint --xpath "$1" "$2")"; }

# Holds a file against the schema of its name; where there is none it is only read.
require_valid() {
    if [ -e "$schemas/$1.xsd" ]; then
        xmllint --noout --schema "$schemas/$1.xsd" "$2" 2>"$2.faults" || fail "$(<"$2.faults")"
    else
        xmllint --noout "$2"
    fi
}

check_files() {
    if [ -e "$schemas/camt.053.001.08.xsd" ]; then
        tell "Every camt.053, pain.001 and pain.002 of the day is valid against its schema."
    else
        tell "There are no schemas in $schemas: camt.053, pain.001 and pain.002 were only read back."
    fi
}

# Every part of a receipt, and every pot that is left, of one resident.
check_resident() {
    local nr=$1 payments payment
    as "phone-$nr" wallet show | jq --compact-output '.pots[]' | note resident "$nr" pots
    : | note resident "$nr" parts
    payments=$(all "phone-$nr" payment list | jq --raw-output \
        'select(.state == "accepted" or .state == "refunded") | .id')
    for payment in $payments; do
        as "phone-$nr" payment receipt "$payment" | note resident "$nr" receipt
        jq --exit-status 'def cents: .value | sub("[.]"; "") | tonumber;
            (.parts | map(.amount | cents) | add) == (.amount | cents)' \
            <"$directory/resident/$nr.receipt" >"$directory/resident/$nr.checked" ||
            fail "the parts of payment $payment are not its price"
        jq --compact-output '.parts[]' <"$directory/resident/$nr.receipt" \
            >>"$directory/resident/$nr.parts"
    done
}

# What parts of receipts that fulfil a condition came to, less what went back.
spent() {
    cat "$directory"/resident/*.parts | jq --arg name "$2" \
        "select($1) | [.amount, .returnedAmount | .value | sub(\"[.]\"; \"\") | tonumber]
            | .[0] - .[1]" | sum
}

# A programme's money is in its budget, in its pots, set aside, or was spent in shops.
check_sponsor() {
    local name=$1 programme paid pots shown
    programme=$(as treasurer programme show "$2")
    paid=$(cents .budget.paid <<<"$programme")
    pots=$(cat "$directory"/resident/*.pots | jq --arg name "$name" --compact-output \
        'select(.programmeName == $name)' | cents .posted | sum)
    same "what $name paid" "$((pots + $(spent '.programme.name == $name' "$name")))" "$paid"
    same "the budget of $name" "$(jq 'def cents: .value | sub("[.]"; "") | tonumber;
        [.budget | .available, .reserved, .paid, .sponsored | cents] | add' <<<"$programme")" \
        "$(cents .budget.funded <<<"$programme")"
    shown=$(as treasurer programme spending "$2" | jq '.spent // empty')
    if [ -n "$shown" ]; then
        same "the spending that $name is shown" "$(cents . <<<"$shown")" \
            "$(spent '.programme.name == $name' "$name")"
    fi
    tell "$name: $(coins "$paid") paid out, $(coins "$pots") of it in wallets, the rest in shops."
}

# What was set aside and is not there any more was given on receipts; shops got back what they did
# not give.
check_discounts() {
    local given left others
    given=$(spent '.discountName == $name' "Samen aan tafel")
    left=$(as clerk discount list --limit 250 |
        jq --compact-output '.items[] | select(.name == "Samen aan tafel")' | cents .available)
    same "what the sponsor gave" $((shops * 1000 - left)) "$given"
    tell "Samen aan tafel: the sponsor gave $(coins "$given") of $(coins $((shops * 1000)))."
    others=$(cat "$directory"/shop/*.closings | cents .others | sum)
    given=$(spent '.discountName // "" | startswith($name)' "Dish of the day")
    same "what shops gave" $((-others)) "$given"
    tell "Dish of the day: the shops gave $(coins "$given")."
}

# Every coin is somewhere, and stands against a euro that came and did not leave.
check_total() {
    local circulation redemptions there euros
    circulation=$(as treasurer circulation)
    redemptions=$(all treasurer redemption list)
    there=$({
        cat "$directory"/resident/*.pots | cents .posted
        for nr in $(seq "$merchants"); do as "shop-$nr" merchant balance | cents .posted; done
        all treasurer programme list | cents '.budget | .available, .reserved'
        as clerk discount list --limit 250 | jq --compact-output '.items[]' | cents .available
        jq --compact-output 'select(.state != "returned")' <<<"$redemptions" |
            cents '.fee, .communityShare'
    } | sum)
    euros=$({
        all treasurer programme list | cents .budget.funded
        jq --compact-output 'select(.state == "settled")' <<<"$redemptions" | cents .euro |
            jq '-.'
    } | sum)
    same "the circulation" "$(cents .circulation <<<"$circulation")" "$there"
    same "the reserve" "$(cents .reserve <<<"$circulation")" "$euros"
    same "circulation and reserve" "$there" "$euros"
    tell "Total: $(coins "$there") in circulation, as many euros in the reserve."
}

# Judged again with files alone: what a shop's tills were answered all day.
check_verdicts() {
    as operator locality keys >"$directory/keys.json"
    as admin policy list --limit 250 >"$directory/policies.json"
    "$wijkmunt" geofence area "$(member .id <"$directory/geofence.json")" --profile admin \
        >"$directory/area.geojson"
    each verify_verdicts $(seq "$merchants")
    tell "$(find "$directory/verdicts" -name '*.json' | wc --lines) verdicts are verified and" \
        "judged again, $(find "$directory/claims" -name '*.used' | wc --lines) of them with the" \
        "payer's claim."
}

verify_verdicts() {
    local nr=$1 payment claim options answer
    for payment in $(jq --raw-output 'select(.verdict != null) | .id' \
        <"$directory/shop/$nr.payments"); do
        as "shop-$nr" payment verdict "$payment" >"$directory/verdicts/$payment.json"
        claim=$directory/claims/$payment.json
        options=()
        if [ -e "$claim" ]; then
            options=("--claim=$(member .positionClaim <"$claim")" "--salt=$(member .salt <"$claim")")
            touch "${claim%.json}.used"
        fi
        answer=$("$wijkmunt" verify-verdict "$directory/verdicts/$payment.json" \
            --keys "$directory/keys.json" --policy "$directory/policies.json" \
            --area "$directory/area.geojson" "${options[@]}" 2>&1) ||
            fail "the verdict of $payment: $answer"
    done
}
