# The tests that a log of Swift Testing says were started and does not say ended.
/^◇ Test (case|run) / { next }
/^◇ Test .* started\.$/ { name = $0; sub(/^◇ Test /, "", name); sub(/ started\.$/, "", name); begun[name] }
/^[✔✘] Test / {
    name = $0
    sub(/^[✔✘] Test /, "", name)
    sub(/( with [0-9]+ test cases?)? (passed|failed) after .*$/, "", name)
    delete begun[name]
}
END { for (name in begun) print substr(name, 1, 200) }
