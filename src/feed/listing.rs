//! Lists the nodes of clusters: pages one after the other, for each token leads to the next, and clusters side by side.

use super::{Backoff, FIRST_DELAY, IN_FLIGHT, LONGEST_DELAY};
use crate::eflo::ListPage;
use crate::fault::{Again, Fault};
use crate::names::NamedNode;
use futures_util::StreamExt;
use futures_util::stream;
use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

/// Holds the nodes of a cluster that were listed.
#[derive(Debug, Default)]
pub struct ListedCluster {
    pub id: String,
    /// Each node once, in the API's order.
    pub nodes: Vec<NamedNode<'static>>,
    /// Whether its last page has come.
    pub is_whole: bool,
    /// What kept the next page from coming.
    pub fault: Option<Fault>,
}

/// Holds the nodes of several clusters that were listed.
#[derive(Debug, Default)]
pub struct Listing {
    pub clusters: Vec<ListedCluster>,
    /// What kept the list of clusters from coming whole.
    pub fault: Option<Fault>,
    /// Whether it ended by itself, and was not interrupted.
    pub is_done: bool,
}

impl Listing {
    /// Tells whether every node of every cluster that was asked about is listed.
    pub fn is_whole(&self) -> bool {
        self.is_done && self.fault.is_none() && self.clusters.iter().all(|cluster| cluster.is_whole)
    }

    /// Gives all nodes, cluster by cluster.
    pub fn into_nodes(self) -> Vec<NamedNode<'static>> {
        self.clusters.into_iter().flat_map(|cluster| cluster.nodes).collect()
    }
}

/// Tells what happens while clusters are listed.
#[derive(Debug)]
pub enum ListEvent<'a> {
    /// A page came.
    Page(&'a Listing),
    /// A page did not come, and is asked for again after `delay`.
    Retry { fault: &'a Fault, delay: Duration },
}

/// Lists clusters. What has come is kept when the listing is interrupted.
pub struct Lister<'a, C, N> {
    /// Asks for a page of the ids of all clusters, by its token.
    pub clusters: C,
    /// Asks for a page of a cluster's nodes, by the cluster's id and the page's token.
    pub nodes: N,
    /// How many further attempts a page is worth.
    pub retries: u32,
    pub tell: &'a dyn Fn(ListEvent<'_>),
    /// What was listed so far.
    pub listing: RefCell<Listing>,
}

impl<C, N> Lister<'_, C, N>
where
    C: AsyncFn(Option<&str>) -> Result<ListPage<String>, Fault>,
    N: AsyncFn(&str, Option<&str>) -> Result<ListPage<NamedNode<'static>>, Fault>,
{
    /// Lists these clusters, or all that there are if none is named.
    pub async fn list(&self, cluster_ids: &[String]) {
        let mut ids = cluster_ids.to_vec();
        if ids.is_empty() {
            let listed = self.pages(&self.clusters, |page| ids.extend(page)).await;
            self.listing.borrow_mut().fault = listed.err();
        }
        let mut known = HashSet::new();
        ids.retain(|id| known.insert(id.clone()));
        let cluster = |id: &String| ListedCluster { id: id.clone(), ..ListedCluster::default() };
        self.listing.borrow_mut().clusters = ids.iter().map(cluster).collect();
        let known = RefCell::new(HashSet::new());
        let clusters = ids.iter().enumerate().map(|(at, id)| self.cluster(at, id, &known));
        stream::iter(clusters).buffer_unordered(IN_FLIGHT).collect::<()>().await;
        self.listing.borrow_mut().is_done = true;
    }

    async fn cluster(&self, at: usize, id: &str, known: &RefCell<HashSet<String>>) {
        let take = |page: Vec<NamedNode<'static>>| {
            let is_new = |node: &NamedNode<'_>| known.borrow_mut().insert(node.node_id().to_owned());
            self.listing.borrow_mut().clusters[at].nodes.extend(page.into_iter().filter(is_new));
            (self.tell)(ListEvent::Page(&self.listing.borrow()));
        };
        let listed = self.pages(async |token| (self.nodes)(id, token).await, take).await;
        let cluster = &mut self.listing.borrow_mut().clusters[at];
        cluster.is_whole = listed.is_ok();
        cluster.fault = listed.err();
    }

    /// Asks for page after page. A token that came before would lead in a circle: it ends the list.
    async fn pages<T>(
        &self,
        ask: impl AsyncFn(Option<&str>) -> Result<ListPage<T>, Fault>,
        mut take: impl FnMut(Vec<T>),
    ) -> Result<(), Fault> {
        let mut tokens = HashSet::new();
        let mut token: Option<String> = None;
        loop {
            let page = self.patiently(async || ask(token.as_deref()).await).await?;
            take(page.items);
            match page.next_token {
                Some(next) if tokens.insert(next.clone()) => token = Some(next),
                _ => return Ok(()),
            }
        }
    }

    /// Makes a call, again and again while that may help and there are retries left.
    async fn patiently<T>(&self, call: impl AsyncFn() -> Result<T, Fault>) -> Result<T, Fault> {
        let mut backoff = Backoff::new(FIRST_DELAY, LONGEST_DELAY, None);
        let mut retries = 0..self.retries;
        loop {
            let fault = match call().await {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            let delay = match fault.again {
                Again::AtOnce => Duration::ZERO,
                Again::Later(_) | Again::Throttled(_) if retries.next().is_some() => backoff.delay(&fault),
                _ => return Err(fault),
            };
            (self.tell)(ListEvent::Retry { fault: &fault, delay });
            tokio::time::sleep(delay).await;
        }
    }
}

#[cfg(test)]
mod tests;
