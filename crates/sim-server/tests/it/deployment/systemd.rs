//! The units of systemd agree with the settings.

use super::Dockerfile;
use crate::support::repository_file;

/// The value of the one line of this name in a unit.
fn value(unit: &str, name: &str) -> String {
    let text = repository_file(&format!("deploy/systemd/{unit}"));
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("{unit} has no {name}"));
    assert!(values.next().is_none(), "{unit} has more than one {name}");
    value.to_owned()
}

#[test]
fn systemd_waits_for_the_drain() {
    let grace = Dockerfile::read().config().shutdown_grace.as_secs();
    assert!(value("sim.service", "TimeoutStopSec").parse::<u64>().expect("seconds") > grace);
}

#[test]
fn systemd_lets_the_process_open_a_file_for_each_connection() {
    let connections = Dockerfile::read().config().max_connections;
    assert!(value("sim.service", "LimitNOFILE").parse::<usize>().expect("a number") > connections);
}

#[test]
fn the_service_does_not_run_as_root_nor_without_the_file_of_its_keys() {
    assert_eq!(value("sim.service", "DynamicUser"), "yes");
    assert_eq!(value("sim.service", "NoNewPrivileges"), "yes");
    // A minus sign before the path would let it start without.
    assert!(value("sim.service", "EnvironmentFile").starts_with('/'));
}

#[test]
fn the_service_takes_its_listener_from_the_socket() {
    assert_eq!(value("sim.service", "Requires"), "sim.socket");
    assert_eq!(value("sim.socket", "WantedBy"), "sockets.target");
}
