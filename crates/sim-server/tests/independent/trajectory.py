"""Compares the first 10000 values of trajectories with the recurrence, computed here with integers of any size.

    python3 trajectory.py http://127.0.0.1:8000
"""

import json
import sys
import urllib.request

COUNT = 10_000


def expected(seed: int, start: int, stride: int) -> list[int]:
    """The values by the definition: one step after the other."""
    state = seed % 2**31
    values = []
    for step in range(start + (COUNT - 1) * stride + 1):
        if step >= start and (step - start) % stride == 0:
            values.append(state)
        state = (1103515245 * state + 12345) % 2**31
    return values


def get(base: str, seed: int, start: int, stride: int, media_type: str) -> bytes:
    url = f"{base}/simulate/{seed}/trajectory?start={start}&stride={stride}&count={COUNT}"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": media_type})) as response:
        return response.read()


def main() -> int:
    base = sys.argv[1]
    passed = failed = 0
    for seed, start, stride in [(1, 0, 1), (42, 1, 1), (-1, 12345, 7), (2**63 - 1, 0, 100), (-(2**63), 99, 13)]:
        values = expected(seed, start, stride)
        rows = [(start + index * stride, value) for index, value in enumerate(values)]
        forms = {
            "application/json": json.dumps(
                {"seed": seed, "start": start, "stride": stride, "count": COUNT, "values": values},
                separators=(",", ":"),
            ),
            "application/x-ndjson": "".join(f'{{"step":{step},"value":{value}}}\n' for step, value in rows),
            "text/csv": "step,value\n" + "".join(f"{step},{value}\n" for step, value in rows),
            "application/octet-stream": b"".join(value.to_bytes(4, "little") for value in values),
        }
        for media_type, form in forms.items():
            form = form if isinstance(form, bytes) else form.encode()
            if get(base, seed, start, stride, media_type) == form:
                passed += 1
            else:
                failed += 1
                print(f"seed {seed}, start {start}, stride {stride}: {media_type} differs")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
