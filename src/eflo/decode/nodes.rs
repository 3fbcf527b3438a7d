//! A list of nodes, read while it comes in: each node goes from the bytes straight to where it is kept.

use super::compact;
use crate::invocation::{Class, NodeFields, NodeStatus, Nodes, Question};
use crate::rpc::Secrets;
use crate::text::{Lenient, Name, Text, mended};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A list that is being read, or was.
#[derive(Default)]
pub(super) struct List {
    nodes: Nodes,
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

/// How far a list was read.
pub(super) enum Read {
    /// It ended after so many bytes.
    Ended(usize),
    /// So many bytes are done with; what follows is cut.
    Cut(usize),
}

impl List {
    /// Reads as many nodes as are there.
    ///
    /// # Errors
    /// What comes is no list of nodes.
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

    /// How many nodes are kept so far.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Reads a node that the library could not read, if it is but a text that is broken.
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

    pub(super) fn into_nodes(self) -> Nodes {
        self.nodes
    }
}

/// How long the object is that begins here, if it ends here too. The library calls some cuts wrong, such as that of
/// `-1` after its sign, so a mistake counts only in an object that is whole.
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

/// Reads one node and keeps it, if it is one that was asked about. Gives how many bytes it took.
pub(super) fn read_node(
    bytes: &[u8],
    question: &Question,
    secrets: &Secrets,
    nodes: &mut Nodes,
) -> Result<usize, serde_json::Error> {
    let (mut node, len) = match compact::read(bytes) {
        Some(read) => read,
        None => {
            let mut json = serde_json::Deserializer::from_slice(bytes).into_iter::<Fields<'_>>();
            let Some(fields) = json.next() else { return Ok(0) };
            (fields?.0, json.byte_offset())
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

/// What a status amounts to.
fn class(word: &Option<Text<'_>>) -> Class {
    NodeStatus::parse(word.as_ref().map_or("", Text::as_written)).class()
}

/// The API writes "no error" as `Null` or `null` too.
fn is_error(text: &Text<'_>) -> bool {
    !text.as_written().eq_ignore_ascii_case("null")
}

/// A node's fields as the JSON library reads them.
struct Fields<'a>(NodeFields<'a>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor).map(Fields)
    }
}

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
