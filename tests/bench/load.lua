-- Sends a plan's requests in turn and prints every latency it saw, so that rounds can be merged exactly.
--
-- BENCH_PLAN names a file of lines with tabs: `header NAME VALUE` or `request METHOD PATH [BODY]`.
-- BENCH_SALT (six digits) differs in every round: with the thread and a counter it makes each body unlike all others.

local MARK = "################"
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local requests = {}
local sent = 0

local function fields(line)
  local found = {}
  for field in (line .. "\t"):gmatch("(.-)\t") do
    found[#found + 1] = field
  end
  return found
end

-- Splitting at the mark once keeps the work per request to one concatenation.
local function prepared(method, path, body)
  local text = wrk.format(method, path, nil, body)
  local from, to = text:find(MARK, 1, true)
  if not from then
    return { whole = text }
  end
  return { before = text:sub(1, from - 1), after = text:sub(to + 1) }
end

function init()
  local plan = {}
  for line in io.lines(os.getenv("BENCH_PLAN")) do
    local field = fields(line)
    if field[1] == "header" then
      wrk.headers[field[2]] = field[3]
    else
      plan[#plan + 1] = field
    end
  end
  for _, field in ipairs(plan) do
    requests[#requests + 1] = prepared(field[2], field[3], field[4])
  end
  salt = os.getenv("BENCH_SALT")
  -- Threads start apart, so that they do not ask for the same thing at the same moment.
  offset = number * 37
end

function request()
  sent = sent + 1
  local next = requests[(sent + offset) % #requests + 1]
  if next.whole then
    return next.whole
  end
  return next.before .. string.format("%s%02d%08d", salt, number, sent) .. next.after
end

function done(summary, latency)
  local counts = {}
  for i = 1, #latency do
    local micros, count = latency(i)
    if count > 0 then
      counts[#counts + 1] = string.format("%d:%d", micros, count)
    end
  end
  local errors = summary.errors
  io.write("histogram ", table.concat(counts, " "), "\n")
  io.write(string.format(
    "totals requests=%d micros=%d bytes=%d connect=%d read=%d write=%d status=%d timeout=%d\n",
    summary.requests, summary.duration, summary.bytes,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
