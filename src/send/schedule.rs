//! Which call comes next, and when none does: batches, the budget over the whole run, the canary. Pure.

use crate::exit::Budget;
use crate::invocation::Class;
use std::ops::Range;

/// Holds the calls of a run, in their order.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The nodes in the order in which calls name them.
    nodes: Vec<usize>,
    /// Where the nodes of each call stand in `nodes`.
    calls: Vec<Range<usize>>,
    /// Where the nodes of each batch stand in `nodes`.
    batches: Vec<Range<usize>>,
    /// How many calls were made.
    made: usize,
    budget: Option<Budget>,
}

/// Says what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A call that names these nodes.
    Call(Vec<usize>),
    /// Nodes of the batch are open.
    Wait,
    /// No call follows, and why.
    End(String),
}

impl Schedule {
    /// Plans the calls to these nodes, in batches of these sizes. The last size repeats until no node is left; without
    /// sizes all nodes are one batch. Nodes that are `alone` have a call each, after the others. The budget says how
    /// many nodes may fail before no batch follows; where it is set, it is looked at before each call too.
    pub fn new(
        together: Vec<usize>,
        alone: Vec<usize>,
        batches: &[Budget],
        nodes_per_call: usize,
        budget: Option<Budget>,
    ) -> Self {
        let shared = together.len();
        let nodes = [together, alone].concat();
        let sizes = cut(batches, nodes.len());
        let (mut calls, mut batches, mut end) = (Vec::new(), Vec::new(), 0);
        for size in sizes {
            let batch = end..end + size;
            while end < batch.end {
                let longest = if end < shared { (end + nodes_per_call).min(shared) } else { end + 1 };
                let begin = std::mem::replace(&mut end, longest.min(batch.end));
                calls.push(begin..end);
            }
            batches.push(batch);
        }
        Schedule { nodes, calls, batches, made: 0, budget }
    }

    /// Says what comes next. `state` tells how a node stands: Open, Success or Failed; `is_settled` whether the
    /// invocation of its call has come to its end too. A call that is given counts as made.
    pub fn next(&mut self, state: impl Fn(usize) -> Class, is_settled: impl Fn(usize) -> bool) -> Next {
        let Some(call) = self.calls.get(self.made).cloned() else {
            return Next::End("every node was named".to_owned());
        };
        let batch = self.batches.iter().position(|batch| batch.start == call.start).unwrap_or_default();
        // Before the first batch there is nothing to look at.
        let begins_batch = batch > 0;
        if begins_batch {
            let before = &self.nodes[self.batches[batch - 1].clone()];
            if !before.iter().all(|node| is_settled(*node)) {
                return Next::Wait;
            }
            let has_success = before.iter().any(|node| state(*node) == Class::Success);
            if !has_success && (batch == 1 || before.len() >= 2) {
                return Next::End(format!("none of the {} nodes of the batch got the file", before.len()));
            }
        }
        if begins_batch || self.budget.is_some() {
            let (failed, of) = self.failed(state);
            if self.budget.unwrap_or(Budget::NONE).is_exceeded_by(failed, of) {
                return Next::End(format!("{failed} nodes failed, and no more than the budget may"));
            }
        }
        self.made += 1;
        Next::Call(self.nodes[call].to_vec())
    }

    /// Takes back the call that was given last: it is to be made again.
    pub fn again(&mut self) {
        self.made -= 1;
    }

    /// Gives the nodes that the run sends to.
    pub fn nodes(&self) -> &[usize] {
        &self.nodes
    }

    /// Gives the number of nodes of each batch.
    pub fn batches(&self) -> Vec<usize> {
        self.batches.iter().map(Range::len).collect()
    }

    /// Gives the number of nodes of each call.
    pub fn calls(&self) -> impl Iterator<Item = usize> {
        self.calls.iter().map(Range::len)
    }

    /// Counts the nodes of this run that failed so far, and all of them.
    pub fn failed(&self, state: impl Fn(usize) -> Class) -> (usize, usize) {
        let named = self.calls[..self.made].last().map_or(0, |call| call.end);
        (self.nodes[..named].iter().filter(|node| state(**node) == Class::Failed).count(), self.nodes.len())
    }
}

/// Gives the number of nodes of each batch, where `nodes` are sent to in all. Shares are rounded up.
pub(super) fn cut(batches: &[Budget], nodes: usize) -> Vec<usize> {
    let mut left = nodes;
    let size = |size: Budget| {
        let size = size.of_rounded_up(nodes).max(1).min(left);
        left -= size;
        (size > 0).then_some(size)
    };
    let last = batches.last().copied().unwrap_or(Budget::percent(100));
    batches.iter().copied().chain(std::iter::repeat(last)).map_while(size).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::Class::{Failed, Open, Success};
    use crate::testing::property_config;
    use proptest::prelude::*;

    fn schedule(batches: &[usize], nodes_per_call: usize, budget: Option<Budget>) -> Schedule {
        let nodes = (0..batches.iter().sum()).collect();
        Schedule::new(nodes, Vec::new(), &of(batches), nodes_per_call, budget)
    }

    fn of(sizes: &[usize]) -> Vec<Budget> {
        sizes.iter().map(|size| Budget::Nodes(*size as u64)).collect()
    }

    fn every_node_was_named() -> Next {
        Next::End("every node was named".to_owned())
    }

    fn over_budget(failed: usize) -> Next {
        Next::End(format!("{failed} nodes failed, and no more than the budget may"))
    }

    fn no_success(nodes: usize) -> Next {
        Next::End(format!("none of the {nodes} nodes of the batch got the file"))
    }

    /// Goes on as long as calls are given; each node is then as `state` says, and nothing is open.
    fn play(schedule: &mut Schedule, state: impl Fn(usize) -> Class) -> (Vec<Vec<usize>>, Next) {
        let mut calls = Vec::new();
        loop {
            match schedule.next(&state, |_| true) {
                Next::Call(nodes) => calls.push(nodes),
                end => return (calls, end),
            }
        }
    }

    fn cut_as_typed(words: &str, nodes: usize) -> Vec<usize> {
        cut(&words.split(',').map(|word| word.parse().unwrap()).collect::<Vec<_>>(), nodes)
    }

    #[test]
    fn batches_are_numbers_or_shares_of_all_nodes_and_the_last_repeats() {
        assert_eq!(cut_as_typed("1,10%,100%", 312), [1, 32, 279]);
        assert_eq!(cut_as_typed("1,10%", 25), [1, 3, 3, 3, 3, 3, 3, 3, 3]);
        assert_eq!(cut_as_typed("50", 120), [50, 50, 20]);
        assert_eq!(cut_as_typed("500", 3), [3]);
        assert_eq!(cut_as_typed("0.1%,100%", 10), [1, 9], "rounded up");
        assert_eq!(cut_as_typed("33.4%", 3), [2, 1]);
        assert_eq!(cut(&[], 7), [7]);
        assert_eq!(cut(&[], 0), [0; 0]);
    }

    #[test]
    fn a_batch_waits_for_the_one_before_it() {
        let mut schedule = schedule(&[1, 3], 2, None);
        assert_eq!(schedule.next(|_| Open, |_| false), Next::Call(vec![0]));
        assert_eq!(schedule.next(|_| Open, |_| false), Next::Wait);
        assert_eq!(schedule.next(|_| Success, |node| node == 0), Next::Call(vec![1, 2]));
        assert_eq!(schedule.next(|_| Open, |_| false), Next::Call(vec![3]), "within a batch nothing is waited for");
        assert_eq!(schedule.next(|_| Open, |_| false), every_node_was_named());
    }

    #[test]
    fn budget_stops_at_the_first_node_over_it_and_unset_lets_a_batch_go_out_whole() {
        let one_failed = |node| if node == 0 { Failed } else { Success };
        let (calls, end) = play(&mut schedule(&[4, 4], 1, None), one_failed);
        assert_eq!((calls.len(), end), (4, over_budget(1)));
        let (calls, end) = play(&mut schedule(&[4, 4], 1, Some(Budget::Nodes(0))), one_failed);
        assert_eq!((calls.len(), end), (1, over_budget(1)));
        let (calls, end) = play(&mut schedule(&[4, 4], 1, Some(Budget::Nodes(1))), one_failed);
        assert_eq!((calls.len(), end), (8, every_node_was_named()));
        let two_failed = |node| if node == 0 || node == 5 { Failed } else { Success };
        let (calls, end) = play(&mut schedule(&[4, 4], 1, Some(Budget::Nodes(1))), two_failed);
        assert_eq!((calls.len(), end), (6, over_budget(2)), "it is over the whole send");
    }

    #[test]
    fn canary_that_failed_everywhere_ends_the_sending_whatever_the_budget() {
        let all = Some(Budget::percent(100));
        assert_eq!(play(&mut schedule(&[1, 9], 5, all), |_| Failed), (vec![vec![0]], no_success(1)));
        let later = |first_bad| move |node| if node < first_bad { Success } else { Failed };
        assert_eq!(
            play(&mut schedule(&[2, 1, 5], 5, all), later(2)).1,
            every_node_was_named(),
            "a later batch of one may fail"
        );
        assert_eq!(play(&mut schedule(&[2, 2, 5], 5, all), later(2)).1, no_success(2));
    }

    #[test]
    fn nodes_that_are_alone_have_a_call_each_after_the_others() {
        let mut schedule = Schedule::new(vec![5, 6], vec![1, 2, 3, 4, 7], &of(&[4, 3]), 50, None);
        let (calls, _) = play(&mut schedule, |_| Success);
        assert_eq!(calls, [vec![5, 6], vec![1], vec![2], vec![3], vec![4], vec![7]]);
    }

    proptest! {
        #![proptest_config(property_config(256))]
        #[test]
        fn batches_hold_every_node_once(
            steps in prop::collection::vec((1..200_u64, any::<bool>()), 1..5),
            nodes in 0..3000_usize,
        ) {
            let size = |(size, is_share): &(u64, bool)| match is_share {
                true => Budget::percent((*size).min(100)),
                false => Budget::Nodes(*size),
            };
            let sizes = cut(&steps.iter().map(size).collect::<Vec<_>>(), nodes);
            prop_assert_eq!(sizes.iter().sum::<usize>(), nodes);
            prop_assert!(sizes.iter().all(|size| *size > 0));
        }

        #[test]
        fn each_node_is_in_one_call_or_left(
            sizes in prop::collection::vec(1..30_usize, 1..6),
            nodes_per_call in 1..51_usize,
            budget in prop::option::of(0..20_u64),
            bad in prop::collection::vec(any::<bool>(), 180),
            repeats in prop::collection::vec(any::<bool>(), 180),
        ) {
            let mut schedule = schedule(&sizes, nodes_per_call, budget.map(Budget::Nodes));
            let state = |node: usize| if bad[node] { Failed } else { Success };
            let (mut made, mut repeats) = (Vec::new(), repeats.into_iter());
            while let Next::Call(nodes) = schedule.next(state, |_| true) {
                prop_assert!((1..=nodes_per_call).contains(&nodes.len()));
                if repeats.next() == Some(true) {
                    schedule.again();
                } else {
                    made.extend(nodes);
                }
            }
            made.extend(&schedule.nodes()[made.len()..]);
            prop_assert_eq!(made, (0..sizes.iter().sum()).collect::<Vec<_>>());
            prop_assert_eq!(schedule.calls().sum::<usize>(), sizes.iter().sum::<usize>());
            prop_assert_eq!(schedule.batches(), sizes);
        }
    }
}
