//! What a service may say, and in which order: made up at random, and told readably when it leads to a mistake.
//!
//! Answers are JSON, so that they pass through the decoder as real ones do.

use super::words::{IDS, OVERALL, STATUSES};
use crate::testing::verdict::{self, Accepted, Answer, Past};
use std::fmt;

/// The node that is asked about where one alone is.
pub(super) const NODE: &str = "n-1";

/// What `NodeCount` says, next to how many nodes are listed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Count {
    Absent,
    Exact,
    AsText,
    OneMore,
    OneLess,
    Null,
    NoNumber,
    Negative,
}

/// What there is where the list of nodes should be.
#[derive(Clone, Copy, Debug)]
pub(super) enum List {
    There,
    Null,
    NullObject,
    Absent,
}

/// Places in [`IDS`] and [`STATUSES`], and whether an error stands beside them.
pub(super) type Node = (usize, usize, bool);

#[derive(Clone, Debug)]
pub(super) struct Record {
    /// A place in [`OVERALL`].
    pub(super) overall: usize,
    pub(super) count: Count,
    pub(super) list: List,
    pub(super) nodes: Vec<Node>,
}

/// What is wrong with a call, other than its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Network,
    NetworkForGood,
    Service,
    /// By the API itself, with a code that speaks neither of load nor of time.
    Refused,
    Answer,
    AnswerForGood,
    /// So many milliseconds later.
    Throttled(u64),
    KeyRefused,
    KeySource,
    /// An error code that says so.
    NotFound,
    /// A clock that was wrong, and is corrected.
    Mended,
}

/// What the service says to one request.
#[derive(Clone, Debug)]
pub(super) enum Said {
    Records(Vec<Record>),
    /// An answer without a record.
    Nothing(&'static str),
    /// What is no answer at all.
    Rubbish(&'static str),
    Problem(Problem),
}

/// What comes back, and after so many milliseconds.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) latency: u64,
    pub(super) said: Said,
}

/// A whole watch. Times are in milliseconds.
#[derive(Clone)]
pub(super) struct Script {
    /// One look, as `status` takes it, or a watch.
    pub(super) is_one_look: bool,
    pub(super) interval: u64,
    pub(super) timeout: Option<u64>,
    pub(super) grace: u64,
    pub(super) retries: u32,
    pub(super) is_about_node: bool,
    pub(super) accepted: Option<Accepted>,
    /// Whether it ends as soon as more nodes of an id have failed than are accepted.
    pub(super) is_fail_fast: bool,
    /// When a signal comes, and the exit code that it means.
    pub(super) signal: Option<(u64, u8)>,
    /// What is said about each id, in order.
    pub(super) ids: Vec<Vec<Reply>>,
}

impl Script {
    /// Whether it comes to an end whatever is said.
    fn is_bounded(&self) -> bool {
        self.timeout.is_some() || self.signal.is_some()
    }

    /// The node that is asked about, if it is one alone.
    pub(super) fn node(&self) -> Option<&'static str> {
        self.is_about_node.then_some(NODE)
    }

    /// What the oracle says of an answer after others.
    pub(super) fn judge(&self, past: &mut Past<'static>, records: &[Record]) -> Answer {
        verdict::judge_after(past, &Record::all_as_read(records), self.node())
    }

    /// What is said to a request about an id that was asked about so often before. The last word stands, unless the
    /// watch has no other end; what is mended is mended once.
    pub(super) fn reply(&self, id: usize, before: usize) -> Reply {
        let replies = &self.ids[id];
        let is_mended = |reply: &&Reply| matches!(reply.said, Said::Problem(Problem::Mended));
        let last = replies.iter().rfind(|reply| self.is_bounded() && !is_mended(reply));
        match replies.get(before).or(last) {
            Some(reply) => reply.clone(),
            None => Reply { latency: 0, said: Said::Records(vec![Record::all_went_well()]) },
        }
    }
}

impl Record {
    /// All nodes that any answer may have listed, and more than any may have listed or counted.
    fn all_went_well() -> Self {
        const NAMED: [usize; 4] = [0, 1, 2, 4];
        const NAMELESS: [usize; 12] = [6; 12];
        let nodes = NAMED.into_iter().chain(NAMELESS).map(|id| (id, 0, false)).collect();
        Record { overall: 1, count: Count::Exact, list: List::There, nodes }
    }

    /// The words of some records, as whoever reads them must understand them.
    pub(super) fn all_as_read(records: &[Record]) -> Vec<verdict::Record<'static>> {
        let as_read = |record: &Record| verdict::Record {
            overall: OVERALL[record.overall].1,
            node_count: record.node_count(),
            is_count_unreadable: matches!(record.count, Count::NoNumber | Count::Negative),
            nodes: record.listed().iter().map(|(id, status, _)| (IDS[*id].1, STATUSES[*status].1)).collect(),
        };
        records.iter().map(as_read).collect()
    }

    /// The nodes that it really lists.
    fn listed(&self) -> &[Node] {
        if matches!(self.list, List::There) { &self.nodes } else { &[] }
    }

    /// What `NodeCount` says, if it is a number.
    fn node_count(&self) -> Option<u64> {
        let listed = self.listed().len() as u64;
        match self.count {
            Count::Exact | Count::AsText => Some(listed),
            Count::OneMore => Some(listed + 1),
            Count::OneLess => Some(listed.saturating_sub(1)),
            Count::Absent | Count::Null | Count::NoNumber | Count::Negative => None,
        }
    }

    fn write(&self, json: &mut String) {
        let mut fields = vec![r#""Name":"app.conf""#.to_owned()];
        let mut field = |name: &str, value: &str| {
            if !value.is_empty() {
                fields.push(format!(r#""{name}":{value}"#));
            }
        };
        field("InvocationStatus", OVERALL[self.overall].0);
        let number = self.node_count().unwrap_or_default();
        field(
            "NodeCount",
            &match self.count {
                Count::Absent => String::new(),
                Count::Null => "null".to_owned(),
                Count::NoNumber => r#""many""#.to_owned(),
                Count::Negative => "-1".to_owned(),
                Count::AsText => format!(r#"" {number} ""#),
                Count::Exact | Count::OneMore | Count::OneLess => number.to_string(),
            },
        );
        let nodes: Vec<String> = self.nodes.iter().map(|node| node_json(*node)).collect();
        field(
            "InvokeNodes",
            &match self.list {
                List::There => format!(r#"{{"InvokeNode":[{}]}}"#, nodes.join(",")),
                List::Null => r#"{"InvokeNode":null}"#.to_owned(),
                List::NullObject => "null".to_owned(),
                List::Absent => String::new(),
            },
        );
        json.push_str(&format!("{{{}}}", fields.join(",")));
    }
}

fn node_json((id, status, has_error): Node) -> String {
    let error = if has_error { r#""FileAlreadyExists""# } else { r#""Null""# };
    let fields = [("NodeId", IDS[id].0), ("InvocationStatus", STATUSES[status].0), ("ErrorCode", error)];
    let fields = fields.iter().filter(|(_, value)| !value.is_empty());
    let fields: Vec<String> = fields.map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
    format!("{{{}}}", fields.join(","))
}

impl Said {
    /// The bytes of what came back with HTTP 200, if it did.
    pub(super) fn json(&self) -> Result<String, Problem> {
        match self {
            Said::Problem(problem) => Err(*problem),
            Said::Nothing(json) | Said::Rubbish(json) => Ok((*json).to_owned()),
            Said::Records(records) => {
                let mut json = r#"{"RequestId":"R","Invocations":{"Invocation":["#.to_owned();
                for (at, record) in records.iter().enumerate() {
                    json.push_str(if at == 0 { "" } else { "," });
                    record.write(&mut json);
                }
                json.push_str("]}}");
                Ok(json)
            }
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "after {} ms ", self.latency)?;
        match self.said.json() {
            Ok(json) => f.write_str(&json),
            Err(problem) => write!(f, "{problem:?}"),
        }
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_one_look { "one look" } else { "a watch" };
        let node = if self.is_about_node { format!(" about node {NODE}") } else { String::new() };
        let Script { interval, timeout, grace, retries, signal, accepted, is_fail_fast, .. } = self;
        writeln!(
            f,
            "{what}{node}: interval {interval} ms, timeout {timeout:?} ms, grace {grace} ms, {retries} retries"
        )?;
        writeln!(f, "  accepted {accepted:?}, fail fast {is_fail_fast}")?;
        if let Some((at, code)) = signal {
            writeln!(f, "  a signal after {at} ms that means {code}")?;
        }
        let rest = match self.is_bounded() {
            true => "the last again",
            false => "that all went well",
        };
        writeln!(f, "  what is said about each id in turn, and after that {rest}:")?;
        for (id, replies) in self.ids.iter().enumerate() {
            writeln!(f, "  t-{id}:")?;
            for reply in replies {
                writeln!(f, "    {reply:?}")?;
            }
        }
        Ok(())
    }
}
