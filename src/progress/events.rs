//! The watch for programs: a line of JSON for each event, on stdout.

use super::warn_of_doubts;
use crate::feed::SendNews;
use crate::invocation::{Counts, InvokeId, Verdict};
use crate::names::NodeNames;
use crate::output::{FaultDocument, NodeDocument, write_event};
use crate::terminal::Terminal;
use crate::text::Text;
use crate::watch::{Event, Reporter, WatchPlan};
use serde::Serialize;
use std::time::Duration;

/// Reports a watch to a program, on stdout.
pub struct EventReporter<'a> {
    pub terminal: &'a Terminal,
    pub names: &'a NodeNames,
}

/// Holds what an event has besides its type and its time.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Started { invoke_ids: &'a [InvokeId], region: Option<&'a str>, interval_ms: u64, timeout_ms: u64 },
    Progress { invoke_id: &'a InvokeId, status: Option<&'a Text<'a>>, verdict: Verdict, counts: &'a Counts },
    Node { invoke_id: &'a InvokeId, node: NodeDocument<'a> },
    Retry { invoke_id: &'a InvokeId, reason: &'a str, code: Option<&'a Text<'a>>, attempt: u32, delay_ms: u64 },
    Sent { invoke_id: &'a InvokeId, node_ids: &'a [String] },
    Unsent { node_ids: &'a [String], error: FaultDocument<'a> },
}

impl EventReporter<'_> {
    fn write(&self, kind: &'static str, body: &Body<'_>) {
        self.terminal.answer(|out| write_event(kind, body, out));
    }
}

impl Reporter for EventReporter<'_> {
    fn started(&mut self, plan: &WatchPlan) {
        let body = Body::Started {
            invoke_ids: &plan.invoke_ids,
            region: plan.region.as_deref(),
            interval_ms: milliseconds(plan.interval),
            timeout_ms: plan.timeout.map_or(0, milliseconds),
        };
        self.write("started", &body);
    }

    fn event(&mut self, event: &Event<'_>) {
        match *event {
            Event::Snapshot { invoke_id, snapshot, change } => {
                warn_of_doubts(invoke_id, snapshot, change, self.terminal);
                if change.is_counted_anew {
                    let (status, verdict, counts) = (snapshot.status.as_ref(), snapshot.verdict, &snapshot.counts);
                    self.write("progress", &Body::Progress { invoke_id, status, verdict, counts });
                }
                for &at in &change.nodes {
                    let node = NodeDocument { node: snapshot.nodes.get(at), names: self.names };
                    self.write("node", &Body::Node { invoke_id, node });
                }
            }
            Event::Retry { invoke_id, fault, attempt, delay } => {
                let (reason, code, delay_ms) = (fault.message.as_str(), fault.code.as_ref(), milliseconds(delay));
                self.write("retry", &Body::Retry { invoke_id, reason, code, attempt, delay_ms });
            }
            // The result has who was given up.
            Event::GaveUp { .. } | Event::SlowRound { .. } => {}
            Event::Send { news, .. } => match news {
                SendNews::Sent { invoke_id, nodes } => self.write("sent", &Body::Sent { invoke_id, node_ids: nodes }),
                SendNews::Unsent { fault, nodes } => {
                    self.write("unsent", &Body::Unsent { node_ids: nodes, error: FaultDocument::new(fault) });
                }
                SendNews::Warning(text) => self.terminal.warn(text),
            },
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
