//! Logs as they are written, cut, damaged and read again.

use super::folder::is_send_id;
use super::*;
use crate::fault::{Fault, Kind};
use crate::invocation::Fate;
use crate::send::join::SendState;
use crate::send::ledger::Mended;
use crate::send::testing::{ID, names, plan};

/// What the log of a send of three calls says, of which the second was refused and the third is under way.
fn entries() -> Vec<LogEntry> {
    let fault = Fault { code: Some(crate::text::Text::new("Bad.Node")), ..Fault::new(Kind::Service, "no") };
    vec![
        LogEntry::Run { nodes: None, batches: vec![6] },
        LogEntry::Call { number: 1, nodes: names(0..2) },
        LogEntry::Called { number: 1, nodes: names(0..2), fate: Fate::InvokeId("t-1".to_owned()) },
        LogEntry::Call { number: 2, nodes: names(2..4) },
        LogEntry::Called { number: 2, nodes: names(2..4), fate: Fate::Refused(fault) },
        LogEntry::Call { number: 3, nodes: names(4..5) },
    ]
}

struct Place {
    _dir: tempfile::TempDir,
    folder: Folder,
}

fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::at(dir.path().join("efloctl").join("sent"));
    Place { _dir: dir, folder }
}

/// Writes the log of `entries` and gives its bytes.
fn written(place: &Place) -> Vec<u8> {
    let mut log = place.folder.begin(&plan(6)).unwrap();
    for entry in entries() {
        log.append(&entry).unwrap();
    }
    std::fs::read(place.folder.log(ID)).unwrap()
}

/// What is known of each node: the InvokeId of its newest call, `?` where nobody knows, `-` where it was not sent to.
fn known(ledger: &Ledger) -> String {
    use crate::invocation::NodeStatus;
    let state = SendState::new(ledger.clone());
    let word = |standing: crate::send::join::Standing<'_>| match standing.status {
        NodeStatus::Pending => '1',
        NodeStatus::Unconfirmed => '?',
        NodeStatus::NotSent => '-',
        other => panic!("{other:?}"),
    };
    state.standings().map(word).collect()
}

#[test]
fn a_log_is_read_as_it_was_written() {
    let place = place();
    written(&place);
    let ledger = read_log(&place.folder.log(ID)).unwrap();
    assert_eq!((ledger.plan.nodes.len(), ledger.calls.len(), ledger.batches.as_slice()), (6, 3, &[6][..]));
    assert_eq!(ledger.calls[1].error().unwrap().code.as_ref().unwrap().as_written(), "Bad.Node");
    assert_eq!(known(&ledger), "11--?-");
    assert_eq!(ledger.next_number(), 4);
}

#[test]
fn a_log_cut_anywhere_never_says_that_a_call_was_not_made_which_may_have_been() {
    let place = place();
    let bytes = written(&place);
    let plan_line = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    for end in plan_line + 1..=bytes.len() {
        let (ledger, whole) = read(&bytes[..end]).unwrap();
        assert!(whole <= end && (end - whole == 0 || bytes[whole - 1] == b'\n'));
        // A call is made only when its line is whole on the disk.
        let begun = |number: &str| bytes[..whole].windows(number.len()).any(|part| part == number.as_bytes());
        let expected =
            match (begun(r#""call":{"number":1"#), begun(r#""invoke_id":"t-1""#), begun(r#""call":{"number":3"#)) {
                (false, ..) => "------",
                (true, false, _) => "??----",
                (true, true, false) if known(&ledger) == "11??--" => "11??--",
                (true, true, false) => "11----",
                (true, true, true) => "11--?-",
            };
        assert_eq!(known(&ledger), expected, "{}", String::from_utf8_lossy(&bytes[..end]));
    }
    for end in 0..plan_line {
        assert!(read(&bytes[..end]).is_err(), "without its plan a log says nothing");
    }
}

#[test]
fn nodes_of_a_line_that_cannot_be_read_are_unconfirmed() {
    let place = place();
    let bytes = written(&place);
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for (at, expected) in [(2, "11????"), (3, "??????"), (4, "11????"), (5, "11????"), (6, "11--??")] {
        let mut damaged = lines.clone();
        let half = &lines[at][lines[at].len() / 2..];
        damaged[at] = half;
        let (ledger, whole) = read(&damaged.concat()).unwrap();
        assert_eq!(whole, damaged.concat().len());
        let known = known(&ledger);
        let is_known_or_doubted = known.chars().zip(expected.chars()).all(|(is, should)| is == should || is == '?');
        assert!(is_known_or_doubted, "line {at}: {known}");
        assert!(!known.ends_with('-'), "line {at}: what no line names may have been in it: {known}");
    }
}

#[test]
fn a_log_is_taken_up_behind_its_last_whole_line() {
    let place = place();
    let bytes = written(&place);
    let path = place.folder.log(ID);
    for cut in [0, 1, 20] {
        std::fs::write(&path, &bytes[..bytes.len() - cut]).unwrap();
        let lock = Lock::acquire(&path).unwrap();
        let mut log = Log::resume(lock).unwrap();
        log.append(&LogEntry::Stopped { why: "over".to_owned() }).unwrap();
        let ledger = read_log(&path).unwrap();
        assert!(ledger.is_stopped && !ledger.is_damaged, "cut by {cut}");
        assert_eq!(ledger.calls.len(), if cut > 1 { 2 } else { 3 });
    }
}

#[test]
fn a_send_that_runs_is_known_by_its_lock() {
    let place = place();
    let log = place.folder.begin(&plan(1)).unwrap();
    let path = place.folder.log(ID);
    assert!(Lock::is_held(&path) && place.folder.list().unwrap()[0].followed.as_ref().unwrap().state.is_running);
    let held = Lock::acquire(&path).err().unwrap();
    assert_eq!((held.kind(), held.to_string()), (io::ErrorKind::WouldBlock, format!("process {}", std::process::id())));
    drop(log);
    assert!(!Lock::is_held(&path) && Lock::acquire(&path).is_ok());
}

#[cfg(unix)]
#[test]
fn logs_are_for_their_owner_alone_and_never_behind_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    let path = place.folder.log(ID);
    std::fs::create_dir_all(place.folder.path()).unwrap();
    let elsewhere = place.folder.path().join("elsewhere");
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    assert!(place.folder.begin(&plan(1)).is_err() && !elsewhere.exists());
    std::fs::remove_file(&path).unwrap();
    drop(place.folder.begin(&plan(1)).unwrap());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(place.folder.path()), mode(&path), mode(&lock_of(&path))), (0o700, 0o600, 0o600));
    std::fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    assert!(read_log(&path).is_err());
    assert!(place.folder.begin(&plan(1)).is_err(), "nor does it replace what is there");
}

#[test]
fn logs_are_listed_newest_first_and_go_after_ninety_days() {
    let place = place();
    let now: Timestamp = "2026-06-30T12:00:00Z".parse().unwrap();
    let ids = ["s-20260401T1159-aaaaaa", "s-20260401T1201-bbbbbb", "s-20260630T1200-cccccc", "s-20260630T1159-dddddd"];
    for id in ids {
        drop(place.folder.begin(&Plan { send_id: id.to_owned(), ..plan(1) }).unwrap());
    }
    std::fs::write(place.folder.path().join("notes.jsonl"), "of somebody").unwrap();
    let listed = || place.folder.list().unwrap().into_iter().map(|listed| listed.send_id).collect::<Vec<_>>();
    assert_eq!(listed(), [ids[2], ids[3], ids[1], ids[0]]);
    place.folder.clean(now).unwrap();
    assert_eq!(listed(), [ids[2], ids[3], ids[1]]);
    assert!(place.folder.path().join("notes.jsonl").exists());
    assert_eq!(Folder::at(place.folder.path().join("gone")).list().unwrap().len(), 0);
}

#[test]
fn a_send_id_is_told_from_other_words() {
    let now: Timestamp = "2026-06-30T12:00:00Z".parse().unwrap();
    let id = new_send_id(now).unwrap();
    assert!(id.starts_with("s-20260630T1200-") && is_send_id(&id), "{id}");
    assert_ne!(id, new_send_id(now).unwrap());
    for word in
        ["s-1", "t-20260630T1200-abcdef", "s-20261330T1200-abcdef", "s-20260630T1200-abc/..", "s-20260630T1200-abcdefg"]
    {
        assert!(!is_send_id(word), "{word}");
    }
}

#[test]
fn an_invocation_of_others_is_mended_by_one_send_alone() {
    let place = place();
    let mending = |send_id: &str, ids: &[&str]| {
        let mended = |id: &&str| Mended { invoke_id: (*id).to_owned(), nodes: names(0..1) };
        Plan { send_id: send_id.to_owned(), mends: ids.iter().map(mended).collect(), ..plan(1) }
    };
    drop(place.folder.begin(&mending("s-20260102T0304-aaaaaa", &["t-1", "t-2"])).unwrap());
    let refused = place.folder.begin(&mending("s-20260102T0304-bbbbbb", &["t-3", "t-2"])).err().unwrap();
    assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
    drop(place.folder.begin(&mending("s-20260102T0304-cccccc", &["t-3"])).unwrap());
    assert_eq!(place.folder.list().unwrap().len(), 2);
}
