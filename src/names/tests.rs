//! Names by id, and what is warned of before a send.

use super::*;

fn row(id: &str, host: &str, state: &str, seen: &str) -> String {
    format!("{id}\t{host}\t\t\t\t\t\t\t{state}\t\t{seen}\n")
}

#[test]
fn names_file_is_read_once_when_the_first_name_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nodes.tsv");
    let names = NodeNames::in_file(Some(path.clone()));
    assert!(names.doubts().is_empty(), "it is not read yet");
    std::fs::write(&path, "a\tgpu-1\nbroken\n").unwrap();
    assert_eq!(names.get("a").unwrap().called(), "gpu-1 (a)");
    std::fs::write(&path, "a\tgpu-2\nb\tgpu-3\n").unwrap();
    assert_eq!(names.get("b"), None, "it is read once");
    let told = names.doubts();
    assert!(told.len() == 1 && told[0].starts_with("line 2 of "), "{told:?}");
}

#[test]
fn names_are_none_without_a_file() {
    assert!(!NodeNames::none().are_known());
    assert_eq!(NodeNames::none().get("a"), None);
    assert_eq!(NodeNames::none().not_running(["a"].into_iter()), None);
}

#[test]
fn names_that_were_looked_up_are_said_to_be_old_after_30_days() {
    let days_ago = |days: i64| stamp_to_second(Timestamp::now() - SignedDuration::from_hours(days * 24));
    let rows = row("a", "gpu-1", "Using", &days_ago(29)) + &row("b", "gpu-2", "Using", &days_ago(45));
    let names = NodeNames::of_rows(&(rows + "c\tgpu-3\nd\tgpu-4\t\t\t\t\t\t\t\t\t0 BC\n"));
    for fresh in ["a", "c", "d", "unknown"] {
        names.get(fresh);
    }
    assert_eq!(names.age(), None);
    names.get("b");
    assert!(names.age().unwrap().starts_with("names of nodes were seen up to 45 days ago"));
}

#[test]
fn ids_of_a_hostname_are_found_unless_it_is_a_node_id() {
    let names = NodeNames::of_rows("a\tgpu-1\nb\tgpu-1\ngpu-9\tx\nc\tgpu-9\n");
    let found = |words: &[&'static str]| {
        let (host, ids) = names.first_host(words.iter().copied())?;
        Some((host, ids.iter().map(|id| id.as_written().to_owned()).collect::<Vec<_>>().join(" ")))
    };
    assert_eq!(found(&["gpu-1"]), Some(("gpu-1", "a b".to_owned())));
    assert_eq!(found(&["a", "unknown", "gpu-9", "x", "gpu-1"]), Some(("x", "gpu-9".to_owned())));
    for words in [&[] as &[&str], &["gpu-9"], &["a"], &["unknown", "unknown"]] {
        assert_eq!(found(words), None, "{words:?}");
    }
}

#[test]
fn names_warn_of_nodes_that_were_not_running() {
    let seen = "2026-11-26T03:00:00Z";
    let mut rows = row("a", "gpu-1", "Using", seen) + &row("b", "gpu-2", "Unused", seen) + &row("c", "-", "-", seen);
    let names = NodeNames::of_rows(&rows);
    assert_eq!(
        names.not_running(["a", "b", "c", "x"].into_iter()).unwrap(),
        "1 node was not running when it was last seen: gpu-2 (b) Unused"
    );
    assert_eq!(names.not_running(["a", "c", "x"].into_iter()), None);
    for at in 0..6 {
        rows += &row(&format!("n{at}"), "-", "ClusterNode\u{202e}Stopped", seen);
    }
    let told = NodeNames::of_rows(&rows).not_running(["n0", "n1", "n2", "n3", "n4", "n5", "b"].into_iter()).unwrap();
    assert!(told.starts_with("7 nodes were not running when they were last seen: n0 ClusterNode\\u{202e}Stopped, n1 "));
    assert!(told.ends_with(", n4 ClusterNode\\u{202e}Stopped and 2 more"), "{told}");
}
