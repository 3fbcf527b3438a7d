//! The file of names: what is read of it, and what a run replaces in it.

use super::*;

const SEEN: &str = "2026-11-26T03:00:00Z";

fn node(id: &str, host: &str, cluster: &str) -> NamedNode<'static> {
    NamedNode::of([
        (Column::NodeId, Some(Text::new(id.to_owned()))),
        (Column::Hostname, Some(Text::new(host.to_owned()))),
        (Column::ClusterId, Some(Text::new(cluster.to_owned()))),
        (Column::SeenAt, Some(Text::new(SEEN))),
    ])
}

fn hosts(file: &NameFile) -> Vec<String> {
    file.nodes()
        .map(NodeRow::whole)
        .map(|node| {
            [Column::NodeId, Column::Hostname].map(|column| node.get(column).map_or("-", Text::as_written)).join(" ")
        })
        .collect()
}

fn replace(path: &Path, clusters: &[&str], nodes: &[NamedNode<'_>]) -> io::Result<()> {
    NameFile::replace(path, clusters, nodes.iter())
}

fn read(bytes: &[u8]) -> (Vec<String>, Option<(usize, usize)>) {
    let (file, broken) = NameFile::of_bytes(bytes.to_vec());
    (hosts(&file), broken)
}

#[test]
fn names_file_row_is_node_id_hostname_and_more_columns() {
    let row =
        "e01-a\tgpu-1\tng-b\tA1\ths-1\ti11\tcn-wulanchabu\tefg2.NH60C5\tUsing\t10.0.0.7\t2026-11-26T03:00:00Z\tnew";
    let (file, broken) = NameFile::of_bytes(row.as_bytes().to_vec());
    assert_eq!(broken, None);
    let node = file.get("e01-a").unwrap().whole();
    let columns = Column::ALL.map(|column| node.get(column).unwrap().as_written());
    assert_eq!(columns.join("\t") + "\tnew", row, "a column more than are known is passed over");
    let (file, _) = NameFile::of_bytes(b"e01-a\tgpu-1\r\ne01-b\t-\t\tA1\n".to_vec());
    assert_eq!(file.get("e01-a").unwrap().get(Column::Hostname), Some(Text::new("gpu-1")));
    let node = file.get("e01-b").unwrap().whole();
    assert_eq!(
        [Column::Hostname, Column::NodeGroup, Column::Zone].map(|column| node.get(column)),
        [None, None, Some(&Text::new("A1"))]
    );
    assert_eq!(file.get("e01-c"), None);
}

#[test]
fn names_file_counts_broken_lines_and_reads_all_other_rows() {
    assert_eq!(read(b""), (vec![], None));
    assert_eq!(read(b"\xef\xbb\xbfa\tone\n\n  \nb\ttwo"), (vec!["a one".to_owned(), "b two".to_owned()], None));
    assert_eq!(read(b"<html>\na\tone\nno tab\n\tno id\na b\tblank"), (vec!["a one".to_owned()], Some((1, 3))));
    assert_eq!(read(b"a\tone\nb\t\xff\nc\tthree"), (vec!["a one".to_owned(), "c three".to_owned()], Some((2, 0))));
    assert_eq!(read(&[0; 5000]), (vec![], Some((1, 0))));
    let (longest, too_long) = ("x".repeat(65_533), "x".repeat(65_534));
    let rows = format!("a\t{longest}\nb\t{too_long}\nc\tthree\n");
    assert_eq!(read(rows.as_bytes()), (vec![format!("a {longest}"), "c three".to_owned()], Some((2, 0))));
}

#[test]
fn names_file_takes_the_row_of_a_node_that_was_seen_last() {
    let row = |host: &str, seen: &str| format!("a\t{host}{}{seen}\n", "\t".repeat(9));
    let (old, new) = (row("old", "2026-01-01T00:00:00Z"), row("new", "2026-02-01T00:00:00Z"));
    for rows in [format!("{old}{new}"), format!("{new}{old}"), format!("a\tunseen\n{new}{old}")] {
        assert_eq!(read(rows.as_bytes()).0, ["a new"]);
    }
}

#[test]
fn names_file_that_cannot_be_read_is_told_and_gives_no_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nodes.tsv");
    let told = |path: &Path| {
        let (file, problem) = NameFile::read(path);
        assert!(hosts(&file).is_empty());
        problem
    };
    assert!(told(&path).unwrap().contains("nodes.tsv cannot be read: "));
    std::fs::create_dir(&path).unwrap();
    assert!(told(&path).unwrap().ends_with("nodes.tsv cannot be read: it is no regular file"));
    let broken = folder.path().join("broken.tsv");
    std::fs::write(&broken, "x\ny\nz").unwrap();
    assert!(told(&broken).unwrap().ends_with("broken.tsv is no row of a node, nor are 2 more: it was passed over"));
}

#[test]
fn names_file_replaces_listed_clusters_and_keeps_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/efloctl/nodes.tsv");
    replace(&path, &["i1", "i2"], &[node("b", "two", "i1"), node("a", "one", "i1"), node("z", "far", "i2")]).unwrap();
    replace(&path, &["i1"], &[node("a", "anew", "i1"), node("no id", "x", "i1")]).unwrap();
    assert_eq!(hosts(&NameFile::read(&path).0), ["a anew", "z far"]);
    replace(&path, &["i3"], &[node("z", "moved", "i3")]).unwrap();
    assert_eq!(hosts(&NameFile::read(&path).0), ["a anew", "z moved"], "a node is in one cluster");
    replace(&path, &["i1"], &[]).unwrap();
    assert_eq!(hosts(&NameFile::read(&path).0), ["z moved"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
}

#[test]
fn names_file_replace_drops_broken_rows_and_keeps_unknown_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nodes.tsv");
    std::fs::write(&path, "garbage\nz\tfar\tng\tA1\t\ti9\t\t\t\t\t\tfuture\n").unwrap();
    replace(&path, &["i1"], &[node("a\u{1}", "x", "i1"), node("a", "t\ta\nb", "i1")]).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, format!("a\tt a b\t-\t-\t-\ti1\t-\t-\t-\t-\t{SEEN}\nz\tfar\tng\tA1\t\ti9\t\t\t\t\t\tfuture\n"));
}

#[test]
fn names_file_writers_at_the_same_time_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nodes.tsv");
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let path = &path;
            scope.spawn(move || {
                for round in 0..5 {
                    let (cluster, host) = (format!("i{writer}"), format!("host-{round}"));
                    replace(path, &[&cluster], &[node(&format!("n{writer}"), &host, &cluster)]).unwrap();
                }
            });
        }
    });
    let all: Vec<String> = (0..8).map(|writer| format!("n{writer} host-4")).collect();
    assert_eq!(hosts(&NameFile::read(&path).0), all);
}

#[test]
fn names_file_replaces_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nodes.tsv");
    std::fs::create_dir(&path).unwrap();
    assert!(replace(&path, &["i1"], &[]).is_err());
    assert!(path.is_dir());
}
