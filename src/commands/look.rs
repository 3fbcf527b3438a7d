//! `status` and `errors`: one look at each invocation.

use super::connect::{self, AnyFeed, Manner};
use super::report::{self, Faults};
use super::{Context, UNWRITTEN};
use crate::cli::{Asked, Connection, ERRORS_FORMATS, Errors, STATUS_FORMATS, Status};
use crate::eflo::Target;
use crate::exit::{self, Ending, Outcome};
use crate::fault::Fault;
use crate::feed::Replay;
use crate::invocation::Keep;
use crate::output::{self, Filter, Part, Report, Rows};
use crate::progress::RetryReporter;
use crate::rpc::{Body, Key};
use crate::settings::{self, OutputFormat};
use crate::signals;
use crate::terminal::Terminal;
use crate::watch::{self, Plan, Until};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// Runs `status`.
pub(super) fn status(args: &Status, context: &Context) -> anyhow::Result<u8> {
    let command = Command {
        node_names: args.node_names.as_deref(),
        asked: &args.asked,
        connection: &args.connection,
        output: args.output.as_deref(),
        formats: STATUS_FORMATS,
        exit_status: args.exit_status,
    };
    let filter = match (args.failed, args.only.is_empty()) {
        (true, _) => Filter::Failed,
        (false, true) => Filter::All,
        (false, false) => Filter::Only(args.only.clone()),
    };
    command.run(context, |format, report| {
        let terminal = &context.terminal;
        let page = report::page(context);
        match format {
            OutputFormat::Table => {
                let rows = Rows { filter, max: args.max_nodes, more: "--max-nodes 0 lists all" };
                terminal.answer(|out| output::table(report, &rows, page, out));
            }
            OutputFormat::Json => terminal.answer(|out| output::document(report, Part::Nodes(&filter), out)),
            OutputFormat::Jsonl => terminal.answer(|out| output::jsonl(report, &filter, out)),
            OutputFormat::Tsv => terminal.answer(|out| output::tsv(report, &filter, out)),
            OutputFormat::Ids => terminal.answer(|out| output::ids(report, &filter, out)),
            // The body has written it.
            OutputFormat::Raw => {}
        }
    })
}

/// Runs `errors`.
pub(super) fn errors(args: &Errors, context: &Context) -> anyhow::Result<u8> {
    let command = Command {
        node_names: args.node_names.as_deref(),
        asked: &args.asked,
        connection: &args.connection,
        output: args.output.as_deref(),
        formats: ERRORS_FORMATS,
        exit_status: args.exit_status,
    };
    command.run(context, |format, report| {
        let terminal = &context.terminal;
        match format {
            OutputFormat::Json => terminal.answer(|out| output::document(report, Part::Errors, out)),
            OutputFormat::Ids => terminal.answer(|out| output::ids(report, &Filter::Failed, out)),
            _ => terminal.answer(|out| output::errors(report, report::page(context), out)),
        }
    })
}

/// What the two have in common.
struct Command<'a> {
    node_names: Option<&'a str>,
    asked: &'a Asked,
    connection: &'a Connection,
    output: Option<&'a str>,
    formats: &'static [OutputFormat],
    exit_status: bool,
}

impl Command<'_> {
    fn run(self, context: &Context, show: impl FnOnce(OutputFormat, &Report<'_>)) -> anyhow::Result<u8> {
        let ids = connect::ids(self.asked)?;
        let settings = connect::settings(
            self.connection.flags().with(&settings::OUTPUT, self.output).with(&settings::NODE_NAMES, self.node_names),
            context,
        )?;
        let format = context.format(&settings, self.formats)?;
        if format == OutputFormat::Raw && ids.len() > 1 {
            return Err(Fault::usage("raw is the answer about one ID")
                .hint("ask about one at a time, or use -o json")
                .into());
        }
        let Target { region, host } = connect::target(&settings, self.asked)?;
        let keep = match format {
            OutputFormat::Json | OutputFormat::Jsonl | OutputFormat::Tsv => Keep::Everything,
            // The answer goes by; all that is asked is whether there is one.
            OutputFormat::Raw if !self.exit_status => Keep::Presence,
            OutputFormat::Table | OutputFormat::Ids | OutputFormat::Raw => Keep::Outcomes,
        };
        let terminal = &context.terminal;
        let node = self.asked.node.as_deref();
        let (invoke_ids, feed) = match &self.asked.from {
            Some(path) => {
                let recording = connect::recording(path, &ids, context)?;
                if format == OutputFormat::Raw {
                    let [track] = recording.tracks.as_slice() else {
                        return Err(Fault::usage("raw is the answer about one ID")
                            .hint("name one of those recorded")
                            .into());
                    };
                    let answer = track.entries.last().map_or("", |entry| entry.answer.get());
                    terminal.answer(|out| out.write_all(answer.as_bytes()));
                }
                let parts = recording.parts(&ids, node, keep);
                (connect::asked(&parts), AnyFeed::Recorded(Replay::last(parts)))
            }
            None => {
                let raw = (format == OutputFormat::Raw).then(|| Box::new(Raw::new(terminal)) as Box<dyn Body>);
                let manner = Manner {
                    interval: Duration::ZERO,
                    grace: Duration::ZERO,
                    patience: Duration::ZERO,
                    raw,
                    recorder: None,
                };
                let questions = connect::questions(&ids, node, keep);
                (ids, connect::live(&settings, questions, manner, context)?)
            }
        };
        let plan = Plan {
            invoke_ids,
            until: Until::Answered,
            region,
            host,
            interval: Duration::ZERO,
            begun: Instant::now(),
            timeout: None,
            fail_fast: None,
        };
        let mut signals = signals::listen();
        let mut reporter = RetryReporter(terminal);
        let (outcomes, ending) = connect::block_on(watch::watch(feed, &plan, &mut reporter, &mut signals))?;
        let sum = exit::sum(&outcomes, ending);
        show(format, &Report { region: plan.region.as_deref(), outcomes: &outcomes, sum });
        let mut faults = Faults::of(&outcomes, self.code(&outcomes, ending, sum.code));
        faults.unwritten(UNWRITTEN, terminal.take_failure());
        faults.tell(context);
        Ok(faults.code)
    }

    fn code(&self, outcomes: &[Outcome], ending: Ending, verdict: u8) -> u8 {
        if self.exit_status || matches!(ending, Ending::Signal(_)) { verdict } else { exit::faults(outcomes) }
    }
}

/// Passes an answer's bytes to stdout as they come.
struct Raw {
    terminal: Rc<Terminal>,
    has_let_out: bool,
}

impl Raw {
    fn new(terminal: &Rc<Terminal>) -> Self {
        Raw { terminal: Rc::clone(terminal), has_let_out: false }
    }
}

impl Body for Raw {
    fn start(&mut self, _: &Key) {}

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.has_let_out = true;
        self.terminal.answer(|out| out.write_all(bytes));
        Ok(())
    }

    fn has_let_out(&self) -> bool {
        self.has_let_out
    }
}
