"""Some servers behind a proxy: one is killed under load, one is stopped in order, and their number is what they carry.

    PYTHONPATH=crates/sim-server/tests/soak python3 crates/sim-server/tests/fleet/fleet.py [--throughput]

With --throughput, one, two and three servers are each held to a twentieth of a core and loaded beyond that. It needs
wrk, and a cgroup hierarchy for CPU time that it may write to.
"""

import http.client
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

from server import PATIENCE_SECS, Server

HERE = Path(__file__).parent
CPU_GROUPS = Path("/sys/fs/cgroup/cpu")
CLIENTS = 16
REQUEST = '{"seed":42,"steps":1000}'
ANSWER = b'{"seed":42,"steps":1000,"result":1363713826}'


class Proxy:
    """HAProxy in front of some servers, on a free port."""

    def __init__(self, servers):
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = listener.getsockname()[1]
        machines = "\n".join(f"    server machine{n} {':'.join(s.address)}" for n, s in enumerate(servers))
        self.config = tempfile.NamedTemporaryFile("w", suffix=".cfg")
        self.config.write(HERE.joinpath("haproxy.cfg").read_text().replace("SIM_MACHINES", machines))
        self.config.flush()
        hand_over = f"exec 3<&{listener.fileno()} && exec haproxy -db -q -f {self.config.name}"
        self.process = subprocess.Popen(["sh", "-c", hand_over], pass_fds=[listener.fileno()])
        listener.close()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.config.close()


class Clients:
    """Send one simulation after another until they are stopped; none is sent twice."""

    def __init__(self, port):
        self.port, self.is_over = port, threading.Event()
        self.outcomes, self.progress = Counter(), threading.Condition()
        self.threads = [threading.Thread(target=self.run) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        connection = None
        while not self.is_over.is_set():
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECS)
                connection.request("POST", "/simulate", REQUEST, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                outcome = "answered" if (answer.status, answer.read()) == (200, ANSWER) else f"failed: {answer.status}"
            except (OSError, http.client.HTTPException) as error:
                connection, outcome = None, f"failed: {error!r}"
            with self.progress:
                self.outcomes[outcome] += 1
                self.progress.notify_all()

    def wait_for(self, more):
        """Waits until so many more requests have been answered."""
        with self.progress:
            wanted = self.outcomes["answered"] + more
            if not self.progress.wait_for(lambda: self.outcomes["answered"] >= wanted, PATIENCE_SECS):
                raise TimeoutError(f"too few answers: {self.outcomes}")

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        return self.outcomes


def lose_one(leave):
    """Loads three servers, takes one away, and says what the clients saw, and who answered."""
    servers = [Server() for _ in range(3)]
    proxy = Proxy(servers)
    try:
        clients = Clients(proxy.port)
        clients.wait_for(3000)
        leave(servers[0])
        clients.wait_for(6000)
        outcomes = clients.stop()
        for server in servers[1:]:
            server.stop()
        answered = [sum(count for (message, _), count in server.lines.items() if message == "request") for server in servers]
        return outcomes, answered
    finally:
        proxy.stop()
        for server in servers:
            server.kill()


def check_losses():
    for name, leave, most in [("killed", Server.kill, CLIENTS), ("stopped in order", Server.stop, 0)]:
        outcomes, answered = lose_one(leave)
        failed = sum(count for outcome, count in outcomes.items() if outcome != "answered")
        print(f"one of three {name}: {outcomes['answered']} answered, {failed} failed; requests by server {answered}")
        if failed > most:
            sys.exit(f"at most {most} requests may fail, those in flight on that server: {outcomes}")
        if min(answered) == 0:
            sys.exit(f"a server was given no work: {answered}")


class Share:
    """A twentieth of a core for one process."""

    def __init__(self, process):
        self.group = CPU_GROUPS / f"sim-fleet-{process.pid}"
        self.group.mkdir()
        self.group.joinpath("cpu.cfs_period_us").write_text("20000")
        self.group.joinpath("cpu.cfs_quota_us").write_text("1000")
        self.group.joinpath("cgroup.procs").write_text(str(process.pid))

    def give_back(self):
        self.group.rmdir()


def throughput(count):
    """Requests a second that so many servers carry, each on its share."""
    servers = [Server() for _ in range(count)]
    shares = [Share(server.process) for server in servers]
    proxy = Proxy(servers)
    try:
        url = f"http://127.0.0.1:{proxy.port}/simulate/42?steps=1000"
        load = ["wrk", "--threads", "1", "--connections", "64", "--duration", "5s", url]
        subprocess.run([*load[:6], "1s", url], check=True, capture_output=True)
        report = subprocess.run(load, check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in report or "Socket errors" in report:
            sys.exit(report)
        return float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1])
    finally:
        proxy.stop()
        for server in servers:
            server.kill()
        for share in shares:
            share.give_back()


def main():
    check_losses()
    if "--throughput" in sys.argv[1:]:
        one, two, three = (throughput(count) for count in (1, 2, 3))
        print(f"requests a second on 1/20 core each: 1 server {one:.0f}, 2 servers {two:.0f}, 3 servers {three:.0f}")
        print(f"against one server: {two / one:.2f}, {three / one:.2f}")


if __name__ == "__main__":
    main()
