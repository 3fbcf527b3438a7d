//! Which call comes next, and when none does: batches, the budget over the whole run, the canary. Pure.

use crate::exit::Budget;
use std::collections::VecDeque;

/// The calls of a run that are left.
#[derive(Debug)]
pub struct Schedule {
    /// For each batch its calls, for each call its nodes.
    batches: VecDeque<VecDeque<Vec<usize>>>,
    /// The nodes of the batch that was begun last.
    batch: Vec<usize>,
    is_first_batch: bool,
    /// How many nodes the run sends to.
    nodes: usize,
    budget: Option<Budget>,
    /// The nodes that calls of this run have named.
    named: Vec<usize>,
}

/// How a node of this run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    Open,
    Success,
    Failed,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A call that names these nodes.
    Call(Vec<usize>),
    /// Nodes of the batch are open.
    Wait,
    /// Every node was named.
    Done,
    /// More nodes failed than are accepted.
    OverBudget { failed: usize },
    /// No node of the batch got the file.
    NoSuccess { nodes: usize },
}

impl Schedule {
    /// Plans the calls to these nodes, in batches of these sizes. Nodes that are `alone` have a call each, after the
    /// others. The budget says how many nodes may fail before no batch follows; where it is set, it is looked at before
    /// each call too.
    pub fn new(
        together: &[usize],
        alone: &[usize],
        batches: &[usize],
        nodes_per_call: usize,
        budget: Option<Budget>,
    ) -> Self {
        let (mut rest, mut rest_alone) = (together, alone);
        let mut calls_of_batches = VecDeque::new();
        for size in batches {
            let (batch, left) = rest.split_at((*size).min(rest.len()));
            let (batch_alone, left_alone) = rest_alone.split_at((size - batch.len()).min(rest_alone.len()));
            (rest, rest_alone) = (left, left_alone);
            let calls = batch.chunks(nodes_per_call).chain(batch_alone.chunks(1)).map(<[usize]>::to_vec);
            calls_of_batches.push_back(calls.collect());
        }
        Schedule {
            batches: calls_of_batches,
            batch: Vec::new(),
            is_first_batch: true,
            nodes: together.len() + alone.len(),
            budget,
            named: Vec::new(),
        }
    }

    /// Says what comes next. `state` tells how nodes stand; `is_final` whether nothing of a batch is open, the calls'
    /// invocations included. A call that is given counts as made.
    pub fn next(&mut self, state: impl Fn(usize) -> NodeState, is_final: impl Fn(&[usize]) -> bool) -> Next {
        loop {
            let Some(batch) = self.batches.front_mut() else { return Next::Done };
            if let Some(nodes) = batch.front() {
                let is_new_batch = self.batch.is_empty() && !self.is_first_batch;
                let failed = if is_new_batch || self.budget.is_some() { count(&self.named, &state) } else { 0 };
                if self.budget.unwrap_or(Budget::NONE).is_exceeded_by(failed, self.nodes) {
                    return Next::OverBudget { failed };
                }
                self.batch.extend(nodes);
                self.named.extend(nodes);
                return Next::Call(batch.pop_front().unwrap_or_default());
            }
            if self.batches.len() == 1 {
                return Next::Done;
            }
            if !is_final(&self.batch) {
                return Next::Wait;
            }
            let nodes = self.batch.len();
            let has_success = self.batch.iter().any(|node| state(*node) == NodeState::Success);
            if !has_success && (self.is_first_batch || nodes >= 2) {
                return Next::NoSuccess { nodes };
            }
            self.batches.pop_front();
            self.batch.clear();
            self.is_first_batch = false;
        }
    }

    /// Takes back the call that was given last: it is to be made again.
    pub fn again(&mut self, nodes: Vec<usize>) {
        self.batch.truncate(self.batch.len() - nodes.len());
        self.named.truncate(self.named.len() - nodes.len());
        if let Some(batch) = self.batches.front_mut() {
            batch.push_front(nodes);
        }
    }

    /// Gives how many nodes each call names that is left.
    pub fn sizes(&self) -> impl Iterator<Item = usize> {
        self.batches.iter().flatten().map(Vec::len)
    }

    /// Gives the nodes that no call has named.
    #[cfg(test)]
    pub fn left(&self) -> impl Iterator<Item = usize> {
        self.batches.iter().flatten().flatten().copied()
    }

    /// Counts the nodes of this run that failed so far, and all of them.
    pub fn failed(&self, state: impl Fn(usize) -> NodeState) -> (usize, usize) {
        (count(&self.named, &state), self.nodes)
    }
}

/// Counts those of these nodes that failed.
fn count(nodes: &[usize], state: &impl Fn(usize) -> NodeState) -> usize {
    nodes.iter().filter(|node| state(**node) == NodeState::Failed).count()
}

#[cfg(test)]
mod tests {
    use super::NodeState::{Failed, Open, Success};
    use super::*;
    use crate::testing::property_config;
    use proptest::prelude::*;

    fn schedule(batches: &[usize], nodes_per_call: usize, budget: Option<Budget>) -> Schedule {
        let nodes: Vec<usize> = (0..batches.iter().sum()).collect();
        Schedule::new(&nodes, &[], batches, nodes_per_call, budget)
    }

    /// Goes on as long as calls are given; each node is then as `state` says, and nothing is open.
    fn play(schedule: &mut Schedule, state: impl Fn(usize) -> NodeState) -> (Vec<Vec<usize>>, Next) {
        let mut calls = Vec::new();
        loop {
            match schedule.next(&state, |_| true) {
                Next::Call(nodes) => calls.push(nodes),
                end => return (calls, end),
            }
        }
    }

    #[test]
    fn a_batch_waits_for_the_one_before_it() {
        let mut schedule = schedule(&[1, 3], 2, None);
        assert_eq!(schedule.next(|_| Open, |_| false), Next::Call(vec![0]));
        assert_eq!(schedule.next(|_| Open, |_| false), Next::Wait);
        assert_eq!(schedule.next(|_| Success, |batch| batch == [0]), Next::Call(vec![1, 2]));
        assert_eq!(schedule.next(|_| Open, |_| false), Next::Call(vec![3]), "within a batch nothing is waited for");
        assert_eq!(schedule.next(|_| Open, |_| false), Next::Done);
    }

    #[test]
    fn budget_stops_at_the_first_node_over_it_and_unset_lets_a_batch_go_out_whole() {
        let one_failed = |node| if node == 0 { Failed } else { Success };
        let (calls, end) = play(&mut schedule(&[4, 4], 1, None), one_failed);
        assert_eq!((calls.len(), end), (4, Next::OverBudget { failed: 1 }));
        let (calls, end) = play(&mut schedule(&[4, 4], 1, Some(Budget::Nodes(0))), one_failed);
        assert_eq!((calls.len(), end), (1, Next::OverBudget { failed: 1 }));
        let (calls, end) = play(&mut schedule(&[4, 4], 1, Some(Budget::Nodes(1))), one_failed);
        assert_eq!((calls.len(), end), (8, Next::Done));
        let two_failed = |node| if node == 0 || node == 5 { Failed } else { Success };
        let (calls, end) = play(&mut schedule(&[4, 4], 1, Some(Budget::Nodes(1))), two_failed);
        assert_eq!((calls.len(), end), (6, Next::OverBudget { failed: 2 }), "it is over the whole send");
    }

    #[test]
    fn canary_that_failed_everywhere_ends_the_sending_whatever_the_budget() {
        let all = Some(Budget::Share { digits: 100, decimals: 0 });
        assert_eq!(play(&mut schedule(&[1, 9], 5, all), |_| Failed), (vec![vec![0]], Next::NoSuccess { nodes: 1 }));
        let later = |first_bad| move |node| if node < first_bad { Success } else { Failed };
        assert_eq!(play(&mut schedule(&[2, 1, 5], 5, all), later(2)).1, Next::Done, "a later batch of one may fail");
        assert_eq!(play(&mut schedule(&[2, 2, 5], 5, all), later(2)).1, Next::NoSuccess { nodes: 2 });
    }

    #[test]
    fn nodes_that_are_alone_have_a_call_each_after_the_others() {
        let mut schedule = Schedule::new(&[5, 6], &[1, 2, 3, 4, 7], &[4, 3], 50, None);
        let (calls, _) = play(&mut schedule, |_| Success);
        assert_eq!(calls, [vec![5, 6], vec![1], vec![2], vec![3], vec![4], vec![7]]);
    }

    proptest! {
        #![proptest_config(property_config(256))]
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
                    schedule.again(nodes);
                } else {
                    made.extend(nodes);
                }
            }
            made.extend(schedule.left());
            prop_assert_eq!(made, (0..sizes.iter().sum()).collect::<Vec<_>>());
        }
    }
}
