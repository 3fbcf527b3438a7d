//! How a fleet is cut: batches of nodes, each sent to only when the one before it went well enough.

use crate::exit::Budget;
use std::fmt;
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
        let mut sizes = Vec::new();
        let mut left = nodes;
        let mut steps = self.0.iter();
        let mut step = steps.next();
        while let Some(size) = step.filter(|_| left > 0) {
            let size = size.of_rounded_up(nodes).clamp(1, left);
            sizes.push(size);
            left -= size;
            step = steps.next().or(step);
        }
        sizes
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

impl fmt::Display for Batches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            write!(f, "{}{step}", if at > 0 { "," } else { "" })?;
        }
        Ok(())
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
            let word = |(size, is_share): &(u64, bool)| match is_share {
                true => format!("{}%", (*size).min(100)),
                false => size.to_string(),
            };
            let words = steps.iter().map(word).collect::<Vec<_>>().join(",");
            let batches: Batches = words.parse().unwrap();
            prop_assert_eq!(batches.to_string(), words);
            let sizes = batches.cut(nodes);
            prop_assert_eq!(sizes.iter().sum::<usize>(), nodes);
            prop_assert!(sizes.iter().all(|size| *size > 0));
        }
    }
}
