//! Which of many nodes are wanted: by group, zone and state, and by a pattern of their hostnames.

use super::{Column, NamedNode};
use crate::text::{Text, first_of, safe};
use std::collections::BTreeSet;
use wildmatch::WildMatch;

/// Says what a node has to be to be wanted. `None` admits every node.
#[derive(Debug, Default)]
pub struct NodeFilter {
    /// A node group: its name or its id, alone or behind its cluster's id and a `/`.
    pub group: Option<String>,
    pub zone: Option<String>,
    /// An operating state, in any case.
    pub state: Option<String>,
    /// A pattern of hostnames, in which `*` stands for any text and `?` for one character.
    pub pattern: Option<String>,
}

/// Is what may be compared: a column, what a node that does not fit is said to lack, and the wanted word.
type Criterion = (Column, &'static str, fn(&NodeFilter) -> &Option<String>);

const CRITERIA: [Criterion; 4] = [
    (Column::NodeGroup, "node group", |filter| &filter.group),
    (Column::Zone, "zone", |filter| &filter.zone),
    (Column::State, "state", |filter| &filter.state),
    (Column::Hostname, "hostname", |filter| &filter.pattern),
];

impl NodeFilter {
    /// Tells whether a node is wanted.
    pub fn admits(&self, node: &NamedNode<'_>) -> bool {
        CRITERIA.iter().all(|(column, _, wanted)| wanted(self).as_ref().is_none_or(|word| fits(node, *column, word)))
    }

    /// Gives the clusters that have a group of the wanted name, if a name alone is wanted.
    pub fn clusters_of_group<'n>(&self, nodes: &[NamedNode<'n>]) -> BTreeSet<Text<'n>> {
        let Some(group) = &self.group else { return BTreeSet::new() };
        let has_name = |node: &&NamedNode<'_>| node.get(Column::NodeGroup).is_some_and(|own| own.as_written() == group);
        nodes.iter().filter(has_name).filter_map(|node| node.get(Column::ClusterId).cloned()).collect()
    }

    /// Says why it admits none of these nodes: names the first word that fits no node, and the words that would fit.
    /// Gives nothing where a node is admitted, or every node would be.
    pub fn why_none(&self, nodes: &[NamedNode<'_>]) -> Option<String> {
        const MOST: usize = 10;
        for (column, name, wanted) in CRITERIA {
            let Some(wanted) = wanted(self) else { continue };
            if nodes.iter().any(|node| fits(node, column, wanted)) {
                continue;
            }
            let own = nodes.iter().filter_map(|node| node.get(column));
            let known: BTreeSet<String> = own.map(Text::safe_word).collect();
            let known: Vec<String> = known.into_iter().collect();
            let known = match known.as_slice() {
                [] => "none is known".to_owned(),
                known => format!("there are {}", first_of(known, MOST)),
            };
            return Some(format!("no node has the {} {}: {known}", name, safe(wanted)));
        }
        let is_none = !nodes.is_empty() && nodes.iter().all(|node| !self.admits(node));
        is_none.then(|| format!("none of {} nodes is all that was asked for", nodes.len()))
    }
}

/// Tells whether a node's own word of a column is the wanted one.
fn fits(node: &NamedNode<'_>, column: Column, wanted: &str) -> bool {
    let own = node.get(column).map(Text::as_written);
    match column {
        Column::NodeGroup => is_in_group(node, wanted),
        Column::Hostname => own.is_some_and(|own| WildMatch::new(wanted).matches(own)),
        _ => own.is_some_and(|own| own.eq_ignore_ascii_case(wanted)),
    }
}

fn is_in_group(node: &NamedNode<'_>, wanted: &str) -> bool {
    let groups = [node.get(Column::NodeGroup), node.group_id.as_ref()];
    let is_it = |word: &str| groups.into_iter().flatten().any(|own| own.as_written() == word);
    let cluster = node.get(Column::ClusterId).map_or("", Text::as_written);
    let of_cluster = wanted.strip_prefix(cluster).and_then(|rest| rest.strip_prefix('/'));
    is_it(wanted) || of_cluster.is_some_and(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::property_config;
    use proptest::prelude::*;

    fn node<'a>(host: &'a str, group: &'a str, cluster: &'a str) -> NamedNode<'a> {
        NamedNode::of([
            (Column::NodeId, Some(Text::new("e01-a"))),
            (Column::Hostname, Some(Text::new(host))),
            (Column::NodeGroup, Some(Text::new(group))),
            (Column::Zone, Some(Text::new("A1"))),
            (Column::ClusterId, Some(Text::new(cluster))),
            (Column::State, Some(Text::new("Using"))),
        ])
    }

    #[test]
    fn node_filter_takes_a_group_by_name_by_id_or_behind_its_cluster() {
        let node = NamedNode { group_id: Some(Text::new("ng-0815")), ..node("gpu-1", "ng-b", "i11") };
        for (wanted, is_wanted) in [
            ("ng-b", true),
            ("ng-0815", true),
            ("i11/ng-b", true),
            ("i11/ng-0815", true),
            ("i12/ng-b", false),
            ("ng", false),
            ("NG-B", false),
            ("i11", false),
            ("/ng-b", false),
        ] {
            let filter = NodeFilter { group: Some(wanted.to_owned()), ..NodeFilter::default() };
            assert_eq!(filter.admits(&node), is_wanted, "{wanted}");
        }
    }

    #[test]
    fn node_filter_admits_a_node_that_fits_in_all_and_none_of_which_a_wanted_word_is_unknown() {
        let word = |word: &str| Some(word.to_owned());
        let all = || NodeFilter { group: None, zone: word("a1"), state: word("using"), pattern: word("gpu-*") };
        assert!(all().admits(&node("gpu-1", "g", "i")));
        assert!(!all().admits(&node("cpu-1", "g", "i")));
        assert!(!NodeFilter { zone: word("B1"), ..all() }.admits(&node("gpu-1", "g", "i")));
        assert!(!NodeFilter { state: word("Unused"), ..all() }.admits(&node("gpu-1", "g", "i")));
        let unknown = NamedNode::of([(Column::NodeId, Some(Text::new("e01-a")))]);
        for filter in [
            NodeFilter { zone: word("A1"), ..NodeFilter::default() },
            NodeFilter { state: word("Using"), ..NodeFilter::default() },
            NodeFilter { pattern: word("*"), ..NodeFilter::default() },
            NodeFilter { group: word("g"), ..NodeFilter::default() },
        ] {
            assert!(!filter.admits(&unknown), "{filter:?}");
        }
        assert!(NodeFilter::default().admits(&unknown));
    }

    #[test]
    fn node_filter_finds_the_clusters_that_share_a_group_name() {
        let nodes = [node("a", "ng", "i1"), node("b", "ng", "i2"), node("c", "other", "i3")];
        let clusters = |group: Option<&str>| {
            let filter = NodeFilter { group: group.map(str::to_owned), ..NodeFilter::default() };
            filter.clusters_of_group(&nodes).len()
        };
        assert_eq!([Some("ng"), Some("other"), Some("i1/ng"), None].map(clusters), [2, 1, 0, 0]);
    }

    #[test]
    fn node_filter_that_admits_no_node_says_which_words_there_are() {
        let nodes = [node("a", "ng-b", "i1"), node("b", "ng-a", "i2")];
        let why = |group: Option<&str>, zone: Option<&str>, pattern: Option<&str>| {
            let word = |word: Option<&str>| word.map(str::to_owned);
            NodeFilter { group: word(group), zone: word(zone), state: None, pattern: word(pattern) }.why_none(&nodes)
        };
        assert_eq!(
            why(Some("ng-c"), Some("A1"), None).unwrap(),
            "no node has the node group ng-c: there are ng-a, ng-b"
        );
        assert_eq!(
            why(Some("ng-a"), Some("B\u{202e}1"), None).unwrap(),
            "no node has the zone B\\u{202e}1: there are A1"
        );
        assert_eq!(why(Some("ng-a"), None, Some("x*")).unwrap(), "no node has the hostname x*: there are a, b");
        assert_eq!(why(Some("ng-a"), None, Some("a")).unwrap(), "none of 2 nodes is all that was asked for");
        assert_eq!(why(Some("ng-a"), None, Some("b")), None);
        assert_eq!(why(None, None, None), None);
    }

    fn matches(pattern: &str, name: &str) -> bool {
        let filter = NodeFilter { pattern: Some(pattern.to_owned()), ..NodeFilter::default() };
        filter.admits(&node(name, "g", "i"))
    }

    #[test]
    fn hostname_pattern_fits_whole_names() {
        for (pattern, name, fits) in [
            ("gpu-*", "gpu-012", true),
            ("gpu-*", "my-gpu-012", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("gpu-?1?", "gpu-012", true),
            ("*-0*2", "gpu-0112", true),
            ("*a*b*", "xxaxxb", true),
            ("*a*b", "xxaxxbx", false),
            ("?", "灵", true),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    /// Matches a pattern as the program does, plainly and slowly.
    fn fits(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], name) => name.is_empty(),
            ([b'*', rest @ ..], name) => (0..=name.len()).any(|taken| fits(rest, &name[taken..])),
            ([c, rest @ ..], [first, others @ ..]) => (*c == b'?' || c == first) && fits(rest, others),
            ([_, ..], []) => false,
        }
    }

    proptest! {
        #![proptest_config(property_config(256))]
        #[test]
        fn hostname_pattern_fits_what_a_plain_matcher_says(pattern in "[ab?*]{0,8}", name in "[ab]{0,8}") {
            prop_assert_eq!(matches(&pattern, &name), fits(pattern.as_bytes(), name.as_bytes()));
        }
    }
}
