//! A list of nodes, read while it comes in: each node goes from the bytes straight to where it is kept.

use super::compact;
use crate::invocation::{NodeFields, NodeStatus, Nodes, Question};
use crate::rpc::Secrets;
use crate::text::{Text, each_field, lenient, mended};
use memchr::memchr2;
use serde_json::Error;

/// Holds the texts of a node, in the order of [`place`].
pub(super) type NodeTexts<'a> = [Option<Text<'a>>; 8];

/// Gives the place of a field among those of a node that are read.
pub(super) fn place(name: &[u8]) -> Option<usize> {
    match name {
        b"NodeId" => Some(0),
        b"InvocationStatus" => Some(STATUS),
        b"ErrorCode" => Some(2),
        b"ErrorInfo" => Some(3),
        b"CreationTime" => Some(4),
        b"StartTime" => Some(5),
        b"UpdateTime" => Some(6),
        b"FinishTime" => Some(7),
        _ => None,
    }
}

const STATUS: usize = 1;

/// Reads a list of nodes, and holds those that it read.
pub(super) struct List {
    pub(super) nodes: Nodes,
    /// Holds the bytes of which one comes next: that of a node, a comma, or the end.
    next: &'static [u8],
}

impl List {
    /// Begins to read behind the bracket of a list.
    pub(super) fn new() -> Self {
        List { nodes: Nodes::default(), next: b"{]" }
    }

    /// Reads every node that is complete. Gives how many bytes are done with, and whether the list ends there; else a
    /// node is cut off behind them.
    ///
    /// # Errors
    /// When the bytes are no list of nodes.
    pub(super) fn take(
        &mut self,
        bytes: &[u8],
        question: &Question,
        secrets: &Secrets,
    ) -> Result<(usize, bool), String> {
        let mut at = 0;
        loop {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let Some(&byte) = bytes.get(at) else { return Ok((at, false)) };
            let len = match byte {
                _ if !self.next.contains(&byte) => {
                    return Err("a node is expected in InvokeNode, and something else is there".to_owned());
                }
                b']' => return Ok((at + 1, true)),
                b',' => 1,
                _ => match read_node(&bytes[at..], question, secrets, &mut self.nodes) {
                    Ok(Some(len)) => len,
                    Ok(None) => return Ok((at, false)),
                    Err(e) => return Err(e.to_string()),
                },
            };
            self.next = if byte == b',' { b"{" } else { b",]" };
            at += len;
        }
    }
}

/// Reads one node, and keeps it if it was asked about. Gives how many bytes it took; nothing if it is cut off.
///
/// # Errors
/// When the bytes are no node.
pub(super) fn read_node(
    bytes: &[u8],
    question: &Question,
    secrets: &Secrets,
    nodes: &mut Nodes,
) -> Result<Option<usize>, Error> {
    let json;
    let (texts, len) = match compact::read(bytes) {
        Some(read) => read,
        None => {
            let Some(len) = whole(bytes) else { return Ok(None) };
            json = mended(&bytes[..len]);
            (texts(&json)?, len)
        }
    };
    let [mut node_id, mut status, error_code, error_info, creation_time, start_time, update_time, finish_time] = texts;
    let wanted = question.node_id.as_deref();
    if wanted.is_none_or(|wanted| node_id.as_ref().is_some_and(|id| id.as_written() == wanted)) {
        let (mut error_code, mut error_info) = (error_code.filter(is_error), error_info.filter(is_error));
        for text in [&mut node_id, &mut status, &mut error_code, &mut error_info] {
            secrets.mask(text);
        }
        let node =
            NodeFields { node_id, status, error_code, error_info, creation_time, start_time, update_time, finish_time };
        nodes.push(&node, question.keep);
    }
    Ok(Some(len))
}

/// Gives the length of the object that begins here, if its end is here too.
fn whole(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut depth, mut is_in_string) = (0, 0_usize, false);
    loop {
        let rest = bytes.get(at..)?;
        at += match is_in_string {
            true => memchr2(b'"', b'\\', rest)?,
            false => rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']'))?,
        };
        match bytes[at] {
            // The character behind it says nothing.
            b'\\' => at += 1,
            b'"' => is_in_string = !is_in_string,
            b'{' | b'[' => depth += 1,
            _ if depth <= 1 => return Some(at + 1),
            _ => depth -= 1,
        }
        at += 1;
    }
}

/// Reads the texts of a node. Of a key that stands twice the worse value counts: an error before no error.
fn texts(json: &str) -> Result<NodeTexts<'_>, Error> {
    let mut texts = NodeTexts::default();
    let mut has_status = false;
    each_field(json, |name, value| {
        match place(name.as_bytes()) {
            Some(STATUS) => {
                let word = lenient(value)?;
                if !has_status || NodeStatus::of(&word).class() > NodeStatus::of(&texts[STATUS]).class() {
                    texts[STATUS] = word;
                }
                has_status = true;
            }
            Some(place) if !texts[place].as_ref().is_some_and(is_error) => {
                texts[place] = lenient(value)?.or(texts[place].take());
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(texts)
}

/// Tells an error from the API's word for none, which is `Null` or `null`.
fn is_error(text: &Text<'_>) -> bool {
    !text.as_written().eq_ignore_ascii_case("null")
}
