"""Opens many connections to the release build and lets them idle: what they cost, and whether they keep others waiting.

    python3 idle_connections.py [COUNT]
"""

import http.client
import resource
import statistics
import sys
import time
from collections import Counter

import traffic
from server import Server

IDLE_SECS = 10
# Of the server, for each connection. A task, its buffers and the socket's own.
MAX_KIB_EACH = 32
REQUEST = traffic.head("GET /health", {})


def answered(raw):
    """Waits for an answer, which is short."""
    traffic.expect(raw.recv(1 << 16)[:12], b"HTTP/1.1 200", "health")


def latencies(address, count):
    """How long others wait for an answer meanwhile, in milliseconds; each on a connection of its own."""
    times = []
    for _ in range(count):
        start = time.monotonic()
        client = http.client.HTTPConnection(*address)
        client.request("GET", "/health")
        traffic.expect(client.getresponse().status, 200, "health")
        client.close()
        times.append(1000 * (time.monotonic() - start))
    return times


def main(count):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Server("--max-connections", str(count + 10))
    try:
        client = traffic.Client(server.address, Counter())
        before_kib, before = server.resident_kib(), server.descriptors()
        idle = []
        for _ in range(count):
            idle.append(client.connect(REQUEST))
            answered(idle[-1])
        open_kib, opened, cpu = server.resident_kib(), server.descriptors(), server.cpu_secs()
        time.sleep(IDLE_SECS)
        cpu = server.cpu_secs() - cpu
        waits = latencies(client.address, 500)
        for raw in idle:
            raw.sendall(REQUEST)
            answered(raw)
            raw.close()
        each = (open_kib - before_kib) / count
        code = server.stop()
    finally:
        server.kill()
    print(f"{count} connections: {each:.1f} KiB each, {opened - before} descriptors, {100 * cpu / IDLE_SECS:.1f} % of a "
          f"core while idle; others wait {statistics.median(waits):.2f} ms at the median, {max(waits):.2f} at most")
    return 0 if code == 0 and each <= MAX_KIB_EACH and opened - before == count else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
