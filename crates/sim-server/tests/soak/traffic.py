"""Clients, from good to hostile. Each call of one is one exchange, and tells the tally what the log must hold of it."""

import http.client
import json
import os
import random
import socket
import struct
import time

KEY = {"X-API-Key": os.environ["SIM_API_KEY"]}
JSON = {"Content-Type": "application/json", **KEY}
TRAJECTORIES = ["application/json", "application/x-ndjson", "text/csv", "application/octet-stream"]
TIMEOUT_SECS = 30
# Longer than the server waits for a reader, which is at most twice its limit for idle connections.
STALL_SECS = 11


def state(seed, steps):
    """The state after some steps: the steps' affine map, by repeated squaring."""
    modulus, (multiplier, increment), (a, c) = 1 << 31, (1103515245, 12345), (1, 0)
    while steps:
        if steps & 1:
            a, c = a * multiplier % modulus, (c * multiplier + increment) % modulus
        multiplier, increment = multiplier * multiplier % modulus, increment * (multiplier + 1) % modulus
        steps >>= 1
    return (a * seed + c) % modulus


def simulation():
    seed, steps = random.randint(-(1 << 63), (1 << 63) - 1), random.randint(1, 100000)
    return {"seed": seed, "steps": steps}, {"seed": seed, "steps": steps, "result": state(seed, steps)}


class Client:
    """Calls the server at an address; `tally` counts the lines that its log must hold."""

    def __init__(self, address, tally):
        self.address, self.tally = (address[0], int(address[1])), tally
        self.kept = http.client.HTTPConnection(*self.address, timeout=TIMEOUT_SECS)

    def connect(self, sent=b""):
        raw = socket.create_connection(self.address, timeout=TIMEOUT_SECS)
        raw.sendall(sent)
        return raw

    def call(self, method, target, headers, body=None):
        """The status and the body of an answer, on a connection that is kept for the next call."""
        self.kept.request(method, target, body, headers)
        answer = self.kept.getresponse()
        self.tally["request"] += 1
        return answer.status, answer.read()


def head(target, headers):
    """The head of a request, in bytes."""
    lines = [f"{target} HTTP/1.1", "Host: sim", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def expect(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r:.300} instead of {expected!r:.300}")


def until_closed(raw):
    """What the server sends until it ends the connection."""
    received = b""
    try:
        while part := raw.recv(1 << 16):
            received += part
    except ConnectionResetError:
        pass
    return received


def drip(raw, sent):
    """Sends a byte, then waits a little for the end, and so on."""
    raw.settimeout(0.05)
    for byte in sent:
        try:
            raw.sendall(bytes([byte]))
            if not raw.recv(1):
                return
        except TimeoutError:
            continue
        except ConnectionError:
            return
    raise AssertionError("dripping headers are read forever")


def reset(raw):
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()


def valid(client):
    request, result = simulation()
    status, body = client.call("POST", "/simulate", JSON, json.dumps(request))
    expect((status, json.loads(body)), (200, result), request)
    status, again = client.call("GET", f"/simulate/{request['seed']}?steps={request['steps']}", KEY)
    expect((status, again), (200, body), request)
    batch = [simulation() for _ in range(random.randint(1, 200))]
    body = json.dumps({"simulations": [request for request, _ in batch]})
    status, body = client.call("POST", "/simulate/batch", JSON, body)
    expect((status, json.loads(body)), (200, {"simulations": [result for _, result in batch]}), "batch")
    seed, start, stride = request["seed"], random.randint(0, 1 << 20), random.randint(1, 1 << 20)
    status, body = client.call("GET", f"/simulate/{seed}/trajectory?start={start}&stride={stride}&count=50", KEY)
    values = [state(seed, start + index * stride) for index in range(50)]
    expect((status, json.loads(body)["values"]), (200, values), "trajectory")
    for target in ["/health", "/openapi.json", "/docs"]:
        expect(client.call("GET", target, {})[0], 200, target)


def invalid(client):
    for status, method, target, headers, body in [
        (422, "POST", "/simulate", JSON, random.randbytes(random.randint(1, 200)) + b"{"),
        (422, "POST", "/simulate", JSON, b'{"seed":"x","steps":0}'),
        (422, "POST", "/simulate/batch", JSON, b'{"simulations":[%s]}' % b",".join([b"7"] * 2000)),
        (422, "POST", "/simulate", JSON, b"[" * 100000),
        (401, "POST", "/simulate", {"Content-Type": "application/json"}, b"{"),
        (401, "GET", "/simulate/1", {"X-API-Key": KEY["X-API-Key"][1:]}, None),
        (422, "GET", "/simulate/x?steps=-1", KEY, None),
        (415, "POST", "/simulate", {"Content-Type": "text/plain", **KEY}, b"{}"),
        (406, "GET", "/simulate/1/trajectory", {"Accept": "image/png", **KEY}, None),
        (404, "GET", f"/{random.getrandbits(64):x}", {}, None),
        (405, "DELETE", "/health", {}, None),
    ]:
        answered, text = client.call(method, target, headers, body)
        expect(answered, status, (method, target))
        json.loads(text)
    expect(client.call("POST", "/simulate", JSON, b" " * (1 << 21))[0], 413, "a body of 2 MiB")


def broken(client):
    # Refused before it is a request: a line of its own.
    for sent in [b"\0" + random.randbytes(100), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\nX" * 999]:
        raw = client.connect(sent)
        client.tally["request refused"] += 1
        expect(until_closed(raw)[:10], b"HTTP/1.1 4", sent)
        raw.close()
    # Left before it is a request: no line.
    for sent in [b"", b"POST /simu", b"GET /health HTTP/1.1\r\nHost: s"]:
        random.choice([reset, socket.socket.close])(client.connect(sent))
    # Left within its body, or before its answer: a line where the server got to it, or none.
    headers = {**JSON, "Content-Length": 100, "X-Request-Id": f"broken-{random.getrandbits(64)}"}
    for target in ["POST /simulate", "POST /simulate/batch"]:
        random.choice([reset, socket.socket.close])(client.connect(head(target, headers) + b'{"seed":'))
        client.tally["broken"] += 1
    raw = client.connect(head("GET /health", {"X-Request-Id": headers["X-Request-Id"]}) * 100)
    reset(raw)
    client.tally["broken"] += 100


def slow(client):
    silent = client.connect()
    late = client.connect(head("POST /simulate", {**JSON, "Content-Length": 100}) + b"{")
    client.tally["request"] += 1
    dripping = client.connect()
    drip(dripping, b"GET /health HTTP/1.1\r\nX: " + b"x" * 1000)
    expect(until_closed(silent), b"", "a silent client")
    expect(until_closed(late)[:12], b"HTTP/1.1 408", "a late body")
    for raw in [silent, late, dripping]:
        raw.close()


def dropped(client):
    headers = {"Accept": random.choice(TRAJECTORIES), "Accept-Encoding": random.choice(["identity", "gzip", "zstd"])}
    target = f"GET /simulate/{random.getrandbits(40)}/trajectory?count=10000000"
    raw = client.connect(head(target, {**headers, **KEY}))
    client.tally["request"] += 1
    expect(raw.recv(12, socket.MSG_WAITALL), b"HTTP/1.1 200", target)
    for _ in range(random.randint(0, 50)):
        raw.recv(1 << 16)
    random.choice([reset, socket.socket.close])(raw)


def stalled(client):
    raw = client.connect(head("GET /simulate/1/trajectory?count=10000000", KEY))
    client.tally["request"] += 1
    expect(raw.recv(12, socket.MSG_WAITALL), b"HTTP/1.1 200", "a reader that stalls")
    # The server leaves, and what is on its way to the reader does not end with the answer's last chunk.
    time.sleep(STALL_SECS)
    expect(until_closed(raw).endswith(b"0\r\n\r\n"), False, "a reader that stalls")
    raw.close()
