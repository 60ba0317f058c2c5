"""Holds an image to what is promised of it, by its files, its configuration, and its process:

    unshare --net --mount python3 .ci/image.py ROOT IMAGE.json

The process runs as the configuration says, in ROOT and with nothing else to see: as that user, without a capability, as
process 1, with the ports of the image.
"""

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import urllib.request
from pathlib import Path

MOST_BYTES = 16_000_000
PATIENCE_SECS = 30


def check_files(root):
    # An engine adds empty files where it mounts its own.
    files = {str(path.relative_to(root)): path.stat().st_size for path in root.rglob("*") if path.is_file()}
    filled = {name: size for name, size in files.items() if size > 0}
    assert list(filled) == ["sim-server"], f"files other than the binary, a shell perhaps: {filled}"
    assert filled["sim-server"] <= MOST_BYTES, f"{filled['sim-server']} bytes, more than {MOST_BYTES}"
    print(f"files: the binary alone, {filled['sim-server'] / 1e6:.2f} MB")


def check_configuration(config):
    assert config["User"] == "65532:65532", f"user {config['User']}"
    assert config["Entrypoint"] == ["/sim-server"], config["Entrypoint"]
    assert not config.get("Cmd"), f"arguments {config['Cmd']}"
    assert config["StopSignal"] == "SIGTERM", config["StopSignal"]
    assert set(config["ExposedPorts"]) == {"8080/tcp", "9091/tcp"}, config["ExposedPorts"]
    # An image of the OCI's format, as Buildah makes it, has no place for a check of its health.
    health = config.get("Healthcheck")
    assert health is None or health["Test"] == ["CMD", "/sim-server", "healthcheck"], health


def start_loopback():
    """A new network namespace has its loopback device down."""
    SIOCSIFFLAGS, IFF_UP = 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


class Container:
    """The image's process, as an engine would start it."""

    def __init__(self, root, config):
        self.environment = dict(variable.split("=", 1) for variable in config["Env"])
        user = f"--userspec={config['User']}"
        self.inside = ["chroot", user, "--groups=", str(root), *config["Entrypoint"]]
        (root / "proc").mkdir(exist_ok=True)
        namespace = ["unshare", "--pid", "--fork", "--kill-child", f"--mount-proc={root / 'proc'}"]
        self.outer = subprocess.Popen(
            [*namespace, *self.inside], env=self.environment, stdout=subprocess.PIPE, text=True, cwd=root
        )
        self.listening = json.loads(self.outer.stdout.readline())
        self.process = int(Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children").read_text())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.outer.kill()

    def run(self, *arguments):
        """Another command in the same image, as `docker exec` would."""
        return subprocess.run([*self.inside, *arguments], env=self.environment, capture_output=True, timeout=PATIENCE_SECS)

    def status(self, field):
        lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        return next(line.split()[1:] for line in lines if line.startswith(f"{field}:"))


def answer(url, body=None):
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"} if body else {})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECS) as response:
        return response.read().decode()


def check_process(root, config):
    with Container(root, config) as container:
        listening = container.listening
        assert listening["message"] == "listening", listening
        assert container.status("Uid") == ["65532"] * 4, container.status("Uid")
        assert container.status("NSpid")[-1] == "1", container.status("NSpid")
        assert int(container.status("CapEff")[0], 16) == 0, container.status("CapEff")

        assert answer("http://127.0.0.1:8080/health") == '{"status":"ok"}'
        simulation = answer("http://127.0.0.1:8080/simulate", b'{"seed":42,"steps":1000}')
        assert simulation == '{"seed":42,"steps":1000,"result":1363713826}', simulation
        metrics = answer("http://127.0.0.1:9091/metrics")
        assert "process_resident_memory_bytes" in metrics, "the metrics say nothing of the process"

        health = container.run("healthcheck")
        assert health.returncode == 0, health
        assert container.run("config").returncode == 0
        revision = config["Labels"]["org.opencontainers.image.revision"]
        version = container.run("--version").stdout.decode()
        assert f"({revision})" in version, f"the label says {revision}, and the binary {version}"

        os.kill(container.process, signal.SIGTERM)
        code = container.outer.wait(PATIENCE_SECS)
        assert code == 0, f"ended with {code} after SIGTERM"
        assert container.run("healthcheck").returncode != 0, "healthy without a process"
    print(f"process: {version.strip()}, user 65532, no capability, healthy, ends in order on SIGTERM")


def main():
    root, image = Path(sys.argv[1]).resolve(), json.loads(Path(sys.argv[2]).read_text())
    # As Docker says it, or Buildah.
    config = image[0]["Config"] if isinstance(image, list) else image["OCIv1"]["config"]
    check_configuration(config)
    check_files(root)
    start_loopback()
    check_process(root, config)


if __name__ == "__main__":
    main()
