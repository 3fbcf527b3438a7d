//! A fleet that plays every error of the catalog, in every mixture: sending again ends with every node, or with what no
//! resend mends. Each step is the one that is proposed, pasted into a shell.

use super::{PATH, first, pasted, proposed, send, send_id, set_up};
use crate::fleet_server::{Deed, Fleet, Trouble};
use crate::support::cli::{Home, Run};
use crate::support::reply::Reply;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What no resend mends: the node is gone, or the file itself is what is wrong.
const LASTING: [&str; 8] = [
    "NodeNotExists",
    "NodeReleased",
    "FileNameInvalid",
    "FilePathInvalid",
    "FileContentInvalid",
    "FileAuthorityInvalid",
    "the command is not applicable",
    "the cron job expression is invalid",
];

/// With these the file has not come to the node.
const BEFORE_THE_FILE: [&str; 8] = [
    "NodeNotExists",
    "NodeReleased",
    "NodeNotRunning",
    "ClientNotRunning",
    "ClientNotResponse",
    "ClientIsUpgrading",
    "ClientNeedUpgrade",
    "FileAlreadyExists",
];

const STATUSES: [&str; 5] = ["Invalid", "Aborted", "Failed", "Error", "Timeout"];

/// An error of a node.
#[derive(Clone, Copy, Debug)]
struct NodeError {
    code: &'static str,
    info: &'static str,
    /// The code, or the one that says the same as the text.
    name: &'static str,
}

impl NodeError {
    fn lasts(self) -> bool {
        LASTING.contains(&self.name)
    }

    fn trouble(self, status: &'static str, has_file: bool) -> Trouble {
        let has_file = has_file && !BEFORE_THE_FILE.contains(&self.name);
        Trouble::Says { status, code: self.code, info: self.info, has_file }
    }
}

/// Every error of a node that the catalog has, as `explain` lists it, and some that it has not.
fn node_errors() -> Vec<NodeError> {
    let catalog = Home::new().run(&["explain", "-o", "json"]).code(0).json();
    let word = |entry: &Value, field: &str| entry[field].as_str().map(|word| &*word.to_owned().leak());
    let mut errors = vec![
        NodeError { code: "", info: "", name: "" },
        NodeError { code: "SomethingNew", info: "a text that nobody has seen", name: "SomethingNew" },
        NodeError { code: "", info: "a text that nobody has seen", name: "" },
    ];
    for entry in catalog["entries"].as_array().expect("entries") {
        let written = word(entry, "word").expect("a word");
        match entry["kind"].as_str() {
            Some("error_code") if written != "Null" => {
                errors.push(NodeError { code: written, info: "some text", name: written });
            }
            Some("error_text") => {
                let name = word(entry, "same_as").unwrap_or(written);
                errors.push(NodeError { code: "", info: written, name });
            }
            _ => {}
        }
    }
    assert!(errors.len() > 40, "{}", errors.len());
    errors
}

/// What is told of each node.
fn statuses(home: &Home) -> BTreeMap<String, String> {
    let document = home.run(&["status", &send_id(home), "-o", "json"]).code(0).json();
    let word = |node: &Value, field: &str| node[field].as_str().unwrap_or_default().to_owned();
    let nodes = document["invocations"][0]["nodes"].as_array().unwrap().iter();
    nodes.map(|node| (word(node, "node_id"), word(node, "status"))).collect()
}

/// Goes the proposed steps, from the end of the send on. `mend` takes some of the troubles away before each, and all
/// that can be mended in the end. Gives the last run.
fn follow(home: &Home, fleet: &Fleet, mut run: Run, mend: impl Fn(usize)) -> Run {
    for round in 0..12 {
        mend(round);
        let Some(step) = proposed(&run) else { return run };
        let told = statuses(home);
        let before = fleet.writes(PATH);
        if !step.starts_with("efloctl resend ") {
            // Nothing is left that a resend mends, and every node that failed is named.
            let listed = pasted(home, &step).run().code(0);
            let failed = told.iter().filter(|(_, status)| *status != "Success");
            failed.for_each(|(node, _)| assert!(listed.out.contains(node.as_str()), "{node}: {listed}"));
            return run;
        }
        run = pasted(home, &format!("{step} --yes --interval 1s")).run();
        if run.code == 2 {
            assert!(run.err.contains("--overwrite to replace it, or --no-overwrite to leave it"), "{run}");
            run = pasted(home, &format!("{step} --overwrite --yes --interval 1s")).run();
        }
        let after = fleet.writes(PATH);
        for (node, status) in told {
            let is_known = status == "Success";
            assert!(!is_known || before[&node] == after[&node], "{node} has the file and got it again: {run}");
        }
    }
    panic!("it does not end: {run}");
}

/// Asserts that just these nodes are left without the file.
fn assert_left(home: &Home, fleet: &Fleet, run: &Run, left: &BTreeSet<String>) {
    let told = statuses(home);
    let failed: BTreeSet<String> =
        told.iter().filter(|(_, status)| *status != "Success").map(|(node, _)| node.clone()).collect();
    assert_eq!(&failed, left, "{run}");
    // A budget that was given holds at the end of that send too.
    let is_forgiven = run.line.contains("--max-failed=50%") && 2 * left.len() <= told.len();
    let code = match left.len() {
        0 => 0,
        _ if is_forgiven => 0,
        all if all == told.len() => 1,
        _ => 3,
    };
    assert_eq!(run.code, code, "{run}");
    let writes = fleet.writes(PATH);
    assert!(told.iter().all(|(node, status)| status != "Success" || writes[node] > 0), "{run}");
}

#[test]
fn resend_repeated_mends_every_error_of_the_catalog_that_can_be_mended() {
    let errors = node_errors();
    let fleet = Fleet::of(errors.len() + 1);
    for (node, error) in errors.iter().enumerate() {
        fleet.trouble(node, Some(error.trouble(STATUSES[node % 5], node % 2 == 0)));
    }
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(errors.len() + 1)).run().code(3);
    // Each time the causes of some more are gone.
    let run = follow(&home, &fleet, run, |round| {
        let mended = errors.iter().enumerate().filter(|(node, error)| node % 4 == round && !error.lasts());
        mended.for_each(|(node, _)| fleet.trouble(node, None));
    });
    let lasting = errors.iter().enumerate().filter(|(_, error)| error.lasts());
    assert_left(&home, &fleet, &run, &lasting.map(|(node, _)| format!("n-{node}")).collect());
}

/// What the service does with a call besides carrying it out.
fn deed(kind: usize) -> Deed {
    match kind {
        0 => Deed::CarryOut(Reply::close()),
        1 => Deed::Only(Reply::close()),
        2 => Deed::CarryOut(Reply::error(500, "InternalError", "an error")),
        3 => Deed::Only(Reply::error(400, "InvalidNode.Bad", "bad")),
        4 => Deed::Only(Reply::error(403, "Forbidden.RAM", "no")),
        5 => Deed::Only(Reply::error(400, "Throttling.User", "too many").header("x-acs-retry-after", 1)),
        _ => Deed::Accept,
    }
}

#[derive(Clone, Debug)]
struct Mixture {
    /// For each node its trouble, if it has any: the error, its status, whether the file is there all the same, and
    /// from which round on the cause is gone.
    nodes: Vec<Option<(usize, usize, bool, usize)>>,
    /// What becomes of the first calls.
    deeds: Vec<usize>,
    more: Vec<&'static str>,
}

fn mixture() -> impl Strategy<Value = Mixture> {
    let trouble = prop::option::weighted(0.7, (any::<usize>(), 0..5_usize, any::<bool>(), 0..4_usize));
    let more = prop::sample::subsequence(
        vec!["--overwrite", "--nodes-per-call=1", "--batches=1,50%", "--max-failed=50%", "--file-mode=0640"],
        0..=5,
    );
    (prop::collection::vec(trouble, 2..8), prop::collection::vec(0..9_usize, 0..5), more)
        .prop_map(|(nodes, deeds, more)| Mixture { nodes, deeds, more })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn resend_repeated_mends_any_mixture_of_errors(mixture in mixture()) {
        let errors = node_errors();
        let deeds = mixture.deeds.clone();
        let fleet = Fleet::of(mixture.nodes.len()).script(move |number, _| deed(deeds.get(number).copied().unwrap_or(9)));
        let error = |at: usize| errors[at % errors.len()];
        for (node, trouble) in mixture.nodes.iter().enumerate() {
            let trouble = trouble.map(|(at, status, has_file, _)| error(at).trouble(STATUSES[status], has_file));
            fleet.trouble(node, trouble);
        }
        let (_server, home) = set_up(&fleet);
        let run = send(&home, &first(mixture.nodes.len())).args(&mixture.more).args(["--retries", "1"]).run();
        let run = follow(&home, &fleet, run, |round| {
            for (node, trouble) in mixture.nodes.iter().enumerate() {
                if trouble.is_some_and(|(at, _, _, until)| until <= round && !error(at).lasts()) {
                    fleet.trouble(node, None);
                }
            }
        });
        let lasts = |trouble: &Option<(usize, usize, bool, usize)>| trouble.is_some_and(|(at, ..)| error(at).lasts());
        let left = mixture.nodes.iter().enumerate().filter(|(_, trouble)| lasts(trouble));
        assert_left(&home, &fleet, &run, &left.map(|(node, _)| format!("n-{node}")).collect());
    }
}
