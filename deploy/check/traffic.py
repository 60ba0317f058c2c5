"""Traffic of every kind that the dashboard shows: each operation, application and page, and each way to be turned away."""

import http.client
import socket
import urllib.parse

WEB, MOBILE = "8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83", "b6d767d2f8ed5d21a44b0e5886680cb9f1f1e2d3c4a59687"
KEYS = f"web:{WEB},mobile:{MOBILE}"
# One simulation at a time, so that a second one is overload; tokens enough for all but a caller who takes everything.
LIMITS = ["--max-in-flight", "1", "--rate-limit", "30/s", "--rate-limit-burst", "2000"]
JSON = {"Content-Type": "application/json"}
EVERYTHING = "/simulate/42/trajectory?count=10000000"

MODEL = '{"inputs":{"x":{"kind":"uniform","min":0,"max":1}},"formulas":{},"outputs":{"x":{}}}'

REQUESTS = [
    ("GET", "/health", {}, None, 200),
    ("GET", "/docs", {}, None, 200),
    ("GET", "/simulate/42?steps=1000", {"X-API-Key": WEB}, None, 200),
    ("GET", "/simulate/42/trajectory?count=1000", {"X-API-Key": WEB}, None, 200),
    ("POST", "/simulate", JSON | {"X-API-Key": WEB}, '{"seed":42}', 200),
    ("POST", "/simulate/batch", JSON | {"X-API-Key": WEB}, '{"simulations":[{"seed":42}]}', 200),
    ("POST", "/models/run", JSON | {"X-API-Key": WEB}, f'{{"model":{MODEL},"seed":7,"samples":100}}', 200),
    ("POST", "/simulate", JSON | {"X-API-Key": WEB}, "{}", 422),
    ("POST", "/simulate", JSON, "{}", 401),
    ("GET", "/nowhere", {}, None, 404),
    ("DELETE", "/health", {}, None, 405),
    # The first of these has taken everything, below.
    ("GET", "/simulate/42", {"X-API-Key": MOBILE}, None, 429),
]


class Traffic:
    def __init__(self, url):
        self.host, self.port = urllib.parse.urlsplit(url).hostname, urllib.parse.urlsplit(url).port
        # A reader that stalls: its answer is under way all the time.
        self.reader = self.send(f"GET {EVERYTHING} HTTP/1.1\r\nHost: sim\r\nX-API-Key: {MOBILE}\r\n\r\n")
        assert b" 200 " in self.reader.recv(100)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.reader.close()

    def send(self, text):
        connection = socket.create_connection((self.host, self.port), timeout=5)
        connection.sendall(text.encode())
        return connection

    def round(self):
        for method, path, headers, body, expected in REQUESTS:
            self.request(method, path, headers, body, expected)
        self.overload()

    def request(self, method, path, headers, body, expected):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == expected, f"{method} {path}: {answer.status} instead of {expected}"
        connection.close()

    def overload(self):
        """While one simulation has its headers and waits for its body, another is turned away."""
        head = f"POST /simulate HTTP/1.1\r\nHost: sim\r\nX-API-Key: {WEB}\r\nContent-Type: application/json\r\n"
        waiting = self.send(head + "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n")
        # It is in flight once it asks for the body.
        assert waiting.recv(100).startswith(b"HTTP/1.1 100 ")
        self.request("GET", "/simulate/42", {"X-API-Key": WEB}, None, 503)
        waiting.sendall(b'{"seed":42}')
        assert b" 200 " in waiting.recv(1000)
        waiting.close()
