-- Transfers from random payers to random payees, each with an idempotency key of its own.
-- BENCH_DECK names a file: the host, the coin, payers as "wallet token", an empty line, payees.
dofile(os.getenv("BENCH_SCRIPTS") .. "/report.lua")

local format, random, concat = string.format, math.random, table.concat
local payers, payees, heads, bodies = {}, {}, {}, {}
local tail, counter = "", 0

function init(arguments)
  math.randomseed(tonumber(os.getenv("BENCH_SEED")))
  local deck = assert(io.open(os.getenv("BENCH_DECK")))
  local host, coin = deck:read("*l"), deck:read("*l")
  -- Every body has the same length: ids have 36 characters and amounts are from 1.00 to 9.99.
  tail = '"},"amount":{"value":"%d.%02d","coin":"' .. coin .. '"}}'
  local length = #'{"fromWalletId":"' + 36 + #'","to":{"walletId":"' + 36 + #format(tail, 1, 0)
  for line in deck:lines() do
    if line == "" then break end
    local wallet, token = line:match("^(%S+) (%S+)$")
    payers[#payers + 1] = wallet
    heads[#heads + 1] = concat({
      "POST /v1/transfers HTTP/1.1\r\nHost: ", host,
      "\r\nContent-Type: application/json\r\nContent-Length: ", length,
      "\r\nAuthorization: Bearer ", token, "\r\nIdempotency-Key: "
    })
    bodies[#bodies + 1] = '\r\n\r\n{"fromWalletId":"' .. wallet .. '","to":{"walletId":"'
  end
  for line in deck:lines() do payees[#payees + 1] = line end
  deck:close()
end

function request()
  counter = counter + 1
  local payer, payee = random(#payers), payees[random(#payees)]
  while payee == payers[payer] do payee = payees[random(#payees)] end
  return concat({
    heads[payer],
    format("%08x-%04x-4%03x-8%03x-%04x%08x", random(0, 0x7fffffff), random(0, 0xffff),
      random(0, 0xfff), random(0, 0xfff), random(0, 0xffff), counter),
    bodies[payer], payee, format(tail, random(1, 9), random(0, 99))
  })
end
