# A stack of a script's own: PostgreSQL and all services, in a directory that goes with the script.
# For sourcing at the root of the project.
#
# WIJKMUNT_PROGRAMS says where the programs are, STACK_PORT where the four ports begin; without it
# some are tried.

wijkmunt=$(realpath "${WIJKMUNT_PROGRAMS:-.build/debug}")/wijkmunt

# Returns when everything runs. From then on the tool finds its profiles, and $directory is there.
start_stack() {
    directory=$(mktemp --directory --tmpdir wijkmunt-stack.XXXXXXXX)
    export WIJKMUNT_PROFILES=$directory/.wijkmunt/profiles
    trap 'stop_stack $?' EXIT
    local attempt
    for attempt in 1 2 3 4 5; do
        if stack_runs "${STACK_PORT:-$((20000 + RANDOM % 2500 * 4))}"; then return; fi
        echo "attempt $attempt to start the stack:" >&2
        tail --lines 3 "$directory/up.log" >&2
    done
    return 1
}

# Whether a stack runs on these ports: `up` says so, or ends.
stack_runs() {
    coproc stack {
        exec "$wijkmunt" up --directory "$directory/.wijkmunt" --first-port "$1" 2>&1
    }
    # A copy, which is not closed when the stack ends.
    exec {lines}<&"${stack[0]}"
    local line
    while read -r line <&"$lines"; do
        echo "$line" >>"$directory/up.log"
        if [[ $line == *"Ctrl-C stops everything"* ]]; then return; fi
    done
    exec {lines}<&-
    return 1
}

# Ends the script with this status; what went wrong is told first.
stop_stack() {
    if [ -n "${stack_PID-}" ]; then
        kill "$stack_PID" 2>/dev/null || true
        wait "$stack_PID" 2>/dev/null || true
    fi
    if [ "$1" -ne 0 ]; then
        tail --lines 20 "$directory"/*.log "$directory"/.wijkmunt/logs/accounts.log >&2 || true
    fi
    rm -rf "$directory"
    exit "$1"
}
