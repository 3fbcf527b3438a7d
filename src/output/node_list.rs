//! The nodes of an account: for people, for programs, and for `xargs`.

use super::page::Page;
use crate::names::NamedNode;
use crate::terminal::Surface;
use crate::text::{Text, count_of};
use std::collections::HashSet;
use std::io::{self, Write};

/// Writes a row for each node, without columns that have no value, and how many nodes there are. The region is the same
/// for all.
pub fn node_table(nodes: &[NamedNode<'_>], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let heads = ["NODE", "HOST", "GROUP", "ZONE", "HYPERNODE", "CLUSTER", "TYPE", "STATE", "ADDRESS"];
    let row = |at: usize| {
        let NamedNode { node_id, hostname, node_group, zone, hyper_node, cluster_id, .. } = &nodes[at];
        let NamedNode { machine_type, state, address, .. } = &nodes[at];
        let known = [hostname, node_group, zone, hyper_node, cluster_id, machine_type, state, address];
        let mut cells = known.into_iter().map(|text| text.as_ref().map_or_else(String::new, Text::safe_word));
        std::array::from_fn(|at| if at == 0 { node_id.safe_word() } else { cells.next().unwrap_or_default() })
    };
    let mut page = Page::new(surface, out);
    page.grid(heads, nodes.len(), row)?;
    page.gap()?;
    let clusters: HashSet<_> = nodes.iter().filter_map(|node| node.cluster_id.as_ref()).collect();
    let of =
        if clusters.is_empty() { String::new() } else { format!(" of {}", count_of(clusters.len() as u64, "cluster")) };
    page.note(&(count_of(nodes.len() as u64, "node") + &of))
}

/// Writes a line for each node: all that is known of it, in the columns of the file of names; `-` for what is not known.
pub fn node_tsv(nodes: &[NamedNode<'_>], out: &mut dyn Write) -> io::Result<()> {
    for node in nodes {
        let columns = node.columns().map(|column| column.map_or("-".into(), Text::safe));
        writeln!(out, "{}", columns.join("\t"))?;
    }
    Ok(())
}

/// Writes the ids, one on each line.
pub fn node_ids(nodes: &[NamedNode<'_>], out: &mut dyn Write) -> io::Result<()> {
    nodes.iter().try_for_each(|node| writeln!(out, "{}", node.node_id.safe()))
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
        NamedNode {
            hostname: Some(Text::new(host)),
            zone: Some(Text::new("A1")),
            cluster_id: Some(Text::new("i1")),
            region: Some(Text::new("cn-wulanchabu")),
            ..NamedNode::new(Text::new(id))
        }
    }

    #[test]
    fn node_table_leaves_out_the_region_and_empty_columns() {
        let nodes = [node("e01-a", "gpu-1"), NamedNode { zone: None, ..node("e01-bcd", "灵骏") }];
        let table = "NODE     HOST   ZONE  CLUSTER\ne01-a    gpu-1  A1    i1\ne01-bcd  灵骏         i1\n";
        assert_eq!(shown(&nodes, None), format!("{table}\n2 nodes of 1 cluster\n"));
        assert_eq!(shown(&[], None), "0 nodes\n");
        let stacked = "e01-a\n  gpu-1  A1  i1\ne01-bcd\n  灵骏  i1\n";
        assert_eq!(shown(&nodes, Some(20)), format!("{stacked}\n2 nodes of 1 cluster\n"));
    }

    #[test]
    fn node_tsv_is_what_a_file_of_names_holds() {
        let mut out = Vec::new();
        node_tsv(&[node("e01-a", "gpu\t\u{202e}1")], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "e01-a\tgpu \\u{202e}1\t-\tA1\t-\ti1\tcn-wulanchabu\t-\t-\t-\t-\n");
    }
}
