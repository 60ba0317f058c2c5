//! The manifests for Kubernetes agree with the image, the settings and each other.

use serde_json::{Value, json};
use sim_server::settings;
use toml::Table;

use super::Dockerfile;
use crate::support::{Client, Server, repository_file};

/// The one manifest of this kind.
fn manifest(kind: &str) -> Value {
    manifest_in("deploy/kubernetes/sim.yaml", kind)
}

/// The one manifest of this kind in a file.
fn manifest_in(file: &str, kind: &str) -> Value {
    let text = repository_file(file);
    let manifests: Vec<Value> = serde_saphyr::from_multiple(&text).expect("the manifests are YAML");
    let mut of_kind = manifests.into_iter().filter(|manifest| manifest["kind"] == kind);
    let manifest = of_kind.next().unwrap_or_else(|| panic!("there is no {kind}"));
    assert!(of_kind.next().is_none(), "there is more than one {kind}");
    manifest
}

fn pod() -> Value {
    manifest("Deployment")["spec"]["template"].clone()
}

fn container() -> Value {
    let containers = &pod()["spec"]["containers"];
    assert_eq!(containers.as_array().map(Vec::len), Some(1));
    containers[0].clone()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The number of the container's port of this name.
fn port(name: &str) -> u64 {
    let ports = container()["ports"].as_array().expect("the container has ports").clone();
    let port = ports.iter().find(|port| port["name"] == name).unwrap_or_else(|| panic!("no port is named {name}"));
    number(&port["containerPort"])
}

/// The variables that the manifest itself gives values to.
fn variables() -> Table {
    let variables = container()["env"].as_array().expect("the container has variables").clone();
    let pairs = variables.iter().filter_map(|variable| Some((variable["name"].as_str()?, variable["value"].as_str()?)));
    pairs.map(|(name, value)| (name.to_owned(), value.into())).collect()
}

#[test]
fn the_ports_are_those_of_the_image() {
    let config = Dockerfile::read().config();
    assert_eq!(port("http"), u64::from(config.port));
    assert_eq!(Some(port("metrics")), config.metrics_port.map(u64::from));
}

#[test]
fn the_pod_runs_as_the_user_of_the_image() {
    let file = Dockerfile::read();
    let context = &pod()["spec"]["securityContext"];
    assert_eq!(format!("{}:{}", context["runAsUser"], context["runAsGroup"]), file.value("USER"));
}

#[test]
fn the_container_may_do_nothing_but_serve() {
    let (pod, container) = (pod(), container());
    assert_eq!(pod["spec"]["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["spec"]["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(pod["spec"]["automountServiceAccountToken"], false);
    let locked = json!({
        "allowPrivilegeEscalation": false,
        "readOnlyRootFilesystem": true,
        "capabilities": {"drop": ["ALL"]},
    });
    assert_eq!(container["securityContext"], locked);
}

#[test]
fn the_image_is_of_this_version() {
    assert_eq!(container()["image"], concat!("sim:", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_the_manifest_sets_are_settings_and_the_keys_are_from_a_secret() {
    let variables = container()["env"].as_array().expect("the container has variables").clone();
    for variable in &variables {
        let known = settings().iter().any(|setting| variable["name"] == setting.variable.as_str());
        assert!(known, "{variable}");
    }
    let keys = variables.iter().find(|variable| variable["name"] == "SIM_API_KEYS").expect("keys are asked for");
    assert!(keys["valueFrom"]["secretKeyRef"].is_object() && keys["value"].is_null(), "{keys}");
}

#[test]
fn the_cluster_sets_no_variable_that_the_service_would_take_for_a_setting() {
    // A service named sim would be SIM_PORT=tcp://ADDRESS:80 in every pod.
    assert_eq!(manifest("Service")["metadata"]["name"], "sim");
    assert_eq!(pod()["spec"]["enableServiceLinks"], false);
}

#[test]
fn the_probes_ask_the_public_port_for_a_path_that_is_there() {
    let server = Server::start();
    for probe in ["readinessProbe", "livenessProbe"] {
        let probe = &container()[probe];
        assert_eq!(probe["httpGet"]["port"], "http");
        let path = probe["httpGet"]["path"].as_str().expect("a path is text");
        assert_eq!(server.get(path).status, 200);
        assert!(number(&probe["timeoutSeconds"]) <= number(&probe["periodSeconds"]));
    }
}

#[test]
fn a_service_that_drains_or_is_full_of_idle_connections_is_not_taken_for_dead() {
    let liveness = &container()["livenessProbe"];
    let patience = number(&liveness["periodSeconds"]) * number(&liveness["failureThreshold"]);
    let config = Dockerfile::read().config_with(&variables());
    assert!(patience > config.shutdown_grace.max(config.idle_timeout).as_secs());
}

#[test]
fn the_cluster_waits_for_the_drain() {
    let grace = Dockerfile::read().config_with(&variables()).shutdown_grace.as_secs();
    assert!(number(&pod()["spec"]["terminationGracePeriodSeconds"]) > grace);
}

#[test]
fn as_many_bodies_as_are_taken_on_fit_into_the_memory() {
    let config = Dockerfile::read().config_with(&variables());
    let memory = container()["resources"]["limits"]["memory"].as_str().expect("memory is limited").to_owned();
    let mebibytes: usize = memory.strip_suffix("Mi").and_then(|number| number.parse().ok()).expect("memory is in MiB");
    assert!(config.max_in_flight * config.max_body_bytes < mebibytes << 20);
}

#[test]
fn the_service_leads_to_the_public_port_alone() {
    let ports = manifest("Service")["spec"]["ports"].clone();
    assert_eq!(ports, json!([{"name": "http", "port": 80, "targetPort": "http"}]));
}

#[test]
fn everything_selects_the_pods_of_the_deployment() {
    let pods = &pod()["metadata"]["labels"];
    assert!(pods.is_object());
    assert_eq!(&manifest("Deployment")["spec"]["selector"]["matchLabels"], pods);
    assert_eq!(&manifest("Service")["spec"]["selector"], pods);
    assert_eq!(&manifest("PodDisruptionBudget")["spec"]["selector"]["matchLabels"], pods);
    assert_eq!(&manifest("NetworkPolicy")["spec"]["podSelector"]["matchLabels"], pods);
    assert_eq!(manifest("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"], "sim");
}

#[test]
fn the_alerts_ask_for_the_job_that_the_cluster_gives_the_pods() {
    let monitor = manifest_in("deploy/kubernetes/pod-monitor.yaml", "PodMonitor");
    let label = monitor["spec"]["jobLabel"].as_str().expect("the job is the value of a label").to_owned();
    let job = pod()["metadata"]["labels"][&label].as_str().expect("the pods have it").to_owned();
    for file in ["alerts", "objectives"] {
        let rules = repository_file(&format!("deploy/prometheus/rules/{file}.yaml"));
        let asked = rules.split("job=\"").skip(1).filter_map(|rest| rest.split_once('"'));
        for (other, _) in asked {
            assert_eq!(other, job, "{file}.yaml");
        }
    }
    assert!(repository_file("deploy/prometheus/rules/alerts.yaml").contains(&format!("job=\"{job}\"")));
}

#[test]
fn pods_are_added_by_what_they_use_of_a_core_whatever_they_request() {
    let target = manifest("HorizontalPodAutoscaler")["spec"]["metrics"][0]["resource"]["target"].clone();
    assert_eq!(target["type"], "AverageValue");
    let value = target["averageValue"].as_str().expect("a quantity is text").to_owned();
    let millicores: u32 = value.strip_suffix('m').and_then(|number| number.parse().ok()).expect("in thousandths");
    assert!((200..1000).contains(&millicores), "{millicores}");
}

#[test]
fn the_pods_listen_on_addresses_of_either_kind() {
    assert_eq!(Dockerfile::read().config_with(&variables()).host, "::");
}

#[test]
fn one_pod_may_go_while_another_serves() {
    assert!(number(&manifest("HorizontalPodAutoscaler")["spec"]["minReplicas"]) >= 2);
    assert_eq!(manifest("PodDisruptionBudget")["spec"]["maxUnavailable"], 1);
    let deployment = manifest("Deployment");
    assert_eq!(deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"], 0);
    // With a number of its own, each `kubectl apply` would undo the autoscaler's.
    assert!(deployment["spec"]["replicas"].is_null());
}

#[test]
fn prometheus_finds_the_metrics_and_nobody_else_reaches_them() {
    let monitor = manifest_in("deploy/kubernetes/pod-monitor.yaml", "PodMonitor")["spec"].clone();
    assert_eq!(monitor["selector"]["matchLabels"], pod()["metadata"]["labels"]);
    let endpoint = &monitor["podMetricsEndpoints"][0];
    assert!(port(endpoint["port"].as_str().expect("a port has a name")) > 0);
    let path = endpoint["path"].as_str().expect("a path is text");
    assert_eq!(Client::connect(Server::start().metrics_address).get(path).status, 200);
    let rules = manifest("NetworkPolicy")["spec"]["ingress"].as_array().expect("rules").clone();
    for rule in rules {
        let is_public = rule["from"].is_null();
        assert_eq!(rule["ports"], json!([{"port": if is_public { "http" } else { "metrics" }}]));
    }
}
