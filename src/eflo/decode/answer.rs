//! What stands around the nodes of an answer: lenient in types, strict in shape.
//!
//! It is small, because the lists of nodes were taken out of it. So it is read level by level, each level as the names
//! of its fields and the JSON of their values.

use super::nodes::read_node;
use crate::invocation::{Keep, Nodes, Question, Record, overall_rank};
use crate::rpc::{self, ApiError, Secrets};
use crate::text::{Text, each_field, lenient};
use serde::de::Error as _;
use serde_json::Error;
use serde_json::value::RawValue;

/// Limits the records of one answer. An InvokeId has one.
const MOST_RECORDS: usize = 10_000;

/// Holds what an answer says.
#[derive(Default)]
pub(super) struct Answer {
    /// Holds the RequestId, and the error that it tells of, which a good answer of this operation does not.
    pub(super) error: ApiError,
    pub(super) records: Vec<Record>,
    pub(super) has_invocations: bool,
    /// Holds the id of a record that is of another invocation than was asked about.
    pub(super) other_id: Option<Text<'static>>,
}

/// Reads an answer, in which a 0 stands for each list of nodes that was read already.
pub(super) struct AnswerReader<'a> {
    pub(super) question: &'a Question,
    pub(super) secrets: &'a Secrets,
    /// Holds those lists, in their order.
    pub(super) lists: std::vec::IntoIter<Nodes>,
}

impl AnswerReader<'_> {
    /// Reads the text of an answer.
    ///
    /// # Errors
    /// When it is no JSON, or its objects and lists are not those of this operation.
    pub(super) fn read(&mut self, json: &str) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        each_field(json, |name, value| match name {
            "Invocations" => {
                answer.has_invocations = true;
                each_field(value, |name, list| match name {
                    "Invocation" => items(list)?.into_iter().try_for_each(|item| self.record(item.get(), &mut answer)),
                    _ => Ok(()),
                })
            }
            "RequestId" | "Code" | "code" | "Message" | "message" => answer.error.take(name, value),
            _ => Ok(()),
        })?;
        Ok(answer)
    }

    fn record(&mut self, json: &str, answer: &mut Answer) -> Result<(), Error> {
        if json == "null" {
            return Err(Error::custom("a record is null"));
        }
        if answer.records.len() == MOST_RECORDS {
            return Err(Error::custom(format!("it has more than {MOST_RECORDS} records")));
        }
        let mut record = Record::default();
        let mut statuses = Vec::new();
        each_field(json, |name, value| {
            let facts = &mut record.facts;
            match name {
                "InvokeNodes" => each_field(value, |name, list| match name {
                    "InvokeNode" => self.nodes(list, &mut record.nodes),
                    _ => Ok(()),
                })?,
                "NodeCount" => {
                    let (count, is_unreadable) = node_count(value);
                    record.is_count_unreadable |= is_unreadable;
                    record.node_count = record.node_count.max(count);
                }
                "Overwrite" => {
                    let word = lenient(value)?.map(|word| word.as_written().to_ascii_lowercase());
                    facts.overwrite = word.and_then(|word| word.parse().ok());
                }
                "Content" if self.question.keep == Keep::Everything => {
                    let content = serde_json::from_str::<String>(value).ok();
                    record.contents.extend(content.map(|content| rpc::hash(content.as_bytes())));
                }
                "InvokeId" => {
                    let asked = self.question.invoke_id.as_written();
                    let is_other = |id: &Text<'_>| asked.is_some_and(|asked| id.as_written() != asked);
                    answer.other_id = owned(value)?.filter(is_other).or(answer.other_id.take());
                }
                "InvocationStatus" => statuses.push(owned(value)?),
                _ => {
                    let fact = match name {
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
                }
            }
            Ok(())
        })?;
        record.status = statuses.into_iter().min_by_key(overall_rank).flatten();
        answer.records.push(record);
        Ok(())
    }

    /// Adds a list of nodes: one that was read already, for which a 0 stands, or one whose key was not recognised
    /// on the way in.
    fn nodes(&mut self, json: &str, nodes: &mut Nodes) -> Result<(), Error> {
        if json != "0" {
            return items(json)?.into_iter().try_for_each(|node| {
                let read = read_node(node.get().as_bytes(), self.question, self.secrets, nodes)?;
                read.map(drop).ok_or_else(|| Error::custom("a node is no object"))
            });
        }
        // A 0 that the server wrote itself is one too many: there are fewer lists then.
        nodes.append(self.lists.next().ok_or_else(|| Error::custom("the list InvokeNode is a number"))?);
        Ok(())
    }
}

/// Gives the items of a list; null has none.
fn items(json: &str) -> Result<Vec<&RawValue>, Error> {
    Ok(serde_json::from_str::<Option<_>>(json)?.unwrap_or_default())
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
