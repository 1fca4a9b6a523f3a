-- Reads by random holders of their own wallets: BENCH_PATH is the path with %s for the wallet.
-- BENCH_DECK names a file: the host, the coin, holders as "wallet token", an empty line.
dofile(os.getenv("BENCH_SCRIPTS") .. "/report.lua")

local random = math.random
local requests = {}

function init(arguments)
  math.randomseed(tonumber(os.getenv("BENCH_SEED")))
  local path = os.getenv("BENCH_PATH")
  local deck = assert(io.open(os.getenv("BENCH_DECK")))
  local host = deck:read("*l")
  deck:read("*l")
  for line in deck:lines() do
    if line == "" then break end
    local wallet, token = line:match("^(%S+) (%S+)$")
    requests[#requests + 1] = table.concat({
      "GET ", path:format(wallet), " HTTP/1.1\r\nHost: ", host,
      "\r\nAuthorization: Bearer ", token, "\r\n\r\n"
    })
  end
  deck:close()
end

function request()
  return requests[random(#requests)]
end
