//! Logs that were cut or spoiled: what they tell no more is doubted, and nobody who is known to have the file gets it
//! again.

use super::{PATH, first, resend, send, send_id, set_up};
use crate::fleet_server::{Fleet, Trouble};
use crate::support::cli::Home;
use serde_json::Value;
use std::collections::BTreeMap;

/// What can become of a line of a log.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// The file ends within the line.
    EndsWithin,
    /// Half of the line is gone, and its end with it.
    HalfIsGone,
    Garbage,
    /// The whole line is gone, as if it was never written.
    Zeros,
}

fn damaged(log: &str, line: usize, damage: Damage) -> Vec<u8> {
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let (before, half, after) =
        (lines[..line].concat(), &lines[line][..lines[line].len() / 2], lines[line + 1..].concat());
    let middle = match damage {
        Damage::EndsWithin => return [before.as_str(), half].concat().into_bytes(),
        Damage::HalfIsGone => half.as_bytes().to_vec(),
        Damage::Garbage => b"\xff}{ no line\n".to_vec(),
        Damage::Zeros => vec![0; lines[line].len()],
    };
    [before.as_bytes(), &middle, after.as_bytes()].concat()
}

/// What is told of each node.
fn statuses(home: &Home) -> BTreeMap<String, String> {
    let document = home.run(&["status", &send_id(home), "-o", "json"]).code(0).json();
    let word = |node: &Value, field: &str| node[field].as_str().unwrap().to_owned();
    let nodes = document["invocations"][0]["nodes"].as_array().unwrap().iter();
    nodes.map(|node| (word(node, "node_id"), word(node, "status"))).collect()
}

#[test]
fn a_damaged_log_is_doubted_and_nobody_known_to_have_the_file_gets_it_again() {
    use Damage::{EndsWithin, Garbage, HalfIsGone, Zeros};
    let (mut line, mut lines) = (1, usize::MAX);
    while line < lines {
        for damage in [EndsWithin, HalfIsGone, Garbage, Zeros] {
            let when = format!("line {line} {damage:?}");
            let fleet = Fleet::of(4);
            fleet.trouble(1, Some(Trouble::NotRunning));
            let (_server, home) = set_up(&fleet);
            send(&home, &first(4)).args(["--nodes-per-call", "2"]).run().code(3);
            let path = format!(".local/state/efloctl/sent/{}.jsonl", send_id(&home));
            let log = home.read(&path);
            lines = log.lines().count();
            let home = home.file(&path, damaged(&log, line, damage));
            fleet.trouble(1, None);

            let told = statuses(&home);
            let had = fleet.writes(PATH);
            for (node, status) in &told {
                let has_file = had[node] > 0;
                let is_true = match status.as_str() {
                    "Success" => has_file,
                    "Aborted" => !has_file,
                    // A file that ends early tells of no call that it does not name, and nothing tells that it ended.
                    "NotSent" => !has_file || matches!(damage, EndsWithin),
                    "Unconfirmed" => true,
                    _ => false,
                };
                assert!(is_true, "{when}: {node} is told to be {status}");
            }
            let has_doubt = told.values().any(|status| status == "Unconfirmed");
            let run = resend(&home, &[]);
            if has_doubt {
                assert_eq!(run.code, 2, "{when}: {run}");
                assert!(run.err.contains("nodes may hold the file already (Unconfirmed)"), "{when}: {run}");
                assert_eq!(fleet.calls().len(), 2, "{when}: {run}");
                resend(&home, &["--overwrite"]).code(0);
            } else if run.code != 0 {
                // What the end of the file took away had been sent: it is there, and is not replaced.
                assert!(matches!(damage, EndsWithin) && run.out.contains("FileAlreadyExists"), "{when}: {run}");
                resend(&home, &["--overwrite"]).code(0);
            }
            let has = fleet.writes(PATH);
            for (node, status) in told {
                assert!(
                    status != "Success" || has[&node] == had[&node],
                    "{when}: {node} has the file and got it again"
                );
                assert!(has[&node] > 0, "{when}: {node} has no file");
            }
            home.run(&["watch", &send_id(&home), "--interval", "1s"]).code(0);
        }
        line += 1;
    }
}

#[test]
fn a_log_without_its_plan_is_refused_and_nothing_is_sent() {
    let fleet = Fleet::of(2);
    fleet.trouble(1, Some(Trouble::NotRunning));
    let (server, home) = set_up(&fleet);
    send(&home, &first(2)).run().code(3);
    let id = send_id(&home);
    let path = format!(".local/state/efloctl/sent/{id}.jsonl");
    let log = home.read(&path);
    let asked = server.count();
    let mut home = home;
    for (text, names_invocation) in
        [(Vec::new(), false), (damaged(&log, 0, Damage::EndsWithin), false), (damaged(&log, 0, Damage::Garbage), true)]
    {
        home = home.file(&path, text);
        for command in ["resend", "status", "errors", "watch"] {
            let run = home.run(&[command, &id]).code(2);
            assert!(run.err.contains("cannot be used"), "{run}");
        }
        let run = home.run(&["sent"]).code(0);
        assert!(run.err.contains(&id), "{run}");
        // What it named may have been mended in it.
        if names_invocation {
            let run = home.run(&["resend", "t-0", "--file", "app.conf", "--yes"]).code(2);
            assert!(run.err.contains(&id), "{run}");
        }
    }
    assert_eq!(server.count(), asked);
}
