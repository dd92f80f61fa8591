-- Sends requests put together from two files: a head (who asks) and a tail (what is asked), each drawn at random.
-- Arguments: the file of heads, the file of tails (entries end with NUL), and milliseconds to wait before each request.

local heads, tails = {}, {}
local random, head_count, tail_count = math.random, 0, 0

local function read(path, into)
   local file = assert(io.open(path, "rb"))
   for entry in file:read("*a"):gmatch("([^%z]+)") do into[#into + 1] = entry end
   file:close()
   return #into
end

function init(args)
   math.randomseed(1)
   head_count, tail_count = read(args[1], heads), read(args[2], tails)
   local pause = tonumber(args[3])
   if pause > 0 then delay = function() return pause end end
end

function request()
   return heads[random(head_count)] .. tails[random(tail_count)]
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format("RESULT %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
      latency:percentile(50), latency:percentile(99), latency.max,
      errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
