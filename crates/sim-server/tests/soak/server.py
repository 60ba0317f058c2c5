"""A server under watch: its process, its log, and what the kernel says of it."""

import json
import os
import re
import signal
import subprocess
import threading
import urllib.request
from collections import Counter

PATIENCE_SECS = 60


class Server:
    """The release build on a free port; every line of its log is read and counted."""

    def __init__(self, *arguments, environment=None):
        root = os.path.join(os.path.dirname(__file__), "../../../..")
        command = [os.path.join(root, "target/release/sim-server"), "--port", "0", "--log-format", "json", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **(environment or {})})
        # Warnings about the settings may come first.
        lines = map(json.loads, self.process.stdout)
        listening = next(line for line in lines if line["message"] == "listening")
        self.address = re.fullmatch(r"http://(.+):(\d+)", listening["url"]).groups()
        self.metrics_url = listening["metrics"]
        self.lines = Counter()
        self.complaints = []
        self.reader = threading.Thread(target=self._read_log)
        self.reader.start()

    def _read_log(self):
        for line in self.process.stdout:
            event = json.loads(line)
            self.lines[event["message"], event.get("request_id", "").startswith("broken-")] += 1
            if event["level"] not in ("INFO", "DEBUG"):
                self.complaints.append(line.decode().strip())

    def metric(self, name):
        """The sum of a metric over all its labels, as the server's page has it now."""
        with urllib.request.urlopen(self.metrics_url, timeout=PATIENCE_SECS) as page:
            values = re.findall(rf"^{name}(?:{{.*}})? (\S+)$", page.read().decode(), re.MULTILINE)
        return sum(map(float, values))

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def cpu_secs(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """Ends the process in order and reads its log to the end."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_SECS)
        self.reader.join(PATIENCE_SECS)
        return code

    def kill(self):
        self.process.kill()
        self.process.wait()
