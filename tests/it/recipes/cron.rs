//! The recipe for cron, which runs a line in its own way: next to no variables, no terminal, mail for whatever is said.

use super::blocks::{block, pairs};
use super::{Answer, Efloctl, Home, KEY_ID, KEY_SECRET, Reply, Server, have, installed, node_id, partial, success};
use crate::support::reply::Gate;

/// A crontab, as cron itself reads it.
struct Crontab {
    variables: Vec<(String, String)>,
    command: String,
}

impl Crontab {
    fn of(text: &str) -> Self {
        let (lines, jobs): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with(char::is_alphabetic));
        let [job] = jobs[..] else { panic!("one job: {jobs:?}") };
        let mut fields = job.splitn(6, ' ');
        for time in fields.by_ref().take(5) {
            assert!(time == "*" || time.parse::<u8>().is_ok_and(|number| number < 60), "no time: {time}");
        }
        let written = fields.next().expect("a command");
        let command = written.replace("\\%", "\u{1}");
        assert!(!command.contains('%'), "cron ends the command there: {written}");
        let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
        Crontab { variables: pairs(&lines, "="), command: command.replace('\u{1}', "%") }
    }

    /// As cron runs it: in the home of its owner, with next to no variables.
    fn job(&self, home: &Home) -> Efloctl {
        let call = home.program("/bin/sh").args(["-c", &self.command]);
        let not_of_cron = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TEMP"];
        let call = not_of_cron.iter().fold(call, |call, name| call.without(name));
        let call = call.env("SHELL", "/bin/sh").env("LOGNAME", "ops").env("PATH", "/usr/bin:/bin");
        // The program is where the crontab looks for it, as far as a test can put it there.
        let installed = |value: &String| value.replace("/usr/local/bin", &installed());
        self.variables.iter().fold(call, |call, (name, value)| call.env(name, installed(value)))
    }
}

/// A home with keys, and the ids that were sent.
fn owner(server: &Server, ids: &str) -> Home {
    let config = format!(
        "default_profile = \"ops\"\n[profiles.ops]\naccess_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n\
         endpoint = \"{}\"\n",
        server.url()
    );
    Home::new().config(&config).file("sent.ids", ids)
}

#[test]
fn recipe_cron_mails_only_failures() {
    if !have("flock") {
        return;
    }
    let crontab = Crontab::of(block("cron", "crontab"));
    let few = Answer::new("PartialFailed").nodes(99, "Success").failures(1, "Invalid", "FileAlreadyExists", "null");
    let failed = node_id(2);
    for (answer, ids, mail) in [
        (success(), "t-1\n", &[][..]),
        (few, "t-1\n", &[]),
        (partial(), "t-1\n", &["exit 3\n", "t-1  PartialFailed\n", &failed, "FileAlreadyExists"]),
        (success(), "", &["exit 2\n", "efloctl: error: "]),
    ] {
        let server = Server::always(Reply::ok(answer));
        let run = crontab.job(&owner(&server, ids)).run().code(0);
        assert_eq!(run.err, "", "{run}");
        assert_eq!(run.out.is_empty(), mail.is_empty(), "{run}");
        assert!(mail.iter().all(|part| run.out.contains(part)), "{run}");
        assert_eq!(server.count(), usize::from(!ids.is_empty()), "{run}");
    }
}

#[test]
fn recipe_cron_does_not_run_twice_at_a_time() {
    if !have("flock") {
        return;
    }
    let crontab = Crontab::of(block("cron", "crontab"));
    let gate = Gate::new();
    let server = Server::always(Reply::ok(partial()).held(&gate));
    let home = owner(&server, "t-1\n");
    let first = crontab.job(&home).spawn();
    server.wait_for_requests(1);
    let second = crontab.job(&home).run().code(0);
    assert_eq!((second.out.as_str(), second.err.as_str()), ("", ""));
    assert_eq!(server.count(), 1);
    gate.open();
    let first = first.finish().code(0);
    assert!(first.out.starts_with("exit 3\n"), "{first}");
}
