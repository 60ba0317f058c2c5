//! The files that deploy the service agree with it and with each other.

use serde_json::Value;
use sim_api::{OpenApiVersion, document};
use sim_server::{Config, settings};
use toml::Table;

use crate::support::{Client, Server, repository_file};

mod kubernetes;
mod systemd;

fn fly() -> Table {
    repository_file("fly.toml").parse().expect("fly.toml is TOML")
}

fn text<'a>(table: &'a Table, key: &str) -> &'a str {
    table[key].as_str().unwrap_or_else(|| panic!("{key} is no text"))
}

/// A time such as `30s`.
fn seconds(time: &str) -> u64 {
    time.strip_suffix('s')
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("{time:?} is not in seconds"))
}

fn checks(fly: &Table) -> Vec<Table> {
    let checks = fly["http_service"]["checks"].as_array().expect("the service has checks");
    checks.iter().map(|check| check.as_table().expect("a check is a table").clone()).collect()
}

/// A Dockerfile as its instructions, continued lines joined.
struct Dockerfile(Vec<(String, String)>);

impl Dockerfile {
    fn read() -> Self {
        let text = repository_file("Dockerfile");
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n");
        let joined = lines.replace("\\\n", " ");
        let instructions = joined.lines().filter_map(|line| line.trim().split_once(' '));
        Self(instructions.map(|(name, value)| (name.to_uppercase(), value.trim().to_owned())).collect())
    }

    /// The instructions of the last stage: the image.
    fn image(&self) -> &[(String, String)] {
        let start = self.0.iter().rposition(|(name, _)| name == "FROM").expect("there is a stage");
        &self.0[start..]
    }

    /// The value of the one instruction of this name in the image.
    fn value(&self, name: &str) -> &str {
        let values: Vec<_> = self.image().iter().filter(|(instruction, _)| instruction == name).collect();
        assert_eq!(values.len(), 1, "{name}: {values:?}");
        &values[0].1
    }

    /// The variables that the image sets.
    fn environment(&self) -> Vec<(&str, &str)> {
        let assignments = self.value("ENV").split_whitespace();
        assignments.map(|assignment| assignment.split_once('=').expect("a variable has a value")).collect()
    }

    /// The settings of the image, where `more` are set besides.
    fn config_with(&self, more: &Table) -> Config {
        let variables = self.environment();
        let more = more.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("a variable is text")));
        Config::from_variables(variables.iter().copied().chain(more)).expect("the settings are valid")
    }

    /// The settings of the image.
    fn config(&self) -> Config {
        self.config_with(&Table::new())
    }
}

/// The words of an instruction in its JSON form.
fn words(value: &str) -> Vec<String> {
    serde_json::from_str(value).unwrap_or_else(|error| panic!("{error}: {value}"))
}

#[test]
fn every_file_names_the_same_port() {
    let file = Dockerfile::read();
    let internal_port = fly()["http_service"]["internal_port"].as_integer().expect("a port is a number");
    assert_eq!(i64::from(file.config().port), internal_port);
    let metrics_port = file.config().metrics_port.expect("the image has metrics");
    assert_eq!(file.value("EXPOSE"), format!("{internal_port} {metrics_port}"));
}

#[test]
fn fly_reads_the_metrics_where_the_image_has_them_and_the_public_does_not() {
    let (file, fly) = (Dockerfile::read(), fly());
    let metrics = fly["metrics"].as_table().expect("metrics are a table");
    assert_eq!(metrics["port"].as_integer(), file.config().metrics_port.map(i64::from));
    let server = Server::start();
    assert_eq!(Client::connect(server.metrics_address).get(text(metrics, "path")).status, 200);
    assert_ne!(metrics["port"], fly["http_service"]["internal_port"]);
    assert!(fly.get("services").is_none(), "one service is public");
}

#[test]
fn fly_replaces_one_machine_at_a_time() {
    let fly = fly();
    assert_eq!(fly["deploy"]["strategy"].as_str(), Some("rolling"));
    assert_eq!(fly["deploy"]["max_unavailable"].as_integer(), Some(1));
}

#[test]
fn the_image_listens_to_other_machines() {
    assert_eq!(Dockerfile::read().config().host, "0.0.0.0");
}

#[test]
fn what_the_files_set_are_settings() {
    let known = |name: &str| settings().iter().any(|setting| setting.variable == name);
    for (name, _) in Dockerfile::read().environment() {
        assert!(known(name), "{name} in the Dockerfile");
    }
    let fly = fly();
    for name in fly.get("env").and_then(|env| env.as_table()).into_iter().flat_map(Table::keys) {
        assert!(known(name), "{name} in fly.toml");
    }
}

#[test]
fn the_health_check_asks_for_a_path_of_the_contract() {
    let contract: Value = serde_json::from_str(&document(OpenApiVersion::V3_1)).expect("the contract is JSON");
    let checks = checks(&fly());
    assert!(!checks.is_empty());
    let server = Server::start();
    for check in checks {
        let (method, path) = (text(&check, "method"), text(&check, "path"));
        assert_eq!(method, "GET");
        assert!(contract["paths"][path]["get"].is_object(), "{path} is not in the contract");
        assert_eq!(server.get(path).status, 200);
        assert!(seconds(text(&check, "timeout")) < seconds(text(&check, "interval")));
    }
}

#[test]
fn fly_stops_the_service_by_a_signal_that_it_handles_and_waits_for_its_drain() {
    let fly = fly();
    // `shutdown` sends the process both of them.
    assert!(["SIGTERM", "SIGINT"].contains(&text(&fly, "kill_signal")));
    assert_eq!(Dockerfile::read().value("STOPSIGNAL"), text(&fly, "kill_signal"));
    let grace = Dockerfile::read().config().shutdown_grace.as_secs();
    let wait = seconds(text(&fly, "kill_timeout"));
    assert!(wait > grace, "Fly waits {wait} s for a drain of {grace} s");
}

#[test]
fn fly_starts_a_process_again_that_has_failed() {
    let restart = &fly()["restart"][0];
    assert_eq!(restart["policy"].as_str(), Some("on-failure"));
    assert!(restart["retries"].as_integer().is_some_and(|retries| retries > 0));
}

#[test]
fn fly_serves_https_only_and_stops_idle_machines() {
    let service = &fly()["http_service"];
    assert_eq!(service["force_https"].as_bool(), Some(true));
    assert_eq!(service["auto_start_machines"].as_bool(), Some(true));
    assert_eq!(service["auto_stop_machines"].as_str(), Some("stop"));
    assert!(service["concurrency"]["hard_limit"].as_integer() >= service["concurrency"]["soft_limit"].as_integer());
    assert_eq!(service["concurrency"]["type"].as_str(), Some("requests"));
}

#[test]
fn fly_lets_through_no_more_requests_than_the_service_takes_on() {
    let fly = fly();
    let config = Dockerfile::read().config_with(fly["env"].as_table().expect("fly.toml sets variables"));
    let hard_limit = fly["http_service"]["concurrency"]["hard_limit"].as_integer().expect("a limit is a number");
    let hard_limit = usize::try_from(hard_limit).expect("a limit is positive");
    assert!(hard_limit <= config.max_in_flight && hard_limit < config.max_connections);
}

#[test]
fn on_fly_the_service_listens_to_the_private_network_too() {
    let fly = fly();
    let config = Dockerfile::read().config_with(fly["env"].as_table().expect("fly.toml sets variables"));
    assert_eq!(config.host, "::");
}

#[test]
fn fly_builds_this_dockerfile() {
    assert_eq!(fly()["build"]["dockerfile"].as_str(), Some("Dockerfile"));
}

#[test]
fn the_image_holds_the_binary_alone() {
    let file = Dockerfile::read();
    assert_eq!(file.value("FROM"), "scratch");
    assert_eq!(words(file.value("ENTRYPOINT")), ["/sim-server"]);
    let copy = file.value("COPY").split_whitespace().collect::<Vec<_>>();
    assert_eq!(copy, ["--from=build", "/sim-server", "/sim-server"]);
    assert!(!file.image().iter().any(|(name, _)| ["RUN", "ADD", "CMD"].contains(&name.as_str())));
}

#[test]
fn the_image_runs_as_nobody_in_particular() {
    let file = Dockerfile::read();
    // By number: an empty image has no names, and a cluster can tell that it is not root.
    for id in file.value("USER").split(':') {
        assert_ne!(id.parse::<u32>().expect("a number"), 0);
    }
}

#[test]
fn the_image_checks_its_own_health() {
    let file = Dockerfile::read();
    let (options, command) = file.value("HEALTHCHECK").split_once("CMD ").expect("a health check is a command");
    assert_eq!(words(command), [words(file.value("ENTRYPOINT"))[0].as_str(), "healthcheck"]);
    assert!(options.contains("--interval=") && options.contains("--timeout="), "{options}");
}

#[test]
fn the_image_says_its_version() {
    let label = concat!("org.opencontainers.image.version=\"", env!("CARGO_PKG_VERSION"), "\"");
    let file = Dockerfile::read();
    assert!(file.value("LABEL").contains(label), "{}", file.value("LABEL"));
}

#[test]
fn the_image_and_the_binary_in_it_say_the_commit() {
    let file = Dockerfile::read();
    assert!(file.value("LABEL").contains("org.opencontainers.image.revision=\"$SIM_REVISION\""));
    assert_eq!(file.value("ARG"), "SIM_REVISION=unknown");
    // Each stage has to ask for it, the first one before it builds.
    let build: Vec<_> =
        file.0.iter().map(|(name, _)| name.as_str()).filter(|name| ["ARG", "RUN"].contains(name)).collect();
    assert_eq!(build, ["ARG", "RUN", "ARG"]);
    let recipes = repository_file("justfile");
    for command in ["docker build ", "fly deploy "] {
        let line = recipes.lines().find_map(|line| line.trim().strip_prefix(command));
        assert!(line.is_some_and(|options| options.starts_with("--build-arg SIM_REVISION=")), "{command}");
    }
}

#[test]
fn the_image_is_built_by_the_compiler_of_the_repository() {
    let toolchain: Table = repository_file("rust-toolchain.toml").parse().expect("rust-toolchain.toml is TOML");
    let channel = toolchain["toolchain"]["channel"].as_str().expect("a channel");
    let file = Dockerfile::read();
    let (_, base) = file.0.iter().find(|(name, _)| name == "FROM").expect("there is a stage");
    let tag = base.strip_prefix("rust:").expect("the official image").split([' ', '-']).next().expect("a tag");
    assert_eq!(tag, channel);
}
