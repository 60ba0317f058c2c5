"""A collector of traces, which counts what it is sent and keeps nothing."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Collector:
    """Takes batches of spans on a free port, each on a connection of its own."""

    def __init__(self):
        self.batches = 0
        collector = self

        class Batch(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                collector.batches += 1
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Nothing: its requests are counted."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Batch)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def environment(self, part):
        """What tells a service to send it the spans of a part of all requests, 0 to 1."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.server.server_port}",
            "OTEL_TRACES_SAMPLER": "traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": str(part),
        }

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
