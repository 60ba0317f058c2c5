"""The service that sim replaces: FastAPI on uvicorn, one step after the other."""

import json
import socket
import sys
from typing import Annotated

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()


class SimulateRequest(BaseModel):
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)]
    steps: Annotated[int, Field(ge=1, le=100_000)] = 10


class SimulateResponse(BaseModel):
    seed: int
    steps: int
    result: int


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


# Not async: FastAPI gives it a thread, or a long simulation would hold up every other request.
@app.post("/simulate")
def simulate(request: SimulateRequest) -> SimulateResponse:
    state = request.seed & 0x7FFFFFFF
    for _ in range(request.steps):
        state = (1103515245 * state + 12345) & 0x7FFFFFFF
    return SimulateResponse(seed=request.seed, steps=request.steps, result=state)


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    url = "http://{}:{}".format(*listener.getsockname())
    print(json.dumps({"message": "listening", "url": url}), flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])
