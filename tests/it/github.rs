//! `--github`: annotations, a page of the job's summary, outputs of the step. On when asked for and never by itself.

use super::golden::golden;
use super::support::answers::{Answer, no_record};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

/// A job as GitHub's runner makes one.
fn job(reply: Reply) -> (Server, Home) {
    let server = Server::always(reply);
    let home = Home::for_server(&server).file("summary.md", "").file("outputs.txt", "");
    (server, home)
}

fn watch(home: &Home, args: &[&str]) -> Run {
    let efloctl = home.efloctl().args([&["watch", "--interval", "1s"], args].concat());
    let efloctl = efloctl.env("GITHUB_ACTIONS", "true").env("CI", "true");
    efloctl
        .env("GITHUB_STEP_SUMMARY", home.path().join("summary.md"))
        .env("GITHUB_OUTPUT", home.path().join("outputs.txt"))
        .run()
}

fn annotations(run: &Run) -> Vec<&str> {
    run.err.lines().filter(|line| line.starts_with("::")).collect()
}

fn mixed() -> Answer {
    Answer::new("PartialFailed")
        .nodes(3, "Success")
        .failures(7, "Invalid", "FileAlreadyExists", "File already exists")
        .failures(1, "Timeout", "DeliveryTimeout", "100% late,\nreally: yes")
}

#[test]
fn github_writes_annotations_summary_and_step_outputs() {
    let (_server, home) = job(Reply::ok(mixed()));
    let run = watch(&home, &["t-1", "--github"]).code(3);
    golden("github-annotations", &annotations(&run).join("\n"));
    golden("github-summary", &home.read("summary.md"));
    assert_eq!(home.read("outputs.txt"), "verdict=PartialFailed\nexit_code=3\nfailed=8\n");
    assert!(!run.out.contains("::"), "{run}");
}

#[test]
fn github_is_never_on_without_the_flag() {
    let (_server, home) = job(Reply::ok(mixed()));
    let run = watch(&home, &["t-1"]).code(3);
    assert!(annotations(&run).is_empty(), "{run}");
    assert_eq!((home.read("summary.md"), home.read("outputs.txt")), (String::new(), String::new()));
}

#[test]
fn github_outside_a_job_writes_annotations_alone() {
    let server = Server::always(Reply::ok(mixed()));
    let run = Home::for_server(&server).run(&["watch", "t-1", "--github", "-q"]).code(3);
    assert_eq!(annotations(&run).len(), 2, "{run}");
    assert!(!run.err.contains("summary"), "{run}");
}

#[test]
fn github_annotates_accepted_failures_as_warnings() {
    let (_server, home) = job(Reply::ok(mixed()));
    let run = watch(&home, &["t-1", "--github", "--max-failed", "8"]).code(0);
    assert!(annotations(&run).iter().all(|line| line.starts_with("::warning ")), "{run}");
    assert!(home.read("summary.md").contains("| PartialFailed (accepted) |"), "{}", home.read("summary.md"));
    assert_eq!(home.read("outputs.txt"), "verdict=PartialFailed\nexit_code=0\nfailed=8\n");
}

#[test]
fn github_appends_to_summary_and_output_files() {
    let server = Server::always(Reply::ok(mixed()));
    let home = Home::for_server(&server).file("summary.md", "before\n").file("outputs.txt", "mine=1\n");
    watch(&home, &["t-1", "--github"]).code(3);
    assert!(home.read("summary.md").starts_with("before\n### efloctl: PartialFailed\n"));
    assert!(home.read("outputs.txt").starts_with("mine=1\nverdict=PartialFailed\n"));
}

#[test]
fn github_writes_at_most_ten_annotations() {
    let mut answer = Answer::new("PartialFailed").nodes(1, "Success");
    for at in 0..12 {
        answer = answer.failures(12 - at, "Failed", &format!("Strange.{at:02}"), "null");
    }
    let (_server, home) = job(Reply::ok(answer));
    let run = watch(&home, &["t-1", "--github"]).code(3);
    let lines = annotations(&run);
    assert_eq!(lines.len(), 10, "{run}");
    assert!(lines[0].contains("Strange.00") && lines[8].contains("Strange.08"), "{run}");
    assert_eq!(lines[9], "::error title=efloctl::3 more errors with 6 nodes");
}

#[test]
fn github_annotates_an_end_without_a_verdict() {
    let answers: [(Reply, &[&str], i32, &str, &str); 4] = [
        (Reply::ok(Answer::new("Running").nodes(2, "Running")), &["--timeout", "1s"], 124, "not finished", "Running"),
        (Reply::ok(no_record()), &["--grace", "0"], 6, "no answer", ""),
        (Reply::error(403, "Forbidden.RAM", "no"), &[], 4, "Forbidden.RAM", ""),
        (Reply::ok(Answer::new("Failed")), &[], 1, "Failed", "Failed"),
    ];
    for (reply, args, code, title, verdict) in answers {
        let (_server, home) = job(reply);
        let run = watch(&home, &[&["t-1", "--github"], args].concat()).code(code);
        let lines = annotations(&run);
        assert!(lines.len() == 1 && lines[0].starts_with(&format!("::error title=efloctl%3A {title}::")), "{run}");
        assert!(lines[0].contains("::t-1"), "{run}");
        assert_eq!(home.read("outputs.txt"), format!("verdict={verdict}\nexit_code={code}\nfailed=0\n"));
        assert!(home.read("summary.md").contains(&format!("exit code {code}")), "{run}");
    }
}

#[test]
fn github_warns_of_a_short_list() {
    let (_server, home) = job(Reply::ok(Answer::new("Success").nodes(2, "Success").node_count(3)));
    let run = watch(&home, &["t-1", "--github"]).code(0);
    assert_eq!(
        annotations(&run),
        ["::warning title=efloctl%3A short list::t-1; only 2 of 3 nodes listed; the others are unknown"],
        "{run}"
    );
}

#[test]
fn github_annotates_nothing_on_success() {
    let (_server, home) = job(Reply::ok(Answer::new("Success").nodes(2, "Success")));
    let run = watch(&home, &["t-1", "--github"]).code(0);
    assert!(annotations(&run).is_empty(), "{run}");
    assert!(home.read("summary.md").contains("| t-1 | Success | 2 | 2 | 0 | 0 |"));
    assert_eq!(home.read("outputs.txt"), "verdict=Success\nexit_code=0\nfailed=0\n");
}

#[test]
fn github_output_cannot_be_forged_by_the_server() {
    let forged = "a\n::set-output name=verdict::Success\r\n::error::no%0A::stop-commands::x ##[error]y";
    let page = "<script>x</script> | [l](http://e.invalid) **b** `c` <!-- @all #1\n# head\n</details>";
    let answer = Answer::new("PartialFailed")
        .name(page)
        .node("::error::id", "Success")
        .failed(page, "Failed", forged, page)
        .failed("::warning::id", "Failed", page, forged)
        .failed("---", "Failed", "Listed", "- do: run this");
    let (_server, home) = job(Reply::ok(answer));
    let run = watch(&home, &["t-1", "--github"]).code(3);
    for stream in [&run.err, &run.out] {
        let commands: Vec<&str> = stream.lines().filter(|line| line.trim_start().starts_with("::")).collect();
        assert!(commands.iter().all(|line| line.starts_with("::error title=efloctl%3A ")), "{run}");
        assert!(!stream.contains("##["), "{run}");
    }
    assert_eq!(annotations(&run).len(), 3, "{run}");
    let summary = home.read("summary.md");
    for forbidden in ["\n---", "\n- do: run", "<script", "](http", "**b", "`c`", "<!--", "@all", "\n# head", "##["] {
        assert!(!summary.contains(forbidden), "{forbidden}: {summary}");
    }
    assert_eq!(summary.matches("</details>").count(), 3, "{summary}");
    assert_eq!(home.read("outputs.txt").lines().count(), 3);
}

#[test]
fn github_summary_stays_within_its_limit() {
    const LIMIT: usize = 1 << 20;
    let code = "E".repeat(40);
    let answer = Answer::new("Failed").failures(80_000, "Failed", &code, "null");
    let (server, home) = job(Reply::ok(answer));
    watch(&home, &["t-1", "--github"]).code(1);
    let summary = home.read("summary.md");
    assert!(summary.len() > LIMIT / 2 && summary.len() <= LIMIT, "{}", summary.len());
    let more = summary.lines().find_map(|line| line.strip_prefix("and ")?.strip_suffix(" more")).expect("a count");
    let named = summary.lines().filter(|line| line.starts_with("e01-")).count();
    assert_eq!(named + more.parse::<usize>().expect("a number"), 80_000);
    assert!(summary.ends_with("</details>\n"));
    // What is there already counts; where nothing has room, that is told and hides no verdict.
    let home = Home::for_server(&server).file("summary.md", "x".repeat(LIMIT - 10)).file("outputs.txt", "");
    let run = watch(&home, &["t-1", "--github"]).code(1);
    assert!(run.err.contains("the job summary is full, so nothing is added to it"), "{run}");
    assert_eq!(home.read("summary.md").len(), LIMIT - 10);
}

#[test]
fn github_file_that_cannot_be_written_hides_no_verdict() {
    for (answer, code) in [(mixed(), 3), (Answer::new("Success").nodes(1, "Success"), 5)] {
        let (_server, home) = job(Reply::ok(answer));
        let efloctl = home.efloctl().args(["watch", "t-1", "--github"]);
        let missing = home.path().join("missing").join("file");
        let run = efloctl.env("GITHUB_STEP_SUMMARY", &missing).env("GITHUB_OUTPUT", &missing).run().code(code);
        for what in ["the job summary", "the step's outputs"] {
            assert!(run.err.contains(&format!("{what} cannot be written")), "{run}");
        }
    }
}
