-- Sends the requests of a file once each, in order: BENCH_DECK holds each as its length on a line
-- of its own, then its bytes. When they run out the run ends, and its report says so.
dofile(os.getenv("BENCH_SCRIPTS") .. "/report.lua")

local deck
local last = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"

function init(arguments)
  deck = assert(io.open(os.getenv("BENCH_DECK"), "rb"))
end

function request()
  local length = deck:read("*n")
  if not length then
    wrk.thread:stop()
    return last
  end
  deck:read(1)
  return deck:read(length)
end
