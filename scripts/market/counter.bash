# What happens at the counters of the market day. Sourced by scripts/market-day.

# The morning of a shop: a cashier's shift with every way to pay, mistakes, and a closing.
morning() {
    local nr=$1 mandate shift_id
    mandate=$(hire_cashier "$nr")
    note shop "$nr" mandate <<<"$mandate"
    shift_id=$(as "shop-$nr" shift open "$(known shop "$nr" terminal)" --cashier "$mandate" |
        member .id)
    sell_to_all "$nr"
    turn_away "$nr"
    sell_by_printed_code "$nr"
    sell_by_scanned_code "$nr"
    sell_by_card "$nr"
    sell_by_invoice "$nr"
    reserve "$nr"
    sell_with_sponsor "$nr"
    make_mistakes "$nr"
    as "shop-$nr" shift close "$shift_id" | note shop "$nr" shift
    close_books "$nr"
    tell "shop $nr: a morning with $(known shop "$nr" closing | member .takingsCount) payments"
}

# The owner's helper asks and refunds under a mandate, today.
hire_cashier() {
    as "shop-$1" mandate give cashier --for "$(known shop "$1" merchant)" \
        --to "$(known resident "$(cashier "$1")" person)" \
        --until "$(date --utc --date '12 hours' +%FT%TZ)" | member .id
}

close_books() {
    as "shop-$1" closing make "$(known shop "$1" shop)" | note shop "$1" closing
}

# Asks for an amount in cents, lets a customer scan one of the three forms of the code and pay, and
# answers the payment's id. What follows the form are options of the request.
sell() {
    local nr=$1 customer=$2 cents=$3 form=$4 asked id
    shift 4
    asked=$(as "till-$nr" payment request "$(coins "$cents")" "$@")
    id=$(member .id <<<"$asked")
    as "phone-$customer" payment pay "$(member ".$form" <<<"$asked")" --at "$(place "$nr")" \
        --claim-to "$directory/claims/$id.json" | note resident "$customer" paid
    echo "$id"
}

# Each customer with a phone buys something, with the VAT that the till knows.
sell_to_all() {
    local nr=$1 customer cents forms=(paymentUri emvPayload qrPayload)
    for customer in $(customers "$nr"); do
        cents=$((300 + customer * 37 % 400))
        sell "$nr" "$customer" "$cents" "${forms[customer % 3]}" \
            --vat "9=$(coins $((cents * 9 / 109)))" >"$directory/shop/$nr.sold-$customer"
    done
}

# Somebody at the station, outside the neighbourhood, photographed the code; then nobody pays.
turn_away() {
    local asked
    asked=$(as "till-$1" payment request 2.00)
    refused payer-outside-geofence "phone-$1" payment pay "$(member .paymentUri <<<"$asked")" \
        --at 5.1290,52.0899
}

# The payer types the amount, both see the same digits, the till confirms.
sell_by_printed_code() {
    local nr=$1 printed payer
    printed=$(as "shop-$nr" shop code "$(known shop "$nr" terminal)" | member .text)
    as "phone-$nr" pay shop "$printed" 2.75 --at "$(place "$nr")" >"$directory/shop/$nr.proposed" &
    payer=$!
    eventually sees_proposal "$nr"
    as "till-$nr" terminal confirm "$(known shop "$nr" proposal)" | note shop "$nr" confirmed
    wait "$payer"
}

sees_proposal() {
    as "till-$1" terminal proposals | jq --raw-output '.items[0].id // empty' |
        note shop "$1" proposal
    [ -n "$(known shop "$1" proposal)" ]
}

# The phone shows a code; the till charges less than it allows, and cannot charge it again.
sell_by_scanned_code() {
    local nr=$1 code
    code=$(as "phone-$nr" pay code 10.00 --coin markt --at "$(place "$nr")" | member .text)
    as "till-$nr" terminal charge 4.10 "$code" | note shop "$nr" charged
    refused "code was used" "till-$nr" terminal charge 1.00 "$code"
}

# Once with a slip of the finger.
sell_by_card() {
    local nr=$1 holder payment
    holder=$(card_holder "$nr")
    payment=$(as "till-$nr" payment request 5.20 | member .id)
    refused "PIN" "till-$nr" card pay "$payment" --number "$(known resident "$holder" card)" \
        <<<4820
    as "till-$nr" card pay "$payment" --number "$(known resident "$holder" card)" <<<4829 |
        note shop "$nr" card
}

# An order from home, to be fetched at the shop: nobody asks where the payer is.
sell_by_invoice() {
    local link
    link=$(as "till-$1" terminal invoice 6.40 --reference "Order $1" | member .qrPayload)
    as "phone-$1" payment pay "$link" | note shop "$1" invoice
}

# One order is taken in two parts and the rest given back; one is given back whole; one is forgotten.
reserve() {
    local nr=$1 order
    order=$(sell "$nr" "$nr" 900 paymentUri --hold 1d --reference "Cake $nr")
    as "till-$nr" payment capture "$order" 5.00 | note shop "$nr" part
    as "shop-$nr" payment capture "$order" 3.00 | note shop "$nr" part
    as "till-$nr" payment void "$order" | note shop "$nr" voided
    order=$(sell "$nr" "$nr" 700 paymentUri --hold 2d)
    as "till-$nr" payment void "$order" | note shop "$nr" voided
    sell "$nr" "$nr" 800 paymentUri --hold 1m | note shop "$nr" forgotten
}

# The sponsor pays a fifth, which the till does not see; a part of it all is given back.
sell_with_sponsor() {
    local nr=$1 asked payment
    asked=$(as "till-$nr" payment request 7.50)
    payment=$(member .id <<<"$asked")
    [ "$(as "phone-$nr" payment quote "$payment" | member '.offers[0].amount.value')" = 1.50 ] ||
        fail "shop $nr: the sponsor does not offer a fifth"
    as "phone-$nr" payment pay "$(member .paymentUri <<<"$asked")" --at "$(place "$nr")" \
        --discount "$(<"$directory/meals")" | note resident "$nr" paid
    as "till-$nr" payment show "$payment" | jq --exit-status '.reimbursedAmount == null' \
        >"$directory/shop/$nr.unseen" || fail "till $nr sees who was helped"
    as "shop-$nr" payment refund "$payment" --amount 2.50 --reason "One was stale" |
        note shop "$nr" refund
}

# Amounts typed wrong, and goods that come back: in parts, in full, and no further.
make_mistakes() {
    local nr=$1 payment cashier
    cashier=$(cashier "$nr")
    payment=$(sell "$nr" "$nr" 810 paymentUri)
    as "till-$nr" payment correct "$payment" 1.80 --reason "8.10 for 1.80" | note shop "$nr" right
    payment=$(sell "$nr" "$nr" 600 paymentUri)
    as "phone-$cashier" payment refund "$payment" --amount 1.50 --reason "Broken" \
        --mandate "$(known shop "$nr" mandate)" | note shop "$nr" refund
    as "shop-$nr" payment refund "$payment" --amount 2.00 | note shop "$nr" refund
    as "shop-$nr" payment refund "$payment" --reason "Sold out" | note shop "$nr" refund
    refused "already refunded" "shop-$nr" payment refund "$payment"
}

# The shop has handed its coins in; what comes back now it owes until the next sale.
afternoon() {
    local nr=$1 first second mine asked
    first=$(known shop "$nr" "sold-$nr")
    second=$((nr + shops))
    as "shop-$nr" payment refund "$first" --reason "Was not fresh" | note shop "$nr" late
    sell "$nr" "$second" 1150 emvPayload | note shop "$nr" sold-late
    eventually owes_nothing "$nr" "$first"
    as "phone-$second" wallet show | note resident "$second" wallet
    mine=$(make_discount "$nr")
    asked=$(as "till-$nr" payment request 4.00)
    as "phone-$second" payment pay "$(member .qrPayload <<<"$asked")" --at "$(place "$nr")" \
        --discount "$mine" | note resident "$second" paid
    close_books "$nr"
    tell "shop $nr: an afternoon, closing $(known shop "$nr" closing | member .nr)"
}

owes_nothing() {
    as "shop-$1" payment show "$2" | jq --exit-status '.owedAmount == null' \
        >"$directory/shop/$1.owes"
}

# A euro off, or a lower price for the dish of the day, paid by the shop out of its takings.
make_discount() {
    local nr=$1 terms=(--kind fixed --amount 1.00) id
    if ((nr % 2 == 0)); then terms=(--kind second-price --full-price 4.00 --second-price 2.50); fi
    id=$(as "shop-$nr" discount create "Dish of the day $nr" "${terms[@]}" --uses-per-period 2 \
        --period day --shop "$(known shop "$nr" shop)" | member .id)
    as "shop-$nr" discount fund "$id" 3.00 | note shop "$nr" funded
    note shop "$nr" discount <<<"$id"
    echo "$id"
}

# The last of the day: what was forgotten went back by itself, what was set aside returns, and whoever
# has a card gets a phone after all.
close_day() {
    local nr=$1
    as "till-$nr" payment watch "$(known shop "$nr" forgotten)" | note shop "$nr" watched
    has_expired "$nr" || fail "shop $nr: the forgotten order is still kept"
    as "shop-$nr" discount end "$(known shop "$nr" discount)" --reason "Closing time" |
        note shop "$nr" ended
    get_phone "$(card_holder "$nr")"
}

has_expired() {
    as "till-$1" payment show "$(known shop "$1" forgotten)" |
        jq --exit-status '.state == "expired" and .hold.openAmount.value == "0.00"' \
            >"$directory/shop/$1.expired"
}
