//! The end of a watch, however it ended: the report on stdout, the files that a pipeline reads, the next step, and one
//! verdict line.

use super::Context;
use super::finish::{Finish, UNWRITTEN, answer, faults_of};
use crate::exit::{self, Budget, Ending, Outcome};
use crate::fault::Fault;
use crate::feed::Recorder;
use crate::files::{self, ReportFile};
use crate::names::NodeNames;
use crate::output::{self, Report, View};
use crate::settings::OutputFormat;
use crate::text::safe_path;
use crate::watch::WatchPlan;
use std::cell::RefCell;
use std::io::{self, Write};
use std::path::Path;

/// Says what a watch leaves behind, and in what form.
pub(super) struct WatchEnd<'a> {
    pub(super) format: OutputFormat,
    /// How many failed nodes `--max-failed` accepts.
    pub(super) budget: Option<Budget>,
    pub(super) recorder: Option<&'a RefCell<Recorder>>,
    pub(super) junit: Option<ReportFile>,
    pub(super) github: bool,
    /// The names of nodes.
    pub(super) names: &'a NodeNames,
    /// Says what to do next, from how it ended; `None` if there is nothing to do.
    pub(super) next_step: &'a dyn Fn(&Report<'_>) -> Option<String>,
    /// Of a send, whether its verdict was waited for.
    pub(super) send_waits: Option<bool>,
}

impl WatchEnd<'_> {
    /// Reports what is known of each id, and gives the exit code.
    pub(super) fn report(&self, outcomes: &[Outcome], ending: Ending, plan: &WatchPlan, context: &Context) -> u8 {
        let terminal = &context.terminal;
        let mut report = Report::new(plan.region.as_deref(), outcomes, self.budget, ending, self.names);
        if let (Some(waits), [outcome]) = (self.send_waits, outcomes) {
            report.sum.code = exit::code_of_send(outcome, ending, self.budget, waits);
        }
        let mut finish = Finish { code: report.sum.code, faults: faults_of(outcomes, context) };
        let unsent = outcomes.iter().filter(|outcome| self.send_waits.is_some() && outcome.fault.is_none());
        finish.faults.extend(unsent.filter_map(|outcome| outcome.snapshot()?.sent.as_ref()?.error().cloned()));
        self.write(&mut report, &mut finish, context);
        if self.github {
            // GitHub Actions reads them from stderr too, so that stdout has the answer alone.
            output::annotations(&report).iter().for_each(|line| terminal.say(line));
        }
        for doubt in self.names.doubts() {
            terminal.warn(&doubt);
        }
        if self.format == OutputFormat::Table
            && let Some(step) = (self.next_step)(&report)
            && !terminal.is_quiet()
        {
            // In one piece, so that it can be pasted.
            terminal.say(&step);
        }
        let verdict = format!("efloctl: {}", output::end_line(&report, plan.timeout));
        let is_success = report.sum.code == exit::SUCCESS;
        let tell_verdict = || if is_success { terminal.progress(&verdict) } else { terminal.conclude(&verdict) };
        // The last line is the verdict's, or the one that a program reads.
        if context.as_json.get() {
            tell_verdict();
            finish.tell(context);
        } else {
            finish.tell(context);
            tell_verdict();
        }
        finish.code
    }

    /// Writes everything in order. What could not be written counts in the exit code that the next ones write.
    fn write(&self, report: &mut Report<'_>, finish: &mut Finish, context: &Context) {
        let mut write = |what: &str, write: &dyn Fn(&Report<'_>) -> io::Result<()>| {
            finish.unwritten(what, write(report).err());
            report.sum.code = finish.code;
        };
        if let Some(recorder) = self.recorder {
            write("the recording is not complete", &|_| recorder.borrow_mut().take_failure().map_or(Ok(()), Err));
        }
        if let Some(junit) = &self.junit {
            write("the JUnit report cannot be written", &|report| junit.write(|out| output::junit(report, out)));
        }
        if self.github {
            write("the job summary cannot be written", &|report| summary(report, context));
        }
        let is_unwaited = self.send_waits == Some(false) && self.format == OutputFormat::Table;
        let view = if is_unwaited { View::Ids } else { View::End };
        write(UNWRITTEN, &|report| answer(self.format, report, &view, context));
        if self.github {
            write("the step's outputs cannot be written", &|report| step_outputs(report, context));
        }
    }
}

/// Looks whether the file that `--junit` names can be written.
///
/// # Errors
/// It cannot be written.
pub(super) fn junit_file(path: &Path) -> Result<ReportFile, Fault> {
    let shown = safe_path(path);
    ReportFile::at(path).map_err(|e| {
        Fault::usage(format!("the JUnit report {shown} cannot be written: {e}"))
            .hint("name a file in a folder that is there and that you may write into")
    })
}

/// Appends a page to the summary of a GitHub Actions job, as far as it has room.
fn summary(report: &Report<'_>, context: &Context) -> io::Result<()> {
    let Some(path) = context.environment.variable("GITHUB_STEP_SUMMARY").map(Path::new) else { return Ok(()) };
    let taken = std::fs::metadata(path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
    match output::summary(report, output::SUMMARY_LIMIT.saturating_sub(taken)) {
        Some(page) => files::append(path)?.write_all(page.as_bytes())?,
        // Others have filled it: the verdict does not change for that.
        None => context.terminal.warn("the job summary is full, so nothing is added to it"),
    }
    Ok(())
}

/// Appends the outputs of a step of GitHub Actions.
fn step_outputs(report: &Report<'_>, context: &Context) -> io::Result<()> {
    let Some(path) = context.environment.variable("GITHUB_OUTPUT") else { return Ok(()) };
    files::append(Path::new(path))?.write_all(output::step_outputs(report).as_bytes())
}
