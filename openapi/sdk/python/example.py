import os

from sim_client import AuthenticatedClient
from sim_client.api.simulation import simulate
from sim_client.models import ErrorResponse, SimulateRequest, SimulateResponse

url, key = os.environ.get("SIM_URL", "http://127.0.0.1:8000"), os.environ.get("SIM_API_KEY", "")
sim = AuthenticatedClient(url, token=key, prefix="", auth_header_name="X-API-Key", raise_on_unexpected_status=True)

match simulate.sync(client=sim, body=SimulateRequest(seed=42, steps=10)):
    case SimulateResponse(result=result):
        print(result)
    case ErrorResponse(detail=details):
        for detail in details:
            print(".".join(map(str, detail.loc)), detail.msg, sep=": ")
