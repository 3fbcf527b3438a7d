//! How a fleet is cut: batches of nodes, each sent to only when the one before it went well enough.

use crate::exit::Budget;
use std::str::FromStr;

/// Holds the sizes of batches as they were typed: `1,10%,100%`. The last repeats until no node is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batches(Vec<Budget>);

impl Batches {
    /// Makes batches of these sizes.
    #[cfg(test)]
    pub(crate) fn of(sizes: Vec<Budget>) -> Self {
        Batches(sizes)
    }

    /// Gives the number of nodes of each batch, where `nodes` are sent to in all. Shares are rounded up.
    pub fn cut(&self, nodes: usize) -> Vec<usize> {
        let mut left = nodes;
        let size = |size: &Budget| {
            let size = size.of_rounded_up(nodes).max(1).min(left);
            left -= size;
            (size > 0).then_some(size)
        };
        self.0.iter().chain(self.0.last().into_iter().cycle()).map_while(size).collect()
    }
}

impl Default for Batches {
    /// Puts all nodes in one batch.
    fn default() -> Self {
        Batches(vec![Budget::percent(100)])
    }
}

impl FromStr for Batches {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let step = |word: &str| {
            let step: Budget = word.trim().parse().map_err(|why| format!("in \"{word}\" {why}"))?;
            match step {
                Budget::Nodes(0) | Budget::Share(0) => Err(format!("\"{word}\" is a batch without a node")),
                step => Ok(step),
            }
        };
        word.split(',').map(step).collect::<Result<_, _>>().map(Batches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::property_config;
    use proptest::prelude::*;

    fn cut(word: &str, nodes: usize) -> Vec<usize> {
        word.parse::<Batches>().unwrap().cut(nodes)
    }

    #[test]
    fn batches_are_numbers_or_shares_of_all_nodes_and_the_last_repeats() {
        assert_eq!(cut("1,10%,100%", 312), [1, 32, 279]);
        assert_eq!(cut("1,10%", 25), [1, 3, 3, 3, 3, 3, 3, 3, 3]);
        assert_eq!(cut("50", 120), [50, 50, 20]);
        assert_eq!(cut("500", 3), [3]);
        assert_eq!(cut("0.1%,100%", 10), [1, 9], "rounded up");
        assert_eq!(cut("33.4%", 3), [2, 1]);
        assert_eq!(Batches::default().cut(7), [7]);
        assert_eq!(Batches::default().cut(0), [0; 0]);
    }

    #[test]
    fn batches_that_cannot_be_are_refused_with_the_word() {
        for (word, why) in [
            ("1,0", "\"0\" is a batch without a node"),
            ("0%", "\"0%\" is a batch without a node"),
            ("0.00%", "\"0.00%\" is a batch without a node"),
            ("1,,2", "in \"\" it is neither"),
            ("", "in \"\" it is neither"),
            ("101%", "in \"101%\" it is more than all nodes"),
            ("-1", "in \"-1\" it is neither"),
            ("1;2", "in \"1;2\" it is neither"),
        ] {
            let said = word.parse::<Batches>().unwrap_err();
            assert!(said.starts_with(why), "{word}: {said}");
        }
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
            let batches = Batches::of(steps.iter().map(size).collect());
            let words = batches.0.iter().map(Budget::to_string).collect::<Vec<_>>().join(",");
            prop_assert_eq!(&words.parse::<Batches>().unwrap(), &batches);
            let sizes = batches.cut(nodes);
            prop_assert_eq!(sizes.iter().sum::<usize>(), nodes);
            prop_assert!(sizes.iter().all(|size| *size > 0));
        }
    }
}
