//! The end of a watch: the report on stdout, the files that a pipeline reads, and one verdict line, on every path.

use super::report::{self, Faults};
use super::{Context, UNWRITTEN};
use crate::exit::{self, Budget, Ending, Outcome, Sum};
use crate::feed::Recorder;
use crate::files;
use crate::invocation::{Snapshot, Verdict};
use crate::output::{self, Filter, Gate, Part, Report, Rows};
use crate::progress::write_result;
use crate::settings::OutputFormat;
use crate::watch::Plan;
use std::cell::RefCell;
use std::io::{self, Write};
use std::path::Path;

/// What is left behind by a watch, and in which form.
pub(super) struct Reporting<'a> {
    pub(super) format: OutputFormat,
    /// What `--max-failed` accepts.
    pub(super) budget: Option<Budget>,
    pub(super) recorder: Option<&'a RefCell<Recorder>>,
    pub(super) junit: Option<files::Report>,
    pub(super) github: bool,
}

impl Reporting<'_> {
    /// The answer alone.
    pub(super) fn plain(format: OutputFormat) -> Self {
        Reporting { format, budget: None, recorder: None, junit: None, github: false }
    }

    /// Reports what is known of each id, and gives the exit code.
    pub(super) fn end(&self, outcomes: &[Outcome], ending: Ending, plan: &Plan, context: &Context) -> u8 {
        let terminal = &context.terminal;
        let gate = Gate { budget: self.budget, ending };
        let sum = exit::sum_within(self.budget.unwrap_or(Budget::NONE), outcomes, ending);
        let mut faults = Faults::of(outcomes, sum.code);
        let unrecorded = self.recorder.and_then(|recorder| recorder.borrow_mut().take_failure());
        faults.unwritten("the recording is not complete", unrecorded);
        let region = plan.region.as_deref();
        let report = |code| Report { region, outcomes, sum: Sum { code, ..sum } };
        if let Some(junit) = &self.junit {
            let written = junit.write(|out| output::junit(&report(faults.code), &gate, out));
            faults.unwritten("the JUnit report cannot be written", written.err());
        }
        if self.github {
            let written = summary(&report(faults.code), &gate, context);
            faults.unwritten("the job summary cannot be written", written.err());
        }
        self.answer(&report(faults.code), context);
        faults.unwritten(UNWRITTEN, terminal.take_failure());
        if self.github {
            let written = step_outputs(&report(faults.code), context);
            faults.unwritten("the step's outputs cannot be written", written.err());
            annotate(&report(faults.code), &gate, context);
        }
        let verdict = format!("efloctl: {}; exit {}", self.verdict(outcomes, sum, &gate, plan), faults.code);
        // The last line is the verdict's, or the one that a program reads.
        if context.as_json.get() {
            terminal.progress(&verdict);
            faults.tell(context);
        } else {
            faults.tell(context);
            terminal.progress(&verdict);
        }
        faults.code
    }

    fn answer(&self, report: &Report<'_>, context: &Context) {
        let terminal = &context.terminal;
        match self.format {
            OutputFormat::Jsonl => write_result(*report, terminal),
            OutputFormat::Json => {
                terminal.answer(|out| output::document(report, Part::Nodes(&Filter::All), out));
            }
            _ => {
                let filter = if report.sum.finished { Filter::Failed } else { Filter::NotSuccess };
                let rows = Rows { filter, max: 50, more: "efloctl errors lists all that failed" };
                terminal.answer(|out| output::table(report, &rows, report::page(context), out));
            }
        }
    }

    /// How it ended and with what, in one line.
    fn verdict(&self, outcomes: &[Outcome], sum: Sum, gate: &Gate, plan: &Plan) -> String {
        let why = match gate.ending {
            Ending::Complete => String::new(),
            Ending::OutOfTime => format!("out of time after {:#?}: ", plan.timeout.unwrap_or_default()),
            // With one id its own words say how many are open.
            Ending::FailFast if outcomes.len() > 1 => {
                let open = outcomes.iter().filter_map(Outcome::snapshot).map(Snapshot::open).sum();
                format!("ended by --fail-fast with {} open: ", output::nodes_words(open))
            }
            other => format!("{}: ", output::ending_words(other)),
        };
        let budget = |outcome: &Outcome| self.budget.and_then(|budget| output::budget_words(budget, outcome));
        if let [one] = outcomes {
            let budget = budget(one).map(|words| format!(", {words}")).unwrap_or_default();
            return format!("{why}{}{budget}", output::verdict_line(one));
        }
        let word = sum.verdict.map_or("no verdict", Verdict::word);
        let count = |verdict: Option<Verdict>| {
            outcomes.iter().filter(|outcome| outcome.snapshot().map(|snapshot| snapshot.verdict) == verdict).count()
        };
        let kinds = [Verdict::Failed, Verdict::PartialFailed, Verdict::Running, Verdict::Pending, Verdict::Success];
        let counts = kinds.map(|verdict| (count(Some(verdict)), verdict.word()));
        let counts = counts.into_iter().chain([(count(None), "without an answer")]).filter(|(count, _)| *count > 0);
        let mut counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
        if let Some(budget) = self.budget {
            let forgiven = outcomes.iter().filter(|outcome| outcome.is_forgiven(budget)).count();
            counts.push(format!("{forgiven} of them within --max-failed {budget}"));
        }
        format!("{why}{word}: {}: {}", output::count_of(outcomes.len() as u64, "invocation"), counts.join(", "))
    }
}

/// Appends a page to the summary of the job, as far as it has room.
fn summary(report: &Report<'_>, gate: &Gate, context: &Context) -> io::Result<()> {
    let Some(path) = context.environment.variable("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    let path = Path::new(path);
    let taken = std::fs::metadata(path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
    match output::summary(report, gate, output::SUMMARY_LIMIT.saturating_sub(taken)) {
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
fn annotate(report: &Report<'_>, gate: &Gate, context: &Context) {
    let mut lines = Vec::new();
    // Writing to memory does not fail.
    let _ = output::annotations(report, gate, &mut lines);
    for line in String::from_utf8_lossy(&lines).lines() {
        context.terminal.say(line);
    }
}
