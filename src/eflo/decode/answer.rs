//! What stands around the nodes: one visitor a level, lenient in types and strict in shape.

use super::nodes::{List, read_node};
use crate::fault::Fault;
use crate::invocation::{Facts, Nodes, OverallStatus, Question, Record};
use crate::rpc::{ApiError, Secrets, is_error_code};
use crate::text::{Lenient, Name, Text};
use serde::de::{self, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// An answer as it is read.
pub(super) struct Answer<'q> {
    pub(super) question: &'q Question,
    pub(super) secrets: Arc<Secrets>,
    /// The lists of nodes that were read already. The answer has their numbers instead, in this order.
    pub(super) lists: std::vec::IntoIter<List>,
    /// How many of them were found in the answer.
    pub(super) found: u64,
    pub(super) request_id: Option<Text<'static>>,
    pub(super) records: Vec<Record>,
    pub(super) has_invocations: bool,
    /// What it says of an error, as an answer of this operation does not.
    pub(super) code: Option<Text<'static>>,
    pub(super) message: Option<Text<'static>>,
    /// The id of a record that is of another invocation than was asked about.
    pub(super) other_id: Option<Text<'static>>,
}

impl<'q> Answer<'q> {
    pub(super) fn new(question: &'q Question, secrets: Arc<Secrets>, lists: Vec<List>) -> Self {
        let lists = lists.into_iter();
        Answer {
            question,
            secrets,
            lists,
            found: 0,
            request_id: None,
            records: Vec::new(),
            has_invocations: false,
            code: None,
            message: None,
            other_id: None,
        }
    }

    /// Whether it is an answer of this operation, if an empty one: what a stranger says must not pass for one.
    pub(super) fn is_answer(&self) -> bool {
        self.lists.as_slice().is_empty() && (self.has_invocations || self.request_id.is_some())
    }

    /// The error that it tells of, if it does.
    pub(super) fn error(&mut self) -> Option<Fault> {
        let (code, message) = (Lenient(self.code.take()), Lenient(self.message.take()));
        ApiError { code, message, request_id: Lenient(self.request_id.clone()) }.error()
    }
}

impl<'de> Visitor<'de> for &mut Answer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Name<'de>>()? {
            match key.as_str() {
                "RequestId" => {
                    self.request_id = map.next_value::<Lenient<'de>>()?.0.map(Text::into_owned);
                }
                "Invocations" => {
                    map.next_value_seed(Invocations(self))?;
                    self.has_invocations = true;
                }
                "Code" | "code" => {
                    let code = map.next_value::<Lenient<'de>>()?.0.map(Text::into_owned);
                    // One that is no error's gives way to one that is.
                    if self.code.as_ref().is_none_or(|first| !is_error_code(first.as_written())) {
                        self.code = code.or(self.code.take());
                    }
                }
                "Message" | "message" => self.message = map.next_value::<Lenient<'de>>()?.0.map(Text::into_owned),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The object around the list of invocations; it and the list may be null or absent.
struct Invocations<'a, 'q>(&'a mut Answer<'q>);

impl<'de> DeserializeSeed<'de> for Invocations<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Invocations<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list Invocation")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Name<'de>>()? {
            if key.as_str() == "Invocation" {
                map.next_value_seed(InvocationList(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct InvocationList<'a, 'q>(&'a mut Answer<'q>);

impl<'de> DeserializeSeed<'de> for InvocationList<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for InvocationList<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list Invocation")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Invocation(self.0))?.is_some() {}
        Ok(())
    }
}

/// One record.
struct Invocation<'a, 'q>(&'a mut Answer<'q>);

impl<'de> DeserializeSeed<'de> for Invocation<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Invocation<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an invocation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut record = Record::default();
        let mut has_status = false;
        while let Some(key) = map.next_key::<Name<'de>>()? {
            match key.as_str() {
                "InvokeNodes" => {
                    let answer = &mut *self.0;
                    map.next_value_seed(InvokeNodes { answer, nodes: &mut record.nodes })?;
                }
                "NodeCount" => {
                    let (count, is_unreadable) = node_count(map.next_value::<Box<RawValue>>()?.get());
                    record.is_count_unreadable |= is_unreadable;
                    record.node_count = record.node_count.max(count);
                }
                "Overwrite" => {
                    let word = map.next_value::<Lenient<'de>>()?.0;
                    let word = word.map(|word| word.as_written().to_ascii_lowercase());
                    record.facts.overwrite = word.and_then(|word| word.parse().ok());
                }
                "InvokeId" => {
                    let id = map.next_value::<Lenient<'de>>()?.0;
                    let asked = self.0.question.invoke_id.as_written();
                    let is_other = |id: &Text<'_>| asked.is_some_and(|asked| id.as_written() != asked);
                    self.0.other_id = id.filter(is_other).map(Text::into_owned).or(self.0.other_id.take());
                }
                "InvocationStatus" => {
                    let word = map.next_value::<Lenient<'de>>()?.0.map(Text::into_owned);
                    record.status = match has_status {
                        true => worse(record.status.take(), word),
                        false => word,
                    };
                    has_status = true;
                }
                name => match field(&mut record, name) {
                    Some(field) => {
                        let value = map.next_value::<Lenient<'de>>()?.0.map(Text::into_owned);
                        *field = field.take().or(value);
                        self.0.secrets.mask(field);
                    }
                    None => drop(map.next_value::<IgnoredAny>()?),
                },
            }
        }
        self.0.records.push(record);
        Ok(())
    }
}

/// The object around a list of nodes.
struct InvokeNodes<'a, 'q> {
    answer: &'a mut Answer<'q>,
    nodes: &'a mut Nodes,
}

impl<'de> DeserializeSeed<'de> for InvokeNodes<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for InvokeNodes<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list InvokeNode")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Name<'de>>()? {
            if key.as_str() == "InvokeNode" {
                map.next_value_seed(NodeList { answer: self.answer, nodes: self.nodes })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A list of nodes: the number of one that was read already, or one whose key was not recognised on the way in.
struct NodeList<'a, 'q> {
    answer: &'a mut Answer<'q>,
    nodes: &'a mut Nodes,
}

impl<'de> DeserializeSeed<'de> for NodeList<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeList<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list InvokeNode")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        // Each number once, in order: a number that the server wrote itself would be one too many.
        match self.answer.lists.next() {
            Some(list) if number == self.answer.found => {
                self.answer.found += 1;
                self.nodes.append(list.into_nodes());
                Ok(())
            }
            _ => Err(E::invalid_type(de::Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(node) = list.next_element::<Box<RawValue>>()? {
            read_node(node.get().as_bytes(), self.answer.question, &self.answer.secrets, self.nodes)
                .map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// How many nodes NodeCount says that there are, and whether it says something else than a number of nodes.
fn node_count(json: &str) -> (Option<u64>, bool) {
    let text: Cow<'_, str> = match json {
        "null" => return (None, false),
        _ if json.starts_with('"') => serde_json::from_str::<String>(json).unwrap_or_else(|_| "?".to_owned()).into(),
        _ => json.into(),
    };
    let text = text.trim();
    let count = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    (count, count.is_none() && !text.is_empty())
}

/// Of two overall statuses of one record the one that counts first.
fn worse(first: Option<Text<'static>>, second: Option<Text<'static>>) -> Option<Text<'static>> {
    let rank = |word: &Option<Text<'_>>| OverallStatus::parse(word.as_ref().map_or("", Text::as_written));
    if rank(&second) < rank(&first) { second } else { first }
}

/// Where a field of an invocation that is plain text belongs.
fn field<'r>(record: &'r mut Record, name: &str) -> Option<&'r mut Option<Text<'static>>> {
    let facts: &mut Facts = &mut record.facts;
    Some(match name {
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
