//! The command that is proposed at the end of a watch. It works when pasted: words are quoted for a POSIX shell, the
//! flags of the connection are repeated, and nothing in it was written by a server but ids.

use crate::cli::{ConnectionArgs, IdArgs};
use crate::exit::Outcome;
use crate::output::Report;
use crate::text::safe;
use std::path::Path;

/// Says what to do after a watch of these ids.
pub(super) fn after_watch(asked: &IdArgs, connection: &ConnectionArgs, report: &Report<'_>) -> Option<String> {
    let snapshots = || report.outcomes.iter().filter_map(Outcome::snapshot);
    if let [snapshot] = snapshots().collect::<Vec<_>>().as_slice()
        && snapshot.sent.as_ref().is_some_and(|sent| sent.has_log)
        && snapshot.is_finished()
        && snapshot.failed() > 0
        && report.can_resend()
    {
        return Some(format!("{} sends again", command("resend", asked, connection, report)?));
    }
    if snapshots().any(|snapshot| snapshot.failed() > 0) {
        let line = command("errors", asked, connection, report)?;
        return Some(format!("{line} --max-nodes 0 lists every node"));
    }
    // A recording that ended goes no further.
    let is_open = snapshots().any(|snapshot| !snapshot.is_finished()) && asked.from.is_none();
    let line = command("watch", asked, connection, report)?;
    is_open.then(|| format!("{line} goes on"))
}

/// Gives a command about the same ids with the same flags; `None` if it could not be pasted.
fn command(name: &str, asked: &IdArgs, connection: &ConnectionArgs, report: &Report<'_>) -> Option<String> {
    let ids = report.outcomes.iter().filter_map(|outcome| outcome.invoke_id.as_written());
    let from = text_of(asked.from.as_deref())?;
    let flags = [
        ("--from", from),
        ("--node", asked.node.as_deref()),
        ("--config", text_of(connection.place.config.as_deref())?),
        ("--profile", connection.place.profile.as_deref()),
        ("--region", connection.region.as_deref()),
        ("--endpoint", connection.endpoint.as_deref()),
        ("--retries", connection.retries.as_deref()),
        ("--connect-timeout", connection.connect_timeout.as_deref()),
        ("--request-timeout", connection.request_timeout.as_deref()),
        ("--ca-file", connection.ca_file.as_deref()),
    ];
    let flags = flags.into_iter().filter_map(|(flag, value)| Some([flag, value?]));
    let line = shell_words::join(["efloctl", name].into_iter().chain(ids).chain(flags.flatten()));
    (from != Some("-") && safe(&line) == line).then_some(line)
}

/// Gives the text of a path that is given; `None` if it is no text.
fn text_of(path: Option<&Path>) -> Option<Option<&str>> {
    path.map_or(Some(None), |path| path.to_str().map(Some))
}
