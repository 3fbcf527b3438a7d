//! The end of a watch: the report on stdout, the files that a pipeline reads, the next step, and one verdict line, on
//! every path.

use super::Context;
use super::finish::{Finish, UNWRITTEN, Writer, answer};
use crate::exit::{Budget, Ending, Outcome};
use crate::feed::Recorder;
use crate::files::{self, ReportFile};
use crate::names::NodeNames;
use crate::output::{self, Report, View};
use crate::settings::OutputFormat;
use crate::watch::Plan;
use std::cell::RefCell;
use std::io::{self, Write};
use std::path::Path;

/// What a watch leaves behind, and in which form.
pub(super) struct WatchEnd<'a> {
    pub(super) format: OutputFormat,
    /// What `--max-failed` accepts.
    pub(super) budget: Option<Budget>,
    pub(super) recorder: Option<&'a RefCell<Recorder>>,
    pub(super) junit: Option<ReportFile>,
    pub(super) github: bool,
    /// What nodes are called.
    pub(super) names: &'a NodeNames,
    /// What to do next, told from how it ended; nothing where there is nothing to do.
    pub(super) next_step: &'a dyn Fn(&Report<'_>) -> Option<String>,
}

impl WatchEnd<'_> {
    /// Reports what is known of each id, and gives the exit code.
    pub(super) fn report(&self, outcomes: &[Outcome], ending: Ending, plan: &Plan, context: &Context) -> u8 {
        let terminal = &context.terminal;
        let mut report = Report::new(plan.region.as_deref(), outcomes, self.budget, ending).with_names(self.names);
        let mut finish = Finish::of_report(&report, report.sum.code, context);
        finish.write(&mut report, self.writers(context));
        if self.github {
            annotate(&report, context);
        }
        for doubt in self.names.doubts() {
            terminal.warn(&doubt);
        }
        let is_success = report.sum.code == crate::exit::SUCCESS;
        if self.format == OutputFormat::Table
            && let Some(step) = (self.next_step)(&report)
            && !terminal.is_quiet()
        {
            // In one piece, so that it can be pasted.
            terminal.say(&step);
        }
        let verdict = format!("efloctl: {}", output::end_line(&report, plan.timeout));
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

    /// Everything that is written, in order.
    fn writers<'w>(&'w self, context: &'w Context) -> Vec<Writer<'w>> {
        let mut writers: Vec<Writer<'w>> = Vec::new();
        if let Some(recorder) = self.recorder {
            let unrecorded = || recorder.borrow_mut().take_failure().map_or(Ok(()), Err);
            writers.push(("the recording is not complete", Box::new(move |_| unrecorded())));
        }
        if let Some(junit) = &self.junit {
            let write = |report: &Report<'_>| junit.write(|out| output::junit(report, out));
            writers.push(("the JUnit report cannot be written", Box::new(write)));
        }
        if self.github {
            writers.push(("the job summary cannot be written", Box::new(|report| summary(report, context))));
        }
        writers.push((UNWRITTEN, Box::new(|report| answer(self.format, report, &View::End, context))));
        if self.github {
            writers.push(("the step's outputs cannot be written", Box::new(|report| step_outputs(report, context))));
        }
        writers
    }
}

/// Appends a page to the summary of the job, as far as it has room.
fn summary(report: &Report<'_>, context: &Context) -> io::Result<()> {
    let Some(path) = context.environment.variable("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    let path = Path::new(path);
    let taken = std::fs::metadata(path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
    match output::summary(report, output::SUMMARY_LIMIT.saturating_sub(taken)) {
        Some(page) => files::append(path)?.write_all(page.as_bytes())?,
        // What filled it came before; the verdict is not to suffer for that.
        None => context.terminal.warn("the job summary is full, so nothing is added to it"),
    }
    Ok(())
}

/// Appends the outputs of the step.
fn step_outputs(report: &Report<'_>, context: &Context) -> io::Result<()> {
    let Some(path) = context.environment.variable("GITHUB_OUTPUT") else { return Ok(()) };
    let mut lines = Vec::new();
    output::step_outputs(report, &mut lines)?;
    files::append(Path::new(path))?.write_all(&lines)
}

/// Workflow commands are read from the log; on stderr they leave the answer alone.
fn annotate(report: &Report<'_>, context: &Context) {
    let mut lines = Vec::new();
    // Writing to memory does not fail.
    let _ = output::annotations(report, &mut lines);
    for line in String::from_utf8_lossy(&lines).lines() {
        context.terminal.say(line);
    }
}
