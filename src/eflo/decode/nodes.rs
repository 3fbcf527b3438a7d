//! A list of nodes, read while it comes in: each node goes from the bytes straight to where it is kept.

use super::compact;
use crate::invocation::{Class, NodeFields, NodeStatus, Nodes, Question};
use crate::rpc::Secrets;
use crate::text::{Lenient, Name, Text, mended};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Reads a list of nodes, and holds those that it read.
#[derive(Default)]
pub(super) struct List {
    pub(super) nodes: Nodes,
    /// What may come next.
    next: Next,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Next {
    #[default]
    NodeOrEnd,
    CommaOrEnd,
    Node,
}

/// Says how far a list was read.
pub(super) enum Read {
    /// The list ends after this many bytes.
    Ended(usize),
    /// This many bytes are done with; behind them a node is cut off.
    Cut(usize),
}

impl List {
    /// Reads every node that is complete.
    ///
    /// # Errors
    /// The bytes are no list of nodes.
    pub(super) fn take(&mut self, bytes: &[u8], question: &Question, secrets: &Secrets) -> Result<Read, String> {
        let mut at = 0;
        loop {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let Some(&byte) = bytes.get(at) else { return Ok(Read::Cut(at)) };
            match (self.next, byte) {
                (Next::NodeOrEnd | Next::CommaOrEnd, b']') => return Ok(Read::Ended(at + 1)),
                (Next::CommaOrEnd, b',') => {
                    self.next = Next::Node;
                    at += 1;
                }
                (Next::NodeOrEnd | Next::Node, b'{') => {
                    match read_node(&bytes[at..], question, secrets, &mut self.nodes) {
                        Ok(len) => {
                            self.next = Next::CommaOrEnd;
                            at += len;
                        }
                        Err(e) if e.is_eof() => return Ok(Read::Cut(at)),
                        Err(e) => {
                            let Some(len) = whole(&bytes[at..]) else { return Ok(Read::Cut(at)) };
                            self.read_mended(&bytes[at..at + len], question, secrets, e)?;
                            self.next = Next::CommaOrEnd;
                            at += len;
                        }
                    }
                }
                _ => return Err("a node is expected in InvokeNode, and something else is there".to_owned()),
            }
        }
    }

    /// Reads a node that the JSON library refuses, if only text in it is cut within a character.
    ///
    /// # Errors
    /// Something else is wrong with it.
    fn read_mended(
        &mut self,
        node: &[u8],
        question: &Question,
        secrets: &Secrets,
        why: serde_json::Error,
    ) -> Result<(), String> {
        match mended(node) {
            Cow::Owned(node) => read_node(node.as_bytes(), question, secrets, &mut self.nodes).map(drop),
            Cow::Borrowed(_) => Err(why),
        }
        .map_err(|e| e.to_string())
    }
}

/// Gives the length of the object that begins here, if its end is here too. The JSON library takes some cuts for
/// mistakes, such as that of `-1` after its sign; so a mistake counts only in an object that is complete.
fn whole(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut is_string, mut is_escaped) = (0_usize, false, false);
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            b'{' | b'[' if !is_string => depth += 1,
            b'}' | b']' if !is_string && depth <= 1 => return Some(at + 1),
            b'}' | b']' if !is_string => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Reads one node, and keeps it if it was asked about. Gives how many bytes it took.
///
/// # Errors
/// The bytes are no node, or one that is cut off.
pub(super) fn read_node(
    bytes: &[u8],
    question: &Question,
    secrets: &Secrets,
    nodes: &mut Nodes,
) -> Result<usize, serde_json::Error> {
    let (mut node, len) = match compact::read(bytes) {
        Some(read) => read,
        None => {
            let mut json = serde_json::Deserializer::from_slice(bytes);
            let node = json.deserialize_map(FieldsVisitor)?;
            (node, json.into_iter::<IgnoredAny>().byte_offset())
        }
    };
    node.error_code = node.error_code.filter(is_error);
    node.error_info = node.error_info.filter(is_error);
    let wanted = question.node_id.as_deref();
    if wanted.is_none_or(|wanted| node.node_id.as_ref().is_some_and(|id| id.as_written() == wanted)) {
        for text in [&mut node.node_id, &mut node.status, &mut node.error_code, &mut node.error_info] {
            secrets.mask(text);
        }
        nodes.push(&node, question.keep);
    }
    Ok(len)
}

/// Gives the class of a status as it was written.
fn class(word: &Option<Text<'_>>) -> Class {
    NodeStatus::parse(word.as_ref().map_or("", Text::as_written)).class()
}

/// Tells an error from the API's word for none, which is `Null` or `null`.
fn is_error(text: &Text<'_>) -> bool {
    !text.as_written().eq_ignore_ascii_case("null")
}

/// Reads a node's fields by the JSON library.
struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = NodeFields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NodeFields<'de>, A::Error> {
        let mut node = NodeFields::default();
        let mut has_status = false;
        while let Some(key) = map.next_key::<Name<'de>>()? {
            let field = match key.as_str() {
                "NodeId" => &mut node.node_id,
                "InvocationStatus" => {
                    let word = map.next_value::<Lenient<'de>>()?.0;
                    if !has_status || class(&word) > class(&node.status) {
                        node.status = word;
                    }
                    has_status = true;
                    continue;
                }
                "ErrorCode" => &mut node.error_code,
                "ErrorInfo" => &mut node.error_info,
                "CreationTime" => &mut node.creation_time,
                "StartTime" => &mut node.start_time,
                "UpdateTime" => &mut node.update_time,
                "FinishTime" => &mut node.finish_time,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let value = map.next_value::<Lenient<'de>>()?.0;
            // Of a key that stands twice the worse value counts: an error before no error.
            if !field.as_ref().is_some_and(is_error) {
                *field = value.or(field.take());
            }
        }
        Ok(node)
    }
}
