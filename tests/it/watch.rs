//! The watch off a terminal: what it says, when it ends, and with what.

use super::golden::golden;
use super::support::answers::{Answer, no_record};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

/// Once a second: more often is not allowed.
fn watch(server: &Server, args: &[&str]) -> Run {
    Home::for_server(server).run(&[&["watch", "--interval", "1s"], args].concat())
}

fn answers(answers: Vec<Answer>) -> Server {
    Server::sequence(answers.into_iter().map(Reply::ok).collect())
}

/// An answer by the id asked about.
fn by_id(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Server {
    Server::with(move |request, _| Reply::ok(answer(&request.form()["InvokeId"])))
}

/// The lines that name an exit code: there is one, whatever came before.
#[track_caller]
fn verdict_line(run: &Run) -> &str {
    let lines: Vec<&str> = run.err.lines().filter(|line| line.contains("; exit ")).collect();
    let [line] = lines[..] else { panic!("{} verdict lines: {run}", lines.len()) };
    assert!(line.starts_with("efloctl: ") && line.ends_with(&format!("; exit {}", run.code)), "{run}");
    line
}

/// The seconds of the day that a time stamp names.
fn seconds(stamp: &str) -> u32 {
    let parts: Vec<u32> = stamp.trim_end_matches('Z').split(':').map(|part| part.parse().expect("a number")).collect();
    let [h, m, s] = parts[..] else { panic!("no time stamp: {stamp}") };
    (h * 60 + m) * 60 + s
}

#[test]
fn watch_first_line_names_ids_region_interval_and_deadline() {
    let server = by_id(|_| Answer::new("Success").nodes(1, "Success"));
    let run = watch(&server, &["t-1", "t-2", "t-1", "--timeout", "1h30m"]).code(0);
    let first = run.err.lines().next().expect("a line");
    let (start, rest) = first.split_once(' ').expect("a time stamp");
    let host = server.url().replace("http://", "");
    let rest = rest.strip_prefix(&format!("watching t-1, t-2 at {host}, every 1s, for 1h 30m at most (until "));
    let until = rest.and_then(|rest| rest.strip_suffix(')')).unwrap_or_else(|| panic!("{run}"));
    let day = 24 * 60 * 60;
    let length = (day + seconds(until) - seconds(start)) % day;
    assert!((5400..=5401).contains(&length), "the deadline is {length} seconds away: {run}");

    let run = watch(&server, &["t-1", "--timeout", "0"]).code(0);
    let first = run.err.lines().next().expect("a line");
    assert!(first.ends_with(&format!(" watching t-1 at {host}, every 1s, without a deadline")), "{run}");
}

#[test]
fn watch_plain_tells_every_change_once_and_folds_like_changes() {
    let failed = |answer: Answer| {
        answer
            .failures(12, "Invalid", "FileAlreadyExists", "null")
            .failed("e01-cn-quiet", "Timeout", "Null", "the command delivery has been timeout")
            .failed("e01-cn-new", "Aborted", "FromTheFuture", "the node \u{1b}[31mis\r\non the moon")
    };
    let half = failed(Answer::new("Running").nodes(120, "Success")).node("e01-cn-slow", "Running");
    let server = answers(vec![
        Answer::new("Running").nodes(132, "Running").node("e01-cn-slow", "Pending").node_count(135),
        half.clone(),
        half,
        failed(Answer::new("PartialFailed").nodes(120, "Success")).node("e01-cn-slow", "Success"),
    ]);
    let run = watch(&server, &["t-1"]).code(3);
    assert!(!run.err.contains('\r') && !run.err.contains('\x1b'), "{run}");
    assert_eq!(run.err.matches("120 nodes Success").count(), 1, "{run}");
    assert_eq!(run.err.matches("e01-cn-quiet").count(), 1, "{run}");
    assert_eq!(run.err.matches("e01-cn-00000129").count(), 1, "the tenth is named: {run}");
    assert_eq!(run.err.matches("e01-cn-00000130").count(), 0, "the eleventh is counted: {run}");
    let stamped = |line: &&str| line.split(' ').next().is_some_and(|stamp| stamp.len() == 9 && stamp.ends_with('Z'));
    let others: Vec<&str> = run.err.lines().filter(|line| !stamped(line)).collect();
    let warning = "efloctl: warning: t-1: only 133 of 135 nodes listed; the others are unknown";
    let step = "efloctl errors t-1 --max-nodes 0 lists every node";
    assert_eq!(others, [warning, step, verdict_line(&run)], "{run}");
    assert_eq!(run.err.lines().last(), Some(verdict_line(&run)), "{run}");
    golden("watch-table-stderr", &run.err);
    golden("watch-table", &run.out);
}

#[test]
fn watch_ends_at_a_final_first_poll_in_every_format() {
    let endings = [
        (Answer::new("Success").nodes(2, "Success"), "Success", 0),
        (Answer::new("Failed").failures(2, "Failed", "FileCreateFail", "null"), "Failed", 1),
        (Answer::new("PartialFailed").nodes(1, "Success").nodes(1, "Invalid"), "PartialFailed", 3),
    ];
    for (answer, verdict, code) in endings {
        for format in ["table", "json", "jsonl"] {
            let server = answers(vec![answer.clone()]);
            let run = watch(&server, &["t-1", "-o", format]).code(code);
            assert_eq!(server.count(), 1, "{run}");
            assert!(verdict_line(&run).starts_with(&format!("efloctl: t-1: {verdict}: ")), "{run}");
            let end = match format {
                "json" => run.json(),
                "jsonl" => run.jsonl().pop().expect("a result"),
                _ => {
                    assert!(run.out.starts_with(&format!("t-1  {verdict}\n")), "{run}");
                    continue;
                }
            };
            assert_eq!((&end["verdict"], &end["exit_code"]), (&verdict.into(), &code.into()), "{run}");
            assert_eq!(end["finished"], true, "{run}");
        }
    }
}

#[test]
fn watch_overall_success_proves_nothing_while_a_node_is_open_or_failed() {
    let answer = |status: &str| Answer::new("Success").nodes(3, "Success").node("e01-cn-late", status);
    let server = answers(vec![answer("Running")]);
    let run = watch(&server, &["t-1", "--timeout", "1s", "-o", "json"]).code(124);
    assert_eq!(run.json()["verdict"], "Running", "{run}");
    assert_eq!(run.json()["finished"], false, "{run}");

    let server = answers(vec![answer("Pending"), answer("Timeout")]);
    let run = watch(&server, &["t-1"]).code(3);
    assert_eq!(server.count(), 2, "{run}");
    assert!(run.out.starts_with("t-1  PartialFailed  (the API says Success)\n"), "{run}");
    assert!(run.out.contains("\n  nodes  e01-cn-late\n"), "{run}");
}

#[test]
fn watch_deadline_lists_failed_and_open_nodes() {
    let answer = Answer::new("Running").node("e01-cn-open", "Running").nodes(1, "Success");
    let server = answers(vec![answer.failed("e01-cn-bad", "Failed", "FileCreateFail", "null")]);
    let run = watch(&server, &["t-1", "--timeout", "1s"]).code(124);
    let rows: Vec<&str> = run.out.lines().filter(|line| line.starts_with("e01-")).collect();
    assert!(rows.len() == 1 && rows[0].starts_with("e01-cn-open  Running"), "{run}");
    let failed = run.out.find("\n  nodes  e01-cn-bad\n").expect("the failed node");
    assert!(failed < run.out.find("open  1 Running").expect("the open nodes"), "failures first: {run}");
    let line = verdict_line(&run);
    assert!(line.starts_with("efloctl: out of time after 1s: t-1: Running: 1 ok, 1 failed, 1 open of 3"), "{run}");
}

#[test]
fn watch_of_several_ids_ends_in_one_verdict() {
    let server = by_id(|id| match id {
        "t-failed" => Answer::new("Failed").nodes(2, "Failed"),
        "t-mixed" => Answer::new("PartialFailed").nodes(1, "Failed").node("e01-cn-ok", "Success"),
        _ => Answer::new("Success").nodes(2, "Success"),
    });
    for (ids, verdict, code) in [
        (&["t-ok", "t-fine"][..], "Success: 2 invocations: 2 Success", 0),
        (&["t-ok", "t-mixed", "t-fine"], "PartialFailed: 3 invocations: 1 PartialFailed, 2 Success", 3),
        (&["t-mixed", "t-ok", "t-failed"], "Failed: 3 invocations: 1 Failed, 1 PartialFailed, 1 Success", 1),
    ] {
        let run = watch(&server, ids).code(code);
        assert_eq!(verdict_line(&run), format!("efloctl: {verdict}; exit {code}"), "{run}");
        let listed: Vec<&str> = run.out.lines().filter(|line| line.starts_with("t-")).collect();
        assert!(listed.len() == ids.len() && ids.iter().all(|id| run.out.contains(&format!("\n{id} "))), "{run}");
        let worst = verdict.split(':').next().unwrap();
        assert!(listed[0].split_whitespace().nth(1) == Some(worst), "the worst first: {run}");
    }
}

#[test]
fn watch_quiet_leaves_the_answer_and_errors() {
    let open = Answer::new("Running").nodes(1, "Running").failures(1, "Failed", "FileCreateFail", "null");
    let short = Answer::new("Failed").nodes(1, "Failed").failures(1, "Failed", "FileCreateFail", "null").node_count(3);
    let replies = || vec![Reply::ok(open.clone()), Reply::error(503, "Busy", "later"), Reply::ok(short.clone())];
    let quiet = watch(&Server::sequence(replies()), &["t-1", "-q"]).code(1);
    assert_eq!(quiet.err, "efloctl: t-1: Failed: 2 failed, 1 not listed of 3; exit 1\n", "{quiet}");
    assert_eq!(quiet.out, watch(&Server::sequence(replies()), &["t-1"]).code(1).out, "{quiet}");

    let server = Server::always(Reply::ok(no_record()));
    let run = watch(&server, &["t-gone", "-q", "--grace", "0"]).code(6);
    assert!(run.err.starts_with("efloctl: error: no invocation t-gone"), "{run}");
}
