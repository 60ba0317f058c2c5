"""The release build of the service and a Prometheus that reads it, both on free ports of this machine."""

import json
import re
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# The shortest time in which a rate has the readings it needs, and no longer.
INTERVAL = "1s"
# How long a program may take to be ready. Only a failing check waits that long.
PATIENCE_SECS = 60


class Process:
    """A program whose output is read until it has said what was waited for, and thrown away from then on."""

    def __init__(self, pattern, command, **options):
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
        )
        # A program that says nothing is ended, and so is the reading of what it says.
        patience = threading.Timer(PATIENCE_SECS, self.process.kill)
        patience.start()
        seen, self.found = "", None
        while not self.found:
            line = self.process.stdout.readline()
            assert line, f"{command[0]} ended, or was not ready in {PATIENCE_SECS} s:\n{seen}"
            seen += line
            self.found = re.search(pattern, seen)
        patience.cancel()
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Service(Process):
    def __init__(self, environment, *arguments):
        command = [ROOT / "target/release/sim-server", "--port", "0", "--metrics-port", "0", "--log-format", "json"]
        super().__init__(r'{.*"message":"listening".*}', [*command, *arguments], env=environment)
        listening = json.loads(self.found[0])
        self.url, self.metrics_url = listening["url"], listening["metrics"]

    def metrics(self):
        with urllib.request.urlopen(self.metrics_url, timeout=5) as answer:
            return answer.read().decode()


class Prometheus(Process):
    """Configured as in deploy/, but for the address of the service and the intervals."""

    def __init__(self, folder, service):
        config = (ROOT / "deploy/prometheus/prometheus.yaml").read_text()
        target = urllib.parse.urlsplit(service.metrics_url).netloc
        for old, new in {"sim:9091": target, "15s": INTERVAL, "rules/": f"{ROOT}/deploy/prometheus/rules/"}.items():
            assert old in config, f"prometheus.yaml has no {old}"
            config = config.replace(old, new)
        (folder / "prometheus.yaml").write_text(config)
        super().__init__(
            r'(?s)msg="Listening on" address=(\S+).*msg="Server is ready',
            [
                "prometheus",
                f"--config.file={folder / 'prometheus.yaml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                "--web.listen-address=127.0.0.1:0",
            ],
        )
        self.url = f"http://{self.found[1]}"

    def get(self, path, **parameters):
        """What the API answers, or an error that says what it was asked."""
        query = urllib.parse.urlencode(parameters)
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{query}", timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{parameters}: {error.read().decode()}") from None

    def query(self, expression):
        """The values of an expression now, those that are numbers."""
        values = [float(result["value"][1]) for result in self.get("query", query=expression)["result"]]
        return [value for value in values if value == value]
