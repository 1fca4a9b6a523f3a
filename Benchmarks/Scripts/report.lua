-- Prints the figures of a run as one line of JSON, after wrk's own text.
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"completed":%d,"microseconds":%d,"p50":%d,"p90":%d,"p99":%d,"max":%d,' ..
    '"badStatus":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
    summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
