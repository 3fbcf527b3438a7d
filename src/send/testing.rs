//! Plans of sends as tests need them.

use super::ledger::Plan;
use crate::eflo::Target;

/// Holds the id of a send.
pub(super) const ID: &str = "s-20260102T0304-abc234";

/// Plans a send of `app.conf` to the first nodes.
pub(super) fn plan(nodes: usize) -> Plan {
    Plan {
        send_id: ID.to_owned(),
        planned_at: "2026-01-02T03:04:05.678Z".to_owned(),
        region: Some("cn-wulanchabu".to_owned()),
        file: "/tmp/app.conf".to_owned(),
        size: 3,
        sha256: "00".to_owned(),
        target: target(),
        delivery_timeout: 60,
        nodes: names(0..nodes),
        ..Plan::default()
    }
}

/// Gives where `app.conf` goes.
pub(super) fn target() -> Target {
    Target { name: "app.conf".to_owned(), target_dir: "/etc/app".to_owned(), ..Target::default() }
}

/// Gives the id of a node by its number.
pub(super) fn name(node: usize) -> String {
    format!("n-{node}")
}

/// Gives the ids of some nodes.
pub(super) fn names(nodes: impl IntoIterator<Item = usize>) -> Vec<String> {
    nodes.into_iter().map(name).collect()
}
