"""A mixed load of valid and hostile traffic on the release build, which must leave nothing behind.

    python3 soak.py MINUTES

Metrics are read and traces are sent meanwhile. Fails where an answer is not what it should be, where memory grows,
descriptors are lost, the log lacks a line of a request or has one too many, where it complains, or where the metrics have
counted other requests than the log.
"""

import statistics
import sys
import threading
import time
import traceback
from collections import Counter

import traffic
from collector import Collector
from server import Server

# Short limits, so that slow clients come to their end often.
LIMITS = ["--header-timeout-secs", "2", "--request-timeout-secs", "3", "--idle-timeout-secs", "5"]
CLIENTS = {
    traffic.valid: 3,
    traffic.invalid: 1,
    traffic.broken: 1,
    traffic.slow: 8,
    traffic.dropped: 1,
    traffic.stalled: 4,
}
# How much more memory the last third of the time may take than the first, which holds the allocator's warming up.
GROWTH, GROWTH_KIB = 1.1, 4096
PATIENCE_SECS = 30
# How many of all requests are traced.
TRACED = 0.1


class Load:
    """Clients that call until a time, or until one of them fails."""

    def __init__(self, address, until):
        self.address, self.until = address, until
        self.tallies, self.failures = [], []
        kinds = [kind for kind, count in CLIENTS.items() for _ in range(count)]
        self.threads = [threading.Thread(target=self.run, args=[kind]) for kind in kinds]
        for thread in self.threads:
            thread.start()

    def run(self, kind):
        tally = Counter()
        self.tallies.append(tally)
        client = traffic.Client(self.address, tally)
        while time.monotonic() < self.until and not self.failures:
            try:
                kind(client)
                tally[kind.__name__] += 1
            except Exception:
                self.failures.append(traceback.format_exc())
        client.kept.close()

    def is_running(self):
        return any(thread.is_alive() for thread in self.threads)

    def total(self):
        return sum(self.tallies, Counter())


def descriptors_return(server, before):
    """The descriptors that are open once the last connections have ended."""
    deadline = time.monotonic() + PATIENCE_SECS
    while (now := server.descriptors()) > before and time.monotonic() < deadline:
        time.sleep(0.1)
    return now


def watch(server, minutes):
    """Loads a server; returns the clients' tally, what failed, and the memory second by second."""
    load = Load(server.address, time.monotonic() + 60 * minutes)
    resident = []
    while load.is_running():
        resident.append(server.resident_kib())
        server.metric("sim_connections_open")
        time.sleep(1)
    return load.total(), load.failures, resident


def judge_memory(resident):
    third = len(resident) // 3
    first, last = statistics.mean(resident[:third]), statistics.mean(resident[-third:])
    print(f"memory: {first:.0f} KiB in the first third, {last:.0f} in the last, {max(resident)} at most")
    return [] if last <= max(first * GROWTH, first + GROWTH_KIB) else ["memory grows"]


def judge_log(server, tally):
    lines, broken = server.lines, server.lines["request", True]
    print(f"log: {lines['request', False]} requests, {broken} of {tally['broken']} broken off, "
          f"{lines['request refused', False]} refused, {len(server.complaints)} complaints")
    failures = [f"the log complains: {line}" for line in server.complaints[:10]]
    for message in ["request", "request refused"]:
        if lines[message, False] != tally[message]:
            failures.append(f"the log has {lines[message, False]} lines {message!r} of {tally[message]}")
    if broken > tally["broken"]:
        failures.append("the log has more requests than were sent")
    return failures


def judge_counts(server, counted, batches):
    lines = server.lines["request", False] + server.lines["request", True]
    print(f"metrics: {counted:.0f} requests of {lines} in the log; traces: {batches} batches")
    failures = [] if counted == lines else ["the metrics have counted other requests than the log"]
    return failures if batches else [*failures, "no trace has arrived"]


def main(minutes):
    collector = Collector()
    server = Server(*LIMITS, "--metrics-port", "0", environment=collector.environment(TRACED))
    try:
        before = server.descriptors()
        tally, failures, resident = watch(server, minutes)
        after = descriptors_return(server, before)
        cpu, counted = server.cpu_secs(), server.metric("http_server_request_duration_seconds_count")
        code = server.stop()
    finally:
        server.kill()
        collector.stop()
    print(f"exchanges: {', '.join(f'{kind.__name__} {tally[kind.__name__]}' for kind in CLIENTS)}; {cpu:.1f} s of CPU")
    print(f"descriptors: {before} before, {after} after")
    failures += judge_memory(resident) + judge_log(server, tally) + judge_counts(server, counted, collector.batches)
    if after > before:
        failures.append("descriptors are lost")
    if code != 0:
        failures.append(f"the server ended with {code}")
    for failure in failures:
        print(f"failure: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
