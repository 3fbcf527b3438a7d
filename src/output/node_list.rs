//! The nodes of an account: for people, for programs, and for `xargs`.

use super::page::Page;
use crate::names::{Column, NamedNode};
use crate::terminal::Surface;
use crate::text::{Text, count_of, safe};
use std::collections::HashSet;
use std::io::{self, Write};

/// Lists the columns of the table with their heads. The region is the same for all.
const COLUMNS: [(Column, &str); 9] = [
    (Column::NodeId, "NODE"),
    (Column::Hostname, "HOST"),
    (Column::NodeGroup, "GROUP"),
    (Column::Zone, "ZONE"),
    (Column::HyperNode, "HYPERNODE"),
    (Column::ClusterId, "CLUSTER"),
    (Column::MachineType, "TYPE"),
    (Column::State, "STATE"),
    (Column::Address, "ADDRESS"),
];

/// Writes a row for each node, and below them how many there are. What all nodes have in common is told there too, and
/// takes no column: the rows of a fleet should fit a screen.
pub fn node_table(nodes: &[NamedNode<'_>], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let word = |node: &NamedNode<'_>, column: Column| node.get(column).map_or_else(String::new, Text::safe_word);
    let is_common = COLUMNS
        .map(|(column, _)| nodes.len() > 1 && nodes.windows(2).all(|pair| pair[0].get(column) == pair[1].get(column)));
    let row = |at: usize| {
        std::array::from_fn(|column| match is_common[column] {
            true => String::new(),
            false => word(&nodes[at], COLUMNS[column].0),
        })
    };
    let mut page = Page::new(surface, out);
    page.grid(COLUMNS.map(|(_, head)| head), nodes.len(), row)?;
    page.gap()?;
    let clusters: HashSet<_> = nodes.iter().filter_map(|node| node.get(Column::ClusterId)).collect();
    let mut note = count_of(nodes.len() as u64, "node");
    if !clusters.is_empty() {
        note.push_str(&format!(" of {}", count_of(clusters.len() as u64, "cluster")));
    }
    let common = COLUMNS.iter().zip(is_common).filter(|(_, is_common)| *is_common);
    let common = common.map(|((column, head), _)| (head.to_ascii_lowercase(), word(&nodes[0], *column)));
    let common: Vec<String> =
        common.filter(|(_, word)| !word.is_empty()).map(|(head, word)| format!("{head} {word}")).collect();
    if !common.is_empty() {
        note.push_str(&format!(", all with {}", common.join(", ")));
    }
    page.note(&note)
}

/// Writes a line for each node: all that is known of it, in the columns of the file of names; `-` for what is not
/// known.
pub fn node_tsv(nodes: &[NamedNode<'_>], out: &mut dyn Write) -> io::Result<()> {
    for node in nodes {
        let columns = Column::ALL.map(|column| node.get(column).map_or("-".into(), Text::safe));
        writeln!(out, "{}", columns.join("\t"))?;
    }
    Ok(())
}

/// Writes the ids, one on each line.
pub fn node_ids(nodes: &[NamedNode<'_>], out: &mut dyn Write) -> io::Result<()> {
    nodes.iter().try_for_each(|node| writeln!(out, "{}", safe(node.node_id())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(nodes: &[NamedNode<'_>], width: Option<usize>) -> String {
        let mut out = Vec::new();
        node_table(nodes, Surface { width, colour: false }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn node<'a>(id: &'a str, host: &'a str) -> NamedNode<'a> {
        NamedNode::of([
            (Column::NodeId, Some(Text::new(id))),
            (Column::Hostname, Some(Text::new(host))),
            (Column::Zone, Some(Text::new("A1"))),
            (Column::ClusterId, Some(Text::new("i1"))),
            (Column::Region, Some(Text::new("cn-wulanchabu"))),
        ])
    }

    #[test]
    fn node_table_leaves_out_the_region_empty_columns_and_what_all_nodes_have_in_common() {
        let mut nodes = [node("e01-a", "gpu-1"), node("e01-bcd", "灵骏")];
        nodes[1].set(Column::Zone, None);
        let table = "NODE     HOST   ZONE\ne01-a    gpu-1  A1\ne01-bcd  灵骏\n";
        assert_eq!(shown(&nodes, None), format!("{table}\n2 nodes of 1 cluster, all with cluster i1\n"));
        assert_eq!(shown(&[], None), "0 nodes\n");
        let one = "NODE   HOST   ZONE  CLUSTER\ne01-a  gpu-1  A1    i1\n";
        assert_eq!(shown(&nodes[..1], None), format!("{one}\n1 node of 1 cluster\n"));
        let stacked = "e01-a\n  gpu-1  A1\ne01-bcd\n  灵骏\n";
        assert_eq!(shown(&nodes, Some(12)), format!("{stacked}\n2 nodes of 1\ncluster, all\nwith cluster\ni1\n"));
    }

    #[test]
    fn node_tsv_is_what_a_file_of_names_holds() {
        let mut out = Vec::new();
        node_tsv(&[node("e01-a", "gpu\t\u{202e}1")], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "e01-a\tgpu \\u{202e}1\t-\tA1\t-\ti1\tcn-wulanchabu\t-\t-\t-\t-\n");
    }
}
