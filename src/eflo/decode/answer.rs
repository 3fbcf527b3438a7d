//! What stands around the nodes of an answer: lenient in types, strict in shape.
//!
//! It is small, because the lists of nodes were taken out of it. So it is read level by level, each level as the names
//! of its fields and the JSON of their values.

use super::nodes::{List, read_node};
use crate::fault::Fault;
use crate::invocation::{Keep, Nodes, OverallStatus, Question, Record};
use crate::rpc::{self, ApiError, Secrets, is_error_code};
use crate::text::{Lenient, Name, Text};
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Error;
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;

/// Collects what an answer says while its text is read.
pub(super) struct Answer<'q> {
    question: &'q Question,
    secrets: Arc<Secrets>,
    /// The lists of nodes that were read already. In the answer's text each is replaced by its number.
    lists: std::vec::IntoIter<List>,
    /// How many of the lists were met in the text so far.
    met: u64,
    pub(super) request_id: Option<Text<'static>>,
    pub(super) records: Vec<Record>,
    has_invocations: bool,
    /// The error that it tells of, which a good answer of this operation does not.
    code: Option<Text<'static>>,
    message: Option<Text<'static>>,
    /// The id of a record that is of another invocation than was asked about.
    pub(super) other_id: Option<Text<'static>>,
}

impl<'q> Answer<'q> {
    pub(super) fn new(question: &'q Question, secrets: Arc<Secrets>, lists: Vec<List>) -> Self {
        let (request_id, records, code, message, other_id) = Default::default();
        let lists = lists.into_iter();
        let (met, has_invocations) = (0, false);
        Answer { question, secrets, lists, met, request_id, records, has_invocations, code, message, other_id }
    }

    /// Says whether it is an answer of this operation, even an empty one: another service's JSON must not pass for one.
    pub(super) fn is_answer(&self) -> bool {
        self.lists.as_slice().is_empty() && (self.has_invocations || self.request_id.is_some())
    }

    /// Gives the error that the answer tells of, if it does.
    pub(super) fn error(&mut self) -> Option<Fault> {
        let (code, message) = (Lenient(self.code.take()), Lenient(self.message.take()));
        ApiError { code, message, request_id: Lenient(self.request_id.clone()) }.error()
    }

    /// Reads the text of an answer.
    ///
    /// # Errors
    /// It is no JSON, or its objects and lists are not those of this operation.
    pub(super) fn read(&mut self, json: &str) -> Result<(), Error> {
        each_field(json, |name, value| {
            match name {
                "RequestId" => self.request_id = owned(value)?,
                "Invocations" => {
                    self.has_invocations = true;
                    each_item_of(value, "Invocation", |list| {
                        items(list)?.into_iter().try_for_each(|record| self.record(record.get()))
                    })?;
                }
                // Of several codes one that is an error's counts.
                "Code" | "code" if self.code.as_ref().is_none_or(|first| !is_error_code(first.as_written())) => {
                    self.code = owned(value)?.or(self.code.take());
                }
                "Message" | "message" => self.message = owned(value)?,
                _ => {}
            }
            Ok(())
        })
    }

    fn record(&mut self, json: &str) -> Result<(), Error> {
        if json == "null" {
            return Err(Error::custom("a record is null"));
        }
        let mut record = Record::default();
        let mut has_status = false;
        each_field(json, |name, value| {
            let facts = &mut record.facts;
            let fact = match name {
                "InvokeNodes" => {
                    return each_item_of(value, "InvokeNode", |list| self.nodes(list, &mut record.nodes));
                }
                "NodeCount" => {
                    let (count, is_unreadable) = node_count(value);
                    record.is_count_unreadable |= is_unreadable;
                    record.node_count = record.node_count.max(count);
                    return Ok(());
                }
                "Overwrite" => {
                    let word = lenient(value)?.map(|word| word.as_written().to_ascii_lowercase());
                    facts.overwrite = word.and_then(|word| word.parse().ok());
                    return Ok(());
                }
                "Content" => {
                    if self.question.keep == Keep::Everything {
                        let content = serde_json::from_str::<String>(value).ok();
                        record.contents.extend(content.map(|content| rpc::hash(content.as_bytes())));
                    }
                    return Ok(());
                }
                "InvokeId" => {
                    let asked = self.question.invoke_id.as_written();
                    let is_other = |id: &Text<'_>| asked.is_some_and(|asked| id.as_written() != asked);
                    self.other_id = owned(value)?.filter(is_other).or(self.other_id.take());
                    return Ok(());
                }
                "InvocationStatus" => {
                    let word = owned(value)?;
                    if !has_status || rank(&word) < rank(&record.status) {
                        record.status = word;
                    }
                    has_status = true;
                    return Ok(());
                }
                "Name" => &mut facts.name,
                "Description" => &mut facts.description,
                "TargetDir" => &mut facts.target_dir,
                "ContentType" => &mut facts.content_type,
                "FileMode" => &mut facts.file_mode,
                "FileOwner" => &mut facts.file_owner,
                "FileGroup" => &mut facts.file_group,
                "CreationTime" => &mut facts.creation_time,
                _ => return Ok(()),
            };
            *fact = fact.take().or(owned(value)?);
            self.secrets.mask(fact);
            Ok(())
        })?;
        self.records.push(record);
        Ok(())
    }

    /// Adds a list of nodes: by its number one that was read already, or one whose key was not recognised on the way
    /// in.
    fn nodes(&mut self, json: &str, nodes: &mut Nodes) -> Result<(), Error> {
        let Ok(number) = json.parse::<u64>() else {
            let read = |node: &RawValue| read_node(node.get().as_bytes(), self.question, &self.secrets, nodes);
            return items(json)?.into_iter().map(read).try_for_each(|read| read.map(drop));
        };
        // Each number once, in order: a number that the server wrote itself is one too many.
        match self.lists.next() {
            Some(list) if number == self.met => {
                self.met += 1;
                nodes.append(list.nodes);
                Ok(())
            }
            _ => Err(Error::custom(format!("the list InvokeNode is the number {number}"))),
        }
    }
}

/// Hands over each field of an object, its name and the JSON of its value; a key that stands twice, twice. Null is an
/// object without fields.
fn each_field(json: &str, act: impl FnMut(&str, &str) -> Result<(), Error>) -> Result<(), Error> {
    struct Fields<F>(F);

    impl<'de, F: FnMut(&str, &str) -> Result<(), Error>> Visitor<'de> for Fields<F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
            while let Some((name, value)) = map.next_entry::<Name<'de>, &RawValue>()? {
                (self.0)(name.as_str(), value.get()).map_err(A::Error::custom)?;
            }
            Ok(())
        }
    }

    let mut json = serde_json::Deserializer::from_str(json);
    json.deserialize_any(Fields(act))?;
    json.end()
}

/// Hands over each value that an object has under a key.
fn each_item_of(json: &str, key: &str, mut act: impl FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
    each_field(json, |name, value| if name == key { act(value) } else { Ok(()) })
}

/// Gives the items of a list; null has none.
fn items(json: &str) -> Result<Vec<&RawValue>, Error> {
    Ok(serde_json::from_str::<Option<_>>(json)?.unwrap_or_default())
}

fn lenient(json: &str) -> Result<Option<Text<'_>>, Error> {
    Ok(serde_json::from_str::<Lenient<'_>>(json)?.0)
}

fn owned(json: &str) -> Result<Option<Text<'static>>, Error> {
    Ok(lenient(json)?.map(Text::into_owned))
}

/// Gives how many nodes NodeCount says that there are, and whether it says something else than a number of nodes.
fn node_count(json: &str) -> (Option<u64>, bool) {
    let text = match json {
        "null" => return (None, false),
        _ => serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned()),
    };
    let text = text.trim();
    let count = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    (count, count.is_none() && !text.is_empty())
}

/// Gives the place of an overall status in the order in which the first of several counts.
fn rank(word: &Option<Text<'_>>) -> OverallStatus {
    OverallStatus::parse(word.as_ref().map_or("", Text::as_written))
}
