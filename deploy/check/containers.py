"""Holds the containers against what deploy/README.md promises of them, and their configuration against each other."""

import re
from pathlib import Path

import compose_spec
import yaml

DEPLOY = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"[a-z0-9/.-]+:v?\d+\.\d+\.\d+")


def read(path):
    return yaml.safe_load((DEPLOY / path).read_text())


def check_containers(services):
    for name, service in services.items():
        assert name == "sim" or PINNED.fullmatch(service["image"]), f"{name}: the version of the image is not pinned"
        assert service["read_only"] is True, f"{name}: its root can be written"
        assert service["cap_drop"] == ["ALL"], f"{name}: it keeps capabilities"
        assert service["security_opt"] == ["no-new-privileges:true"], f"{name}: it may gain privileges"
        for port in service.get("ports", []):
            assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port), f"{name}: {port} is open to other machines"
            assert not port.endswith(":9091"), f"{name}: the metrics are published"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith(".") or (DEPLOY / source).exists(), f"{name}: there is no {source}"


def check_addresses(services):
    """Everybody is looked for where they are."""
    assert read("prometheus/prometheus.yaml")["scrape_configs"][0]["static_configs"] == [{"targets": ["sim:9091"]}]
    assert "SIM_METRICS_PORT=9091" in (DEPLOY.parent / "Dockerfile").read_text()
    collector = read("collector/config.yaml")
    assert services["sim"]["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector:4318"
    assert collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"] == "0.0.0.0:4318"
    assert collector["exporters"]["otlp_grpc"]["endpoint"] == "jaeger:4317"
    source = read("grafana/provisioning/datasources/sources.yaml")["datasources"][0]
    assert (source["type"], source["url"]) == ("prometheus", "http://prometheus:9090")
    mounts = [volume.split(":")[1] for volume in services["grafana"]["volumes"]]
    assert read("grafana/provisioning/dashboards/dashboards.yaml")["providers"][0]["options"]["path"] in mounts


def check_pipelines():
    """Every part of the collector is there, and has its place."""
    collector = read("collector/config.yaml")
    for kind in ("receivers", "processors", "exporters"):
        used = {part for pipeline in collector["service"]["pipelines"].values() for part in pipeline[kind]}
        assert used == set(collector[kind]), f"collector: {kind} defined and used differ: {used ^ set(collector[kind])}"


def main():
    compose = (DEPLOY / "compose.yaml").read_text()
    compose_spec.PyOptions(apply_merge=True).from_yaml(compose).validate()
    services = yaml.safe_load(compose)["services"]
    check_containers(services)
    check_addresses(services)
    check_pipelines()
    print(f"{len(services)} containers: confined, pinned, on loopback alone, and they find each other")


if __name__ == "__main__":
    main()
