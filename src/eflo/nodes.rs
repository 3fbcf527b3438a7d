//! ListClusters and ListClusterNodes, a page at a time: which nodes an account has, and what they are called.

use super::service::{Request, Service, unreadable};
use crate::fault::Fault;
use crate::names::{Column, NamedNode};
use crate::rpc::api_error;
use crate::text::{Lenient, Text};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// Says how many items a page is asked to have. The service may give fewer.
const PAGE: &str = "100";

/// Holds one page of a list.
#[derive(Debug)]
pub struct ListPage<T> {
    pub items: Vec<T>,
    /// Leads to the next page, as it has to be sent. The last page has no token.
    pub next_token: Option<String>,
}

impl Service {
    /// Asks for a page of ListClusters and gives the ids of the clusters.
    pub async fn list_clusters(&self, token: Option<&str>) -> Result<ListPage<String>, Fault> {
        let request = Request { action: "ListClusters", form: &form(None, token), is_idempotent: true };
        let id = |cluster: Cluster| cluster.cluster_id.0.map(|id| id.as_written().to_owned());
        self.ask(&request, |text| page(request.action, text, id)).await
    }

    /// Asks for a page of ListClusterNodes. A node without an id is passed over, for nothing can be sent to it.
    pub async fn list_cluster_nodes(
        &self,
        cluster_id: &str,
        token: Option<&str>,
    ) -> Result<ListPage<NamedNode<'static>>, Fault> {
        let form = form(Some(cluster_id), token);
        let request = Request { action: "ListClusterNodes", form: &form, is_idempotent: true };
        self.ask(&request, |text| page(request.action, text, |node: Node| node.of_cluster(cluster_id))).await
    }
}

/// Gives the form of a call that asks for a page.
fn form<'a>(cluster_id: Option<&'a str>, token: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let cluster_id = cluster_id.map(|id| ("ClusterId", id));
    let token = token.map(|token| ("NextToken", token));
    cluster_id.into_iter().chain([("MaxResults", PAGE)]).chain(token).collect()
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Cluster {
    cluster_id: Lenient,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Node {
    node_id: Lenient,
    hostname: Lenient,
    node_group_id: Lenient,
    node_group_name: Lenient,
    hpn_zone: Lenient,
    hyper_node_id: Lenient,
    machine_type: Lenient,
    operating_state: Lenient,
    networks: Option<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct NodeNetwork {
    ip: Lenient,
}

impl Node {
    fn of_cluster(self, cluster_id: &str) -> Option<NamedNode<'static>> {
        // Networks of an unknown shape cost no more than the address.
        let networks = self.networks.and_then(|list| serde_json::from_str::<Vec<NodeNetwork>>(list.get()).ok());
        let mut node = NamedNode::of([
            (Column::NodeId, Some(self.node_id.0?)),
            (Column::Hostname, self.hostname.0),
            (Column::NodeGroup, self.node_group_name.0.or_else(|| self.node_group_id.0.clone())),
            (Column::Zone, self.hpn_zone.0),
            (Column::HyperNode, self.hyper_node_id.0),
            (Column::ClusterId, Some(Text::new(cluster_id.to_owned()))),
            (Column::MachineType, self.machine_type.0),
            (Column::State, self.operating_state.0),
            (Column::Address, networks.into_iter().flatten().find_map(|network| network.ip.0)),
        ]);
        node.group_id = self.node_group_id.0;
        Some(node)
    }
}

/// Reads a page. What is no list of these must not pass for an empty one, which may be left out, or be null.
fn page<T: DeserializeOwned, I>(
    action: &'static str,
    text: &str,
    item: impl Fn(T) -> Option<I>,
) -> Result<ListPage<I>, Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer<T> {
        #[serde(alias = "Clusters", alias = "Nodes")]
        items: Option<Vec<T>>,
        next_token: Option<Box<RawValue>>,
        #[serde(default)]
        request_id: Lenient,
    }
    if let Some(fault) = api_error(text).fault() {
        return Err(fault);
    }
    let answer: Answer<T> = serde_json::from_str(text).map_err(|e| unreadable(action, &e.to_string()))?;
    if answer.items.is_none() && answer.request_id.0.is_none() {
        return Err(unreadable(action, "it has neither a list nor a RequestId"));
    }
    let next_token = answer.next_token.and_then(|token| as_sent(&token));
    Ok(ListPage { items: answer.items.into_iter().flatten().filter_map(item).collect(), next_token })
}

/// Gives a token as it has to be sent: text without its quotes, any other type as it was written. Null and blank text
/// are no token.
fn as_sent(token: &RawValue) -> Option<String> {
    let text = serde_json::from_str(token.get()).unwrap_or_else(|_| token.get().to_owned());
    (!text.trim().is_empty() && token.get() != "null").then_some(text)
}

#[cfg(test)]
mod tests;
