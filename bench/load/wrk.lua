-- Load script for wrk. Arguments after "--": a file with a line for each request, its headers ("Name: value") separated by tabs, taken in turn,
-- and how many requests to send ("0": until the duration is over). Prints one line "RESULT {json}".
local ffi = require('ffi')
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } bench_time;
  int clock_gettime(int clock, bench_time *out);
  int getpid(void);
  int kill(int pid, int signal);
]]

local MONOTONIC, INTERRUPT = 1, 2
local threads = {}
local requests = {}
local sent, limit, started = 0, 0, 0
elapsed = 0
answered = 0

local function microseconds()
  local now = ffi.new('bench_time')
  ffi.C.clock_gettime(MONOTONIC, now)
  return tonumber(now.seconds) * 1e6 + tonumber(now.nanoseconds) / 1e3
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  limit = tonumber(args[2])
  connections = tonumber(args[3])
  for line in io.lines(args[1]) do
    local headers = {}
    for header in line:gmatch('[^\t]+') do
      local name, value = header:match('^([^:]+): (.*)$')
      headers[name] = value
    end
    table.insert(requests, wrk.format('GET', nil, headers))
  end
end

-- wrk only ends by time. With a limit, the request after the last one stops the clock; at that moment every
-- connection but the asking one still waits for its answer.
local function stop()
  elapsed = microseconds() - started
  answered = limit - connections + 1
  ffi.C.kill(ffi.C.getpid(), INTERRUPT)
end

function request()
  if sent == 0 then started = microseconds() end
  if sent == limit and limit > 0 then stop() end
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

local function histogram(latency)
  local pairs = {}
  for i = 1, #latency do
    local value, count = latency(i)
    pairs[i] = string.format('[%d,%d]', value, count)
  end
  return '[' .. table.concat(pairs, ',') .. ']'
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"duration":%d,"answered":%d,"elapsed":%d,"failed":%d,"histogram":%s}\n',
    summary.requests, summary.duration, threads[1]:get('answered'), threads[1]:get('elapsed'),
    failed.connect + failed.read + failed.write + failed.status + failed.timeout, histogram(latency)))
end
