//! Scripts at random: many short ones, some odd in every way, and enough that go the usual way to come far.

use super::script::{Count, List, Node, Problem, Record, Reply, Said, Script};
use super::words::{IDS, NOTHINGS, OVERALL, RUBBISH, STATUSES};
use crate::testing::verdict::Accepted;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

pub(super) fn scripts() -> impl Strategy<Value = Script> {
    let settings = (
        prop::bool::weighted(0.1),
        select(vec![1000, 2000, 5000]),
        weighted(0.8, select(vec![1003, 7001, 20_011, 45_007])),
        select(vec![0, 3000, 10_000, 30_000]),
        0_u32..6,
        prop::bool::weighted(0.2),
        weighted(0.15, (0_u64..20_000, select(vec![129, 130, 143]))),
        weighted(0.4, accepted()),
        prop::bool::weighted(0.25),
    );
    let ids = prop_oneof![14 => vec(vec(replies(), 0..8), 1..4), 1 => vec(vec(replies(), 0..3), 9..14)];
    (settings, ids).prop_map(|(settings, ids)| {
        let (is_one_look, interval, timeout, grace, retries, is_about_node, signal, accepted, is_fail_fast) = settings;
        Script {
            is_one_look,
            interval: if is_one_look { 0 } else { interval },
            timeout: timeout.filter(|_| !is_one_look),
            grace: if is_one_look { 0 } else { grace },
            retries,
            is_about_node,
            accepted,
            is_fail_fast: is_fail_fast && !is_one_look,
            signal,
            ids,
        }
    })
}

fn accepted() -> impl Strategy<Value = Accepted> {
    prop_oneof![
        (0_u64..4).prop_map(Accepted::Nodes),
        select(vec![0, 33, 34, 50, 66, 67, 99, 100]).prop_map(Accepted::Percent),
    ]
}

fn replies() -> impl Strategy<Value = Reply> {
    let said = prop_oneof![
        8 => under_way().prop_map(|record| Said::Records(vec![record])),
        2 => at_its_end().prop_map(|record| Said::Records(vec![record])),
        6 => prop_oneof![6 => vec(odd(), 1..2), 2 => vec(odd(), 2..4)].prop_map(Said::Records),
        2 => select(&NOTHINGS[..]).prop_map(Said::Nothing),
        1 => select(&RUBBISH[..]).prop_map(Said::Rubbish),
        6 => problems().prop_map(Said::Problem),
    ];
    let latency = prop_oneof![4 => Just(0), 4 => 1_u64..300, 1 => 300_u64..3000, 1 => 3000_u64..20_000];
    (latency, said).prop_map(|(latency, said)| Reply { latency, said })
}

fn problems() -> impl Strategy<Value = Problem> {
    prop_oneof![
        6 => Just(Problem::Network),
        6 => Just(Problem::Service),
        4 => Just(Problem::Answer),
        2 => select(vec![1, 1500, 9000]).prop_map(Problem::Throttled),
        2 => Just(Problem::NotFound),
        1 => Just(Problem::Mended),
        1 => Just(Problem::KeySource),
        1 => Just(Problem::KeyRefused),
        2 => select(vec![Problem::NetworkForGood, Problem::Refused, Problem::AnswerForGood]),
    ]
}

/// Some nodes are done and some are not.
fn under_way() -> impl Strategy<Value = Record> {
    let nodes =
        (0_usize..3, 0_usize..3).prop_map(|(second, third)| vec![(0, 1, false), (1, second, false), (2, third, true)]);
    (select(vec![0_usize, 4]), nodes).prop_map(|(overall, nodes)| record(overall, Count::Exact, List::There, nodes))
}

/// All is over, and the overall status says so rightly.
fn at_its_end() -> impl Strategy<Value = Record> {
    const ENDS: [(usize, [usize; 3]); 4] = [(1, [0, 0, 0]), (2, [0, 3, 0]), (3, [3, 4, 3]), (2, [3, 0, 4])];
    select(&ENDS[..]).prop_map(|(overall, [first, second, third])| {
        let nodes = vec![(0, first, false), (1, second, true), (2, third, true)];
        record(overall, Count::Exact, List::There, nodes)
    })
}

/// Anything may stand anywhere.
fn odd() -> impl Strategy<Value = Record> {
    let counts = prop_oneof![
        4 => Just(Count::Exact),
        2 => select(vec![Count::Absent, Count::OneMore]),
        1 => select(vec![Count::AsText, Count::OneLess, Count::Null, Count::NoNumber, Count::Negative]),
    ];
    let lists = prop_oneof![9 => Just(List::There), 1 => select(vec![List::Null, List::NullObject, List::Absent])];
    // Most often all nodes are of few kinds, or none would ever be over.
    let kinds = prop_oneof![2 => Just(vec![0, 6, 7, 8]), 2 => Just(vec![0, 3, 4, 13]), 1 => Just(vec![0, 5, 19, 16]),
        1 => Just(vec![3, 11, 12, 14]), 2 => Just((0..STATUSES.len()).collect::<Vec<_>>())];
    let nodes = kinds.prop_flat_map(|kinds| vec((0..IDS.len(), select(kinds), any::<bool>()), 0..4));
    (0..OVERALL.len(), counts, lists, nodes)
        .prop_map(|(overall, count, list, nodes)| record(overall, count, list, nodes))
}

fn record(overall: usize, count: Count, list: List, nodes: Vec<Node>) -> Record {
    Record { overall, count, list, nodes }
}
