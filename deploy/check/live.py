"""Asks Prometheus, which reads the service under traffic, everything that the dashboard and the rules ask of it.

Fails where an expression has an error or no answer, and where the metrics that the service has, those that are documented
and those that are used differ.
"""

import json
import os
import re
import tempfile
import time
from pathlib import Path

import traffic
from processes import ROOT, Prometheus, Service

PATIENCE_SECS = 60
# Metrics that are there for whoever looks for them, and tell nothing at a glance.
UNUSED = {"process_virtual_memory_bytes", "process_threads"}
METRIC = re.compile(r"\b(?:http_server|sim|process)_[a-z_]+")
VARIABLES = {"$__rate_interval": "10s", "$__range": "30s", "$instance": ".*", "$application": ".*", "$operation": ".*"}
# What the last of the traffic shows in.
ARRIVED = [
    'rate(http_server_request_duration_seconds_count{http_response_status_code="503"}[10s]) > 0',
    'rate(http_server_request_duration_seconds_count{http_response_status_code="429"}[10s]) > 0',
    "job:sim_answers_failed:ratio_rate3d > 0",
    "job:sim_answers_slow:ratio_rate3d >= 0",
]


def dashboard():
    return json.loads((ROOT / "deploy/grafana/dashboards/sim.json").read_text())


def panels():
    """Each expression of the dashboard, by the title of its panel."""
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"]
            for name, value in VARIABLES.items():
                expression = expression.replace(name, value)
            assert "$" not in expression, f"{panel['title']}: an unknown variable in {expression}"
            yield panel["title"], expression


def await_traffic(prometheus, load):
    until = time.monotonic() + PATIENCE_SECS
    while not all(prometheus.query(expression) for expression in ARRIVED):
        assert time.monotonic() < until, "Prometheus has not seen the traffic"
        load.round()
        time.sleep(0.2)


def check_panels(prometheus):
    asked = list(panels())
    empty = [f"{title}: {expression}" for title, expression in asked if not prometheus.query(expression)]
    assert not empty, "no data in\n" + "\n".join(empty)
    return len(asked)


def check_variables(prometheus):
    for variable in dashboard()["templating"]["list"]:
        if variable["type"] == "query":
            series, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"]).groups()
            values = prometheus.get(f"label/{label}/values", **{"match[]": series.replace("$instance", ".*")})
            assert values, f"no values of ${variable['name']}"


def check_rules(prometheus):
    """Each rule has been evaluated; each recorded one has a value. The alerts' own tests say when they fire."""
    rules = [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]
    for rule in rules:
        assert rule["health"] == "ok", f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}"
        assert rule["type"] == "alerting" or prometheus.query(rule["name"]), f"{rule['name']} has no value"
    return rules


def check_names(service, rules):
    there = set(re.findall(r"^# TYPE (\w+) ", service.metrics(), re.MULTILINE))
    table = (ROOT / "docs/metrics.md").read_text()
    documented = set(re.findall(r"^\| `(\w+)` \| (?:counter|gauge|histogram) ", table, re.MULTILINE))
    assert there == documented, f"there or documented, but not both: {there ^ documented}"
    # A rule's own name, `job:sim_…:ratio_rate1h`, is no metric of the service.
    text = re.sub(r"\bjob:\w+:\w+", "", " ".join([json.dumps(dashboard()), *(rule["query"] for rule in rules)]))
    used = {re.sub(r"_(bucket|count|sum)$", "", name) for name in METRIC.findall(text)}
    assert used | UNUSED == there, f"used and there, but not both: {(used | UNUSED) ^ there}"
    assert not used & UNUSED, f"used after all: {used & UNUSED}"
    return len(there)


def main():
    environment = {"PATH": os.environ["PATH"], "SIM_API_KEYS": traffic.KEYS}
    with (
        tempfile.TemporaryDirectory() as folder,
        Service(environment, *traffic.LIMITS) as service,
        Prometheus(Path(folder), service) as prometheus,
        traffic.Traffic(service.url) as load,
    ):
        await_traffic(prometheus, load)
        asked = check_panels(prometheus)
        check_variables(prometheus)
        rules = check_rules(prometheus)
        metrics = check_names(service, rules)
    print(f"{asked} expressions of the dashboard, {len(rules)} rules, {metrics} metrics: all have what they ask for")


if __name__ == "__main__":
    main()
