//! The recipes of `efloctl help pipelines`, run as they stand there, by the shells that their systems use: whoever
//! copies one gets a gate that holds.

mod blocks;
mod cron;
mod send;

use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use self::blocks::{below, block, blocks, list, pairs, value};
use super::support::answers::{Answer, REQUEST_ID, node_id};
use super::support::cli::{Efloctl, Home, PROGRAM, Run};
use super::support::reply::Reply;
use super::support::server::{KEY_ID, KEY_SECRET, Server};

/// A runner before its first job.
struct Runner {
    home: Home,
    server: Server,
    variables: Vec<(String, String)>,
}

impl Runner {
    fn new(server: Server) -> Self {
        let variables = vec![("EFLOCTL_ENDPOINT".to_owned(), server.url()), ("CI".to_owned(), "true".to_owned())];
        Runner { home: Home::new(), server, variables }
    }

    fn path(&self, name: &str) -> String {
        self.home.path().join(name).display().to_string()
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// A shell with efloctl on its path.
    fn shell(&self, shell: &str, args: &[&str]) -> Efloctl {
        let path = format!("{}:{}", installed(), std::env::var("PATH").expect("a path"));
        let call = self.home.program(shell).args(args).env("PATH", path);
        self.variables.iter().fold(call, |call, (name, value)| call.env(name, value))
    }

    /// Runs a script from a file, as runners do.
    fn script(&self, shell: &str, options: &str, text: &str) -> Run {
        assert!(!text.contains("SECRET") && !text.contains("KEY_ID"), "a key on the command line: {text}");
        std::fs::write(self.home.path().join("script.sh"), text).expect("the script");
        self.shell(shell, &[options, "script.sh"]).run()
    }

    fn exists(&self, name: &str) -> bool {
        self.home.path().join(name).exists()
    }

    /// Asserts that the job ended as its rollout did, with the report where the recipe looks for it.
    #[track_caller]
    fn ended(&self, run: Run, code: i32, report: &str) {
        let run = run.code(code);
        if code == 2 {
            assert_eq!(self.server.count(), 0, "a call without an id: {run}");
            assert!(!self.exists(report), "an old report: {run}");
            return;
        }
        assert!(run.err.contains(&format!("; exit {code}\n")), "{run}");
        let report = self.home.read(report);
        for part in ["<testsuite name=\"t-1\"", "name=\"region\" value=\"cn-wulanchabu\""] {
            assert!(report.contains(part), "{part} in {report}");
        }
        assert_eq!(report.contains("failures=\"1\""), code == 3, "{report}");
    }
}

/// The folder that the program is in.
fn installed() -> String {
    let folder = std::path::Path::new(PROGRAM).parent().expect("the program's folder");
    folder.display().to_string()
}

fn success() -> Answer {
    Answer::new("Success").nodes(3, "Success")
}

fn partial() -> Answer {
    Answer::new("PartialFailed").nodes(2, "Success").failures(1, "Invalid", "FileAlreadyExists", "null")
}

/// The rollouts that a gate must tell apart, and the codes it must end with: all well, not all well, and an InvokeId
/// that was never set.
fn ends() -> [(Answer, &'static str, i32); 3] {
    [(success(), "t-1", 0), (partial(), "t-1", 3), (success(), "", 2)]
}

/// Whether a tool is there; what is left out for want of it is told, whether or not the test's output is shown.
fn have(tool: &str) -> bool {
    let is_there = Home::new().program("sh").args(["-c", &format!("command -v {tool}")]).run().code == 0;
    if !is_there {
        let _ = writeln!(std::io::stderr(), "NOT TESTED, for there is no {tool} here: a recipe");
    }
    is_there
}

#[test]
fn recipe_github_actions_runs() {
    let recipe = block("GitHub Actions", "yaml");
    for (answer, invoke_id, code) in ends() {
        let mut runner = Runner::new(Server::always(Reply::ok(answer)));
        let temp = runner.path("temp");
        std::fs::create_dir(&temp).expect("a folder for the job");
        let evaluated = |text: &str| {
            let Some((before, rest)) = text.split_once("${{ ") else { return text.to_owned() };
            let (expression, after) = rest.split_once(" }}").expect("an end");
            let result = match expression {
                "steps.send.outputs.invoke_id" => invoke_id,
                "secrets.ACCESS_KEY_ID" => KEY_ID,
                "secrets.ACCESS_KEY_SECRET" => KEY_SECRET,
                "runner.temp" => &temp,
                other => panic!("nobody knows {other}"),
            };
            format!("{before}{result}{after}")
        };
        for (name, value) in pairs(&below(recipe, "env:"), ": ") {
            runner.set(&name, &evaluated(&value));
        }
        let [summary, outputs] = ["summary.md", "outputs.txt"].map(|name| runner.path(name));
        for (name, value) in [
            ("GITHUB_ACTIONS", "true"),
            ("RUNNER_TEMP", &temp),
            ("GITHUB_STEP_SUMMARY", &summary),
            ("GITHUB_OUTPUT", &outputs),
        ] {
            runner.set(name, value);
        }
        let run = runner.script("bash", "-e", &below(recipe, "run: |").join("\n"));
        let annotations = run.err.lines().filter(|line| line.starts_with("::error ")).count();
        assert_eq!(annotations, usize::from(code == 3), "{run}");
        if code != 2 {
            assert!(runner.home.read("outputs.txt").contains(&format!("\nexit_code={code}\n")), "{run}");
            assert!(runner.home.read("summary.md").contains("t-1"), "{run}");
        }
        // A gate that failed is the one whose report is wanted.
        assert_eq!(value(recipe, "if"), "always()");
        let uploaded = evaluated(value(recipe, "path"));
        let uploaded = uploaded.strip_prefix(&runner.path("")).expect("a path of the runner").to_owned();
        runner.ended(run, code, &uploaded);
    }
}

#[test]
fn recipe_gitlab_ci_runs() {
    let recipe = block("GitLab CI", "yaml");
    assert_eq!((value(recipe, "when"), value(recipe, "exit_codes")), ("always", "3"));
    for (answer, invoke_id, code) in ends() {
        let (id, secret, token) = ("STS.job", "job-secret-never-shown", "job-token-never-shown");
        let mut runner = Runner::new(Server::always(Reply::ok(answer)).accept(id, secret, Some(token)));
        let session = json!({
            "RequestId": REQUEST_ID,
            "Credentials": {"AccessKeyId": id, "AccessKeySecret": secret, "SecurityToken": token,
                "Expiration": "2099-01-02T03:04:05Z"},
        });
        let sts = Server::unsigned(move |_, _| Reply::ok(session.clone()));
        runner.set("EFLOCTL_STS_ENDPOINT", &sts.url());
        if !invoke_id.is_empty() {
            runner.set("INVOKE_ID", invoke_id);
        }
        let token = below(recipe, "id_tokens:");
        runner.set(token[0].trim_end_matches(':'), "the-token-of-the-job");
        let folder = runner.home.path().display().to_string();
        for (name, value) in pairs(&below(recipe, "variables:"), ": ") {
            runner.set(&name, &value.replace("$CI_PROJECT_DIR", &folder));
        }
        // The lines are one script of one shell.
        let script = format!("set -eo pipefail\n{}\n", list(recipe, "script:").join("\n"));
        let run = runner.script("bash", "--", &script);
        runner.ended(run, code, value(recipe, "junit"));
        if code != 2 {
            assert_eq!(sts.form(0)["OIDCToken"], "the-token-of-the-job");
        }
        let token = std::fs::metadata(runner.home.path().join(".delivery-token")).expect("the token's file");
        assert_eq!(token.permissions().mode() & 0o77, 0, "others can read the token");
    }
}

#[test]
fn recipe_jenkins_runs() {
    let recipe = block("Jenkins", "groovy");
    let script = recipe.split("sh '''").nth(1).and_then(|rest| rest.split("'''").next()).expect("a script");
    assert!(!script.contains('\\'), "Groovy would take the backslash");
    let report =
        recipe.split("junit testResults: '").nth(1).and_then(|rest| rest.split('\'').next()).expect("a report");
    let environment =
        recipe.split("environment {\n").nth(1).and_then(|rest| rest.split('}').next()).expect("variables");
    let environment: Vec<String> = environment.lines().map(|line| line.trim().to_owned()).collect();
    let environment: Vec<String> = environment.into_iter().filter(|line| !line.is_empty()).collect();
    for (answer, invoke_id, code) in ends() {
        let mut runner = Runner::new(Server::always(Reply::ok(answer)));
        // A parameter that was left empty is set all the same.
        runner.set("INVOKE_ID", invoke_id);
        for (name, value) in pairs(&environment, " = ") {
            let value = match value.as_str() {
                "credentials('efloctl-key-id')" => KEY_ID,
                "credentials('efloctl-key-secret')" => KEY_SECRET,
                other => other.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).expect("a string"),
            };
            runner.set(&name, value);
        }
        // The workspace of the last build.
        std::fs::write(runner.home.path().join(report), "old").expect("a file");
        let run = runner.script("sh", "-xe", script);
        assert!(!run.err.contains(KEY_SECRET) && !run.err.contains(KEY_ID), "{run}");
        runner.ended(run, code, report);
    }
}

#[test]
fn recipe_by_exit_code_runs() {
    if !have("jq") {
        return;
    }
    let [by_kind, names] = blocks("By exit code", "sh")[..] else { panic!("two blocks") };
    let failed = format!("{}\n", node_id(2));
    let open = Answer::new("Running").nodes(1, "Running");
    for (answer, invoke_id, code, out) in [
        (success(), "t-1", 0, "every node has the file\n"),
        (partial(), "t-1", 0, failed.as_str()),
        (open, "t-1", 0, "still not finished\n"),
        (success(), "", 2, ""),
    ] {
        let mut runner = Runner::new(Server::always(Reply::ok(answer)));
        for (name, value) in [
            ("INVOKE_ID", invoke_id),
            ("EFLOCTL_REGION", "cn-wulanchabu"),
            ("EFLOCTL_TIMEOUT", "1s"),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET),
        ] {
            runner.set(name, value);
        }
        let run = runner.script("bash", "-e", by_kind).code(code);
        assert_eq!(run.out, out, "{run}");
        if out == failed {
            assert_eq!(runner.script("bash", "-e", names).code(0).out, failed);
        }
    }
}
