//! Answers made up at random, in every order of keys and with whatever else may stand in them, read by the decoder
//! and by the plain one, and compared node for node.

use super::decode;
use crate::fault::Kind;
use crate::invocation::{InvokeId, Keep, Question};
use crate::testing;
use crate::testing::property_config;
use proptest::collection::{btree_map, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};

const IDS: &[&str] = &["a", "b", "e01-cn-9lb3c15m81j", "节点", " c\n", "c", "A"];
const STATUSES: &[&str] =
    &["Pending", "Running", "Success", "success", "Invalid", "Aborted", "FAILED", "Error", " Timeout ", "Cancelled"];
const OVERALL: &[&str] = &["Pending", "running", "Success", "Failed", "PartialFailed", "Stopped"];
const ERRORS: &[&str] = &["Null", "null", " NULL", "FileCreateFail", "the disk is full", "\u{202e}\u{1b}[2J"];
const TIMES: &[&str] = &["2023-02-06T07:12:50Z", "2020-05-22T17:04:18", "2023-04-10T10:53:46.156+08:00\n", "soon"];
const TEXTS: &[&str] = &["app.conf", "\t/home/user", "0644", "root", "Base64", "a \"quoted\" \\ text", "🚀"];

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map(select(TEXTS), inner, 0..3)
                .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

/// Makes a field that is most often one of these words, and now and then anything.
fn field(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    let number = prop_oneof![Just(json!(3)), Just(json!(-1)), Just(json!(2.5)), Just(json!("7")), Just(json!(true))];
    prop_oneof![12 => select(words).prop_map(Value::from), 2 => number, 1 => Just(json!("")), 1 => anything()].boxed()
}

/// Makes an object that has most of these fields, and unknown ones besides.
fn object(known: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let known: Vec<_> = known
        .into_iter()
        .map(|(name, value)| weighted(0.85, value).prop_map(move |value| Some((name.to_owned(), value?))))
        .collect();
    let unknown = btree_map("Odd[A-Za-z]{0,3}", anything(), 0..3);
    (known, unknown)
        .prop_map(|(known, unknown)| {
            unknown.into_iter().chain(known.into_iter().flatten()).collect::<Map<_, _>>().into()
        })
        .boxed()
}

/// Makes an object with a list; now and then one of the two is null or absent.
fn list(name: &'static str, item: BoxedStrategy<Value>, most: usize) -> BoxedStrategy<Value> {
    let filled = vec(item, 0..=most).prop_map(Value::from);
    let list = prop_oneof![9 => filled, 1 => Just(Value::Null)].boxed();
    prop_oneof![9 => object(vec![(name, list)]), 1 => Just(Value::Null)].boxed()
}

fn answers() -> BoxedStrategy<Value> {
    let node = object(vec![
        ("NodeId", field(IDS)),
        ("InvocationStatus", field(STATUSES)),
        ("ErrorCode", field(ERRORS)),
        ("ErrorInfo", field(ERRORS)),
        ("CreationTime", field(TIMES)),
        ("StartTime", field(TIMES)),
        ("UpdateTime", field(TIMES)),
        ("FinishTime", field(TIMES)),
    ]);
    let record = object(vec![
        ("InvocationStatus", field(OVERALL)),
        ("Name", field(TEXTS)),
        ("Description", field(TEXTS)),
        ("TargetDir", field(TEXTS)),
        ("Content", anything().boxed()),
        ("ContentType", field(TEXTS)),
        ("FileMode", field(TEXTS)),
        ("FileOwner", field(TEXTS)),
        ("FileGroup", field(TEXTS)),
        ("Overwrite", field(&["true", "False"])),
        ("NodeCount", field(&["3", " 12 ", "0"])),
        ("CreationTime", field(TIMES)),
        ("InvokeNodes", list("InvokeNode", node, 8)),
    ]);
    object(vec![
        ("RequestId", field(TEXTS)),
        ("TotalCount", field(&["1"])),
        ("Invocations", list("Invocation", record, 3)),
    ])
}

fn chance(seed: u64, of: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, of).hash(&mut hasher);
    hasher.finish()
}

/// Writes the document with its keys in a random order; compact, or with blanks between and any text perhaps in
/// escapes.
fn write(value: &Value, seed: u64, is_compact: bool, json: &mut String) {
    let blanks = if is_compact { [""; 3] } else { ["", " ", "\n\t"] };
    json.push_str(blanks[(chance(seed, &json.len()) % 3) as usize]);
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by_key(|key| chance(seed, key.as_str()));
            json.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                json.push_str(if at == 0 { "" } else { "," });
                write_text(key, seed, is_compact, json);
                json.push(':');
                write(&map[key], seed.wrapping_add(at as u64), is_compact, json);
            }
            json.push('}');
        }
        Value::Array(list) => {
            json.push('[');
            for (at, item) in list.iter().enumerate() {
                json.push_str(if at == 0 { "" } else { "," });
                write(item, seed.wrapping_add(at as u64), is_compact, json);
            }
            json.push(']');
        }
        Value::String(text) => write_text(text, seed, is_compact, json),
        other => json.push_str(&other.to_string()),
    }
}

fn write_text(text: &str, seed: u64, is_compact: bool, json: &mut String) {
    if !is_compact && chance(seed, text).is_multiple_of(4) {
        let escapes = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        json.push_str(&format!("\"{}\"", escapes.collect::<String>()));
    } else {
        json.push_str(&Value::from(text).to_string());
    }
}

proptest! {
    #![proptest_config(property_config(256))]
    #[test]
    fn decode_reads_any_answer_as_the_plain_decoder_does(
        answer in answers(),
        seed in any::<u64>(),
        is_compact in any::<bool>(),
        wanted in weighted(0.3, select(&IDS[..4])),
        everything in any::<bool>(),
    ) {
        let mut json = String::new();
        write(&answer, seed, is_compact, &mut json);
        let keep = if everything { Keep::Everything } else { Keep::Outcomes };
        let question = Question { invoke_id: InvokeId::UNNAMED, node_id: wanted.map(str::to_owned), keep };
        let most = [1, 7, 60, 400][(seed % 4) as usize];
        let len = |rest: &[u8]| 1 + (chance(seed, &rest.len()) % most) as usize;
        let read = testing::decode_in_pieces(json.as_bytes(), &question, len);
        prop_assert_eq!(format!("{:?}", decode(json.as_bytes(), &question)), format!("{read:?}"), "whole or in pieces");
        if !testing::is_answer(&answer) {
            prop_assert_eq!(read.unwrap_err().kind, Kind::Answer);
        } else if testing::is_not_found(&answer, &question) {
            prop_assert_eq!(read.unwrap_err().kind, Kind::NotFound);
        } else {
            testing::assert_agrees(&read.unwrap(), &answer, &question);
        }
    }
}
