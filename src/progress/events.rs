//! The watch for programs: a line of JSON for each event, on stdout.

use super::warn_of_doubts;
use crate::clock;
use crate::exit::Outcome;
use crate::feed::SendNews;
use crate::invocation::{InvokeId, Snapshot, Verdict};
use crate::names::NodeNames;
use crate::output::{FaultDocument, NodeDocument, counts_json};
use crate::terminal::Terminal;
use crate::text::write_json;
use crate::watch::{Event, Reporter, WatchPlan};
use jiff::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// Reports a watch to a program.
pub struct EventReporter<'a> {
    terminal: &'a Terminal,
    names: &'a NodeNames,
}

impl<'a> EventReporter<'a> {
    /// Gives a reporter that writes to stdout.
    pub fn new(terminal: &'a Terminal, names: &'a NodeNames) -> Self {
        EventReporter { terminal, names }
    }
}

impl Reporter for EventReporter<'_> {
    fn started(&mut self, plan: &WatchPlan) {
        #[derive(Serialize)]
        struct Started<'a> {
            invoke_ids: &'a [InvokeId],
            region: Option<&'a str>,
            interval_ms: u64,
            timeout_ms: u64,
        }
        let started = Started {
            invoke_ids: &plan.invoke_ids,
            region: plan.region.as_deref(),
            interval_ms: milliseconds(plan.interval),
            timeout_ms: plan.timeout.map_or(0, milliseconds),
        };
        write_event(self.terminal, "started", &started);
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Snapshot { outcome, change } => {
                warn_of_doubts(outcome, change, self.terminal);
                let Some(snapshot) = outcome.snapshot() else { return };
                if change.is_counted_anew {
                    write_progress(outcome, snapshot, self.terminal);
                }
                for node in change.nodes.iter().map(|&at| NodeDocument::new(snapshot.nodes.get(at), Some(self.names))) {
                    #[derive(Serialize)]
                    struct Node<'a> {
                        invoke_id: &'a InvokeId,
                        node: NodeDocument<'a>,
                    }
                    write_event(self.terminal, "node", &Node { invoke_id: &outcome.invoke_id, node });
                }
            }
            Event::Retry { invoke_id, fault, attempt, delay } => {
                #[derive(Serialize)]
                struct Retry<'a> {
                    invoke_id: &'a InvokeId,
                    reason: &'a str,
                    code: Option<&'a str>,
                    attempt: u32,
                    delay_ms: u64,
                }
                let retry = Retry {
                    invoke_id,
                    reason: &fault.message,
                    code: fault.code.as_ref().map(|code| code.as_written()),
                    attempt: *attempt,
                    delay_ms: milliseconds(*delay),
                };
                write_event(self.terminal, "retry", &retry);
            }
            // The result has it.
            Event::GaveUp { .. } => {}
            Event::Send { news, .. } => self.write_news(news),
        }
    }

    fn reader_is_gone(&self) -> bool {
        self.terminal.reader_is_gone()
    }
}

impl EventReporter<'_> {
    fn write_news(&self, news: &SendNews) {
        #[derive(Serialize)]
        struct Sent<'a> {
            invoke_id: &'a InvokeId,
            node_ids: &'a [String],
        }
        #[derive(Serialize)]
        struct Unsent<'a> {
            node_ids: &'a [String],
            error: FaultDocument<'a>,
        }
        match news {
            SendNews::Sent { invoke_id, nodes } => {
                write_event(self.terminal, "sent", &Sent { invoke_id, node_ids: nodes })
            }
            SendNews::Unsent { fault, nodes } => {
                write_event(self.terminal, "unsent", &Unsent { node_ids: nodes, error: FaultDocument::of(fault) });
            }
            SendNews::Warning(text) => self.terminal.warn(text),
        }
    }
}

fn write_progress(outcome: &Outcome, snapshot: &Snapshot, terminal: &Terminal) {
    #[derive(Serialize)]
    struct Progress<'a, C> {
        invoke_id: &'a InvokeId,
        status: Option<&'a str>,
        verdict: Verdict,
        counts: C,
    }
    let progress = Progress {
        invoke_id: &outcome.invoke_id,
        status: snapshot.status.as_ref().map(|status| status.as_written()),
        verdict: snapshot.verdict,
        counts: counts_json(&snapshot.counts),
    };
    write_event(terminal, "progress", &progress);
}

/// Writes a line: its type, when it happened, and the fields of `body`.
fn write_event(terminal: &Terminal, kind: &'static str, body: &impl Serialize) {
    #[derive(Serialize)]
    struct Line<'a, B> {
        r#type: &'static str,
        at: String,
        #[serde(flatten)]
        body: &'a B,
    }
    terminal.answer(|out| write_json(&Line { r#type: kind, at: clock::stamp(Timestamp::now()), body }, out));
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
