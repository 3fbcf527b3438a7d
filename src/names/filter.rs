//! Which of many nodes are wanted: by group, zone, state, and by what their hostnames look like.

use super::NamedNode;
use crate::text::{Text, safe};
use std::collections::BTreeSet;

/// What a node has to be to be wanted; what is not said is all the same.
#[derive(Debug, Default)]
pub struct NodeFilter {
    /// A node group: its name, its id, or its name or id behind its cluster's id and a `/`.
    pub group: Option<String>,
    pub zone: Option<String>,
    /// An operating state, in any case.
    pub state: Option<String>,
    /// A pattern of hostnames, in which `*` stands for anything and `?` for one character.
    pub pattern: Option<String>,
}

impl NodeFilter {
    /// Whether a node is wanted.
    pub fn admits(&self, node: &NamedNode<'_>) -> bool {
        let is = |wanted: &Option<String>, own: Option<&Text<'_>>| {
            wanted.as_ref().is_none_or(|word| own.is_some_and(|own| own.as_written().eq_ignore_ascii_case(word)))
        };
        let fits = |pattern: &String| node.hostname.as_ref().is_some_and(|host| matches(pattern, host.as_written()));
        self.group.as_ref().is_none_or(|group| is_in_group(node, group))
            && is(&self.zone, node.zone.as_ref())
            && is(&self.state, node.state.as_ref())
            && self.pattern.as_ref().is_none_or(fits)
    }

    /// The clusters that have a group of the wanted name, where it is a mere name.
    pub fn clusters_of_group<'n>(&self, nodes: &[NamedNode<'n>]) -> BTreeSet<Text<'n>> {
        let Some(group) = &self.group else { return BTreeSet::new() };
        let has_name = |node: &&NamedNode<'_>| node.node_group.as_ref().is_some_and(|own| own.as_written() == group);
        nodes.iter().filter(has_name).filter_map(|node| node.cluster_id.clone()).collect()
    }

    /// What to say where none of these nodes is wanted: the first word that fits none, and the words that would. None
    /// where nothing was said.
    pub fn why_none(&self, nodes: &[NamedNode<'_>]) -> Option<String> {
        const MOST: usize = 10;
        let alone = |group: &Option<String>, zone: &Option<String>, state: &Option<String>| NodeFilter {
            group: group.clone(),
            zone: zone.clone(),
            state: state.clone(),
            pattern: None,
        };
        type Own = fn(&NamedNode<'_>) -> Option<String>;
        let fields: [(&str, &Option<String>, Self, Own); 3] = [
            ("node group", &self.group, alone(&self.group, &None, &None), |node| word(&node.node_group)),
            ("zone", &self.zone, alone(&None, &self.zone, &None), |node| word(&node.zone)),
            ("state", &self.state, alone(&None, &None, &self.state), |node| word(&node.state)),
        ];
        for (what, wanted, filter, own) in fields {
            let Some(wanted) = wanted else { continue };
            if nodes.iter().any(|node| filter.admits(node)) {
                continue;
            }
            let there: BTreeSet<String> = nodes.iter().filter_map(own).collect();
            let more = if there.len() > MOST { " and more" } else { "" };
            let there: Vec<String> = there.into_iter().take(MOST).collect();
            let there = if there.is_empty() {
                "none is known".to_owned()
            } else {
                format!("there are {}{more}", there.join(", "))
            };
            return Some(format!("no node has the {what} {}: {there}", safe(wanted)));
        }
        let is_all = [&self.group, &self.zone, &self.state, &self.pattern].iter().all(|word| word.is_none());
        (!is_all).then(|| format!("none of {} nodes is all that was asked for", nodes.len()))
    }
}

fn word(text: &Option<Text<'_>>) -> Option<String> {
    text.as_ref().map(Text::safe_word)
}

fn is_in_group(node: &NamedNode<'_>, wanted: &str) -> bool {
    let is_it =
        |word: &str| [&node.node_group, &node.group_id].into_iter().flatten().any(|own| own.as_written() == word);
    let cluster = node.cluster_id.as_ref().map_or("", Text::as_written);
    let of_cluster = wanted.strip_prefix(cluster).and_then(|rest| rest.strip_prefix('/'));
    is_it(wanted) || of_cluster.is_some_and(is_it)
}

/// Whether a whole name is as the pattern has it.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut of) = (0, 0);
    // The last star, and how much of the name is in front of what it stands for and behind.
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        match pattern.get(of) {
            Some('*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(c) if *c == '?' || *c == name[at] => (at, of) = (at + 1, of + 1),
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                (at, of) = (taken + 1, star_at + 1);
            }
        }
    }
    pattern[of..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn node<'a>(host: &'a str, group: &'a str, cluster: &'a str) -> NamedNode<'a> {
        NamedNode {
            hostname: Some(Text::new(host)),
            node_group: Some(Text::new(group)),
            zone: Some(Text::new("A1")),
            cluster_id: Some(Text::new(cluster)),
            state: Some(Text::new("Using")),
            ..NamedNode::new(Text::new("e01-a"))
        }
    }

    #[test]
    fn a_group_is_named_by_name_by_id_or_behind_its_cluster() {
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
    fn a_node_is_wanted_if_all_of_it_fits_and_not_if_something_is_unknown() {
        let word = |word: &str| Some(word.to_owned());
        let all = || NodeFilter { group: None, zone: word("a1"), state: word("using"), pattern: word("gpu-*") };
        assert!(all().admits(&node("gpu-1", "g", "i")));
        assert!(!all().admits(&node("cpu-1", "g", "i")));
        assert!(!NodeFilter { zone: word("B1"), ..all() }.admits(&node("gpu-1", "g", "i")));
        assert!(!NodeFilter { state: word("Unused"), ..all() }.admits(&node("gpu-1", "g", "i")));
        let unknown = NamedNode::new(Text::new("e01-a"));
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
    fn a_group_of_several_clusters_is_found_out() {
        let nodes = [node("a", "ng", "i1"), node("b", "ng", "i2"), node("c", "other", "i3")];
        let clusters = |group: Option<&str>| {
            let filter = NodeFilter { group: group.map(str::to_owned), ..NodeFilter::default() };
            filter.clusters_of_group(&nodes).len()
        };
        assert_eq!([Some("ng"), Some("other"), Some("i1/ng"), None].map(clusters), [2, 1, 0, 0]);
    }

    #[test]
    fn what_fits_nothing_is_answered_with_what_there_is() {
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
        assert_eq!(why(Some("ng-a"), None, Some("x*")).unwrap(), "none of 2 nodes is all that was asked for");
        assert_eq!(why(None, None, None), None);
    }

    #[test]
    fn a_pattern_fits_whole_names() {
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

    /// The same, plain and slow.
    fn fits(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], name) => name.is_empty(),
            ([b'*', rest @ ..], name) => (0..=name.len()).any(|taken| fits(rest, &name[taken..])),
            ([c, rest @ ..], [first, others @ ..]) => (*c == b'?' || c == first) && fits(rest, others),
            ([_, ..], []) => false,
        }
    }

    proptest! {
        #[test]
        fn a_pattern_fits_what_a_plain_matcher_says(pattern in "[ab?*]{0,8}", name in "[ab]{0,8}") {
            prop_assert_eq!(matches(&pattern, &name), fits(pattern.as_bytes(), name.as_bytes()));
        }
    }
}
