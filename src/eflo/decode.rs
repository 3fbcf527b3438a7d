//! The service's JSON, as it is, onto a [`Look`].
//!
//! Lenient where the API is known to be loose (numbers as text, text as numbers, null and absent for empty, unknown
//! fields), strict in shape: what is not an answer of this operation must never pass for an empty one. Each node goes
//! from the bytes straight into [`Nodes`]: nothing is built in between. Every visitor below reads one level.

use crate::fault::{Fault, Kind};
use crate::invocation::{Facts, Keep, Look, NodeFields, Nodes, Question, Record};
use crate::rpc::Body;
use crate::text::{Lenient, Text};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Takes the bytes of one answer, then gives the look.
pub struct Decoder<'q> {
    question: &'q Question,
    buffer: Vec<u8>,
}

impl<'q> Decoder<'q> {
    pub fn new(question: &'q Question) -> Self {
        Decoder { question, buffer: Vec::new() }
    }

    /// Reads the whole answer.
    ///
    /// # Errors
    /// What came is no answer of DescribeSendFileResults.
    pub fn finish(self) -> Result<Look, Fault> {
        decode(&self.buffer, self.question)
    }
}

impl Body for Decoder<'_> {
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }
}

/// Reads one whole answer.
///
/// # Errors
/// The bytes are no answer of DescribeSendFileResults.
pub fn decode(bytes: &[u8], question: &Question) -> Result<Look, Fault> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut answer = Answer { question, request_id: None, records: Vec::new(), is_answer: false };
    let read = json.deserialize_map(&mut answer).and_then(|()| json.end());
    match read {
        Ok(()) if answer.is_answer => Ok(Look::new(answer.request_id, answer.records, question)),
        Ok(()) => Err(not_an_answer("it has neither RequestId nor Invocations")),
        Err(_) if bytes.trim_ascii().is_empty() => Err(not_an_answer("it is empty")),
        Err(e) => Err(not_an_answer(&crate::text::safe(&e.to_string()))),
    }
}

fn not_an_answer(why: &str) -> Fault {
    Fault::new(Kind::Answer, format!("what came back is no answer of DescribeSendFileResults: {why}"))
        .hint("check the endpoint, and what proxy or gateway stands before it")
        .passing()
}

struct Answer<'q> {
    question: &'q Question,
    request_id: Option<Text<'static>>,
    records: Vec<Record>,
    is_answer: bool,
}

impl<'de> Visitor<'de> for &mut Answer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Lenient<'de>>()? {
            match name(&key) {
                "RequestId" => {
                    self.request_id = map.next_value::<Lenient<'de>>()?.0.map(Text::into_owned);
                    self.is_answer = true;
                }
                "Invocations" => {
                    let mut items = Records { question: self.question, records: &mut self.records };
                    map.next_value_seed(Inside { list: "Invocation", items: &mut items })?;
                    self.is_answer = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The API's way with lists: an object with one field that is the list. Object and list may be null or absent.
/// `items` reads each item.
struct Inside<'a, V> {
    list: &'static str,
    items: &'a mut V,
}

impl<'de, V> DeserializeSeed<'de> for Inside<'_, V>
where
    for<'v> &'v mut V: Visitor<'de, Value = ()>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, V> Visitor<'de> for Inside<'_, V>
where
    for<'v> &'v mut V: Visitor<'de, Value = ()>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with a list {}", self.list)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Lenient<'de>>()? {
            if name(&key) == self.list {
                map.next_value_seed(List { name: self.list, items: self.items })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct List<'a, V> {
    name: &'static str,
    items: &'a mut V,
}

impl<'de, V> DeserializeSeed<'de> for List<'_, V>
where
    for<'v> &'v mut V: Visitor<'de, Value = ()>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, V> Visitor<'de> for List<'_, V>
where
    for<'v> &'v mut V: Visitor<'de, Value = ()>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list {}", self.name)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Item(&mut *self.items))?.is_some() {}
        Ok(())
    }
}

struct Item<'a, V>(&'a mut V);

impl<'de, V> DeserializeSeed<'de> for Item<'_, V>
where
    for<'v> &'v mut V: Visitor<'de, Value = ()>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self.0)
    }
}

/// Reads one invocation after the other.
struct Records<'a> {
    question: &'a Question,
    records: &'a mut Vec<Record>,
}

impl<'de> Visitor<'de> for &mut Records<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an invocation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut record = Record::default();
        while let Some(key) = map.next_key::<Lenient<'de>>()? {
            match name(&key) {
                "InvokeNodes" => {
                    let mut items = NodeReader { question: self.question, nodes: &mut record.nodes };
                    map.next_value_seed(Inside { list: "InvokeNode", items: &mut items })?;
                }
                "NodeCount" => {
                    let count = map.next_value::<Lenient<'de>>()?.0;
                    record.node_count = count.and_then(|count| count.as_written().parse().ok());
                }
                "Overwrite" => {
                    let word = map.next_value::<Lenient<'de>>()?.0;
                    let word = word.map(|word| word.as_written().to_ascii_lowercase());
                    record.facts.overwrite = word.and_then(|word| word.parse().ok());
                }
                name => match field(&mut record, name) {
                    Some(field) => *field = map.next_value::<Lenient<'de>>()?.0.map(Text::into_owned),
                    None => drop(map.next_value::<IgnoredAny>()?),
                },
            }
        }
        self.records.push(record);
        Ok(())
    }
}

/// Where a field of an invocation that is plain text belongs.
fn field<'r>(record: &'r mut Record, name: &str) -> Option<&'r mut Option<Text<'static>>> {
    let facts: &mut Facts = &mut record.facts;
    Some(match name {
        "InvocationStatus" => &mut record.status,
        "Name" => &mut facts.name,
        "Description" => &mut facts.description,
        "TargetDir" => &mut facts.target_dir,
        "ContentType" => &mut facts.content_type,
        "FileMode" => &mut facts.file_mode,
        "FileOwner" => &mut facts.file_owner,
        "FileGroup" => &mut facts.file_group,
        "CreationTime" => &mut facts.creation_time,
        _ => return None,
    })
}

/// Reads one node after the other.
struct NodeReader<'a> {
    question: &'a Question,
    nodes: &'a mut Nodes,
}

impl<'de> Visitor<'de> for &mut NodeReader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let all = self.question.keep == Keep::Everything;
        let mut node = NodeFields::default();
        while let Some(key) = map.next_key::<Lenient<'de>>()? {
            let field = match name(&key) {
                "NodeId" => &mut node.node_id,
                "InvocationStatus" => &mut node.status,
                "ErrorCode" => &mut node.error_code,
                "ErrorInfo" => &mut node.error_info,
                "CreationTime" if all => &mut node.creation_time,
                "StartTime" if all => &mut node.start_time,
                "UpdateTime" if all => &mut node.update_time,
                "FinishTime" if all => &mut node.finish_time,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *field = map.next_value::<Lenient<'de>>()?.0;
        }
        node.error_code = node.error_code.filter(is_error);
        node.error_info = node.error_info.filter(is_error);
        let wanted = self.question.node_id.as_deref();
        if wanted.is_none_or(|wanted| node.node_id.as_ref().is_some_and(|id| id.as_written() == wanted)) {
            self.nodes.push(&node, self.question.keep);
        }
        Ok(())
    }
}

/// The API writes "no error" as `Null` or `null` too.
fn is_error(text: &Text<'_>) -> bool {
    !text.as_written().eq_ignore_ascii_case("null")
}

fn name<'a>(key: &'a Lenient<'_>) -> &'a str {
    key.0.as_ref().map_or("", Text::as_written)
}

#[cfg(test)]
mod tests;
