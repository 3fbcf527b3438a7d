//! Listing of clusters side by side, over a service of the test's own.

use super::*;
use crate::fault::Kind;
use crate::names::Column;
use crate::text::Text;
use std::collections::HashMap;
use tokio::time::Instant;

/// The items of a page, and the token of the next.
type Items = (Vec<&'static str>, Option<&'static str>);

/// A service that answers by cluster (none is the list of clusters) and token, and keeps what it was asked.
#[derive(Default)]
struct Fake {
    pages: HashMap<(Option<&'static str>, &'static str), Items>,
    /// What it answers first, before the page.
    faults: RefCell<Vec<Fault>>,
    asked: RefCell<Vec<String>>,
    in_flight: RefCell<(usize, usize)>,
}

impl Fake {
    fn with(mut self, cluster: Option<&'static str>, token: &'static str, items: &[&'static str]) -> Self {
        self.pages.insert((cluster, token), (items.to_vec(), None));
        self
    }

    fn then(mut self, cluster: Option<&'static str>, token: &'static str, next: &'static str) -> Self {
        self.pages.get_mut(&(cluster, token)).unwrap().1 = Some(next);
        self
    }

    async fn page<T>(
        &self,
        cluster: Option<&str>,
        token: Option<&str>,
        item: impl Fn(&&str) -> T,
    ) -> Result<ListPage<T>, Fault> {
        let token = token.unwrap_or_default();
        self.asked.borrow_mut().push(format!(
            "{}{}{token}",
            cluster.unwrap_or_default(),
            if token.is_empty() { "" } else { "/" }
        ));
        let in_flight = self.in_flight.borrow().0 + 1;
        let most = self.in_flight.borrow().1.max(in_flight);
        self.in_flight.replace((in_flight, most));
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.in_flight.borrow_mut().0 -= 1;
        if let Some(fault) = self.faults.borrow_mut().pop() {
            return Err(fault);
        }
        let page = self.pages.iter().find(|((of, at), _)| *of == cluster && *at == token);
        let (_, (items, next)) = page.ok_or_else(|| Fault::new(Kind::Service, "no such cluster"))?;
        Ok(ListPage { items: items.iter().map(item).collect(), next_token: next.map(str::to_owned) })
    }
}

async fn list(fake: &Fake, clusters: &[&str]) -> Listing {
    list_for(fake, clusters, Duration::from_secs(3600)).await
}

/// What is listed before the time is over.
async fn list_for(fake: &Fake, clusters: &[&str], time: Duration) -> Listing {
    let clusters: Vec<String> = clusters.iter().map(|&id| id.to_owned()).collect();
    let node = |id: &&str| NamedNode::of([(Column::NodeId, Some(Text::new((*id).to_owned())))]);
    let lister = Lister {
        clusters: async |token: Option<&str>| fake.page(None, token, |id| (*id).to_owned()).await,
        nodes: async |id: &str, token: Option<&str>| fake.page(Some(id), token, node).await,
        retries: 2,
        tell: &|_| {},
        listing: RefCell::default(),
    };
    let _ = tokio::time::timeout(time, lister.list(&clusters)).await;
    lister.listing.into_inner()
}

fn told(listing: &Listing) -> Vec<String> {
    let ids = |cluster: &ListedCluster| {
        cluster.nodes.iter().map(|node| node.node_id().to_owned()).collect::<Vec<_>>().join(" ")
    };
    listing.clusters.iter().map(|cluster| format!("{}: {}", cluster.id, ids(cluster))).collect()
}

#[tokio::test(start_paused = true)]
async fn listing_follows_pages_to_the_end_and_asks_clusters_side_by_side() {
    let fake = Fake::default()
        .with(None, "", &["i1"])
        .then(None, "", "t")
        .with(None, "t", &["i2", "i1"])
        .with(Some("i1"), "", &["a", "b"])
        .then(Some("i1"), "", "x")
        .with(Some("i1"), "x", &["b", "c"])
        .with(Some("i2"), "", &[]);
    let listing = list(&fake, &[]).await;
    assert!(listing.is_whole());
    assert_eq!(told(&listing), ["i1: a b c", "i2: "]);
    assert_eq!(*fake.asked.borrow(), ["", "/t", "i1", "i2", "i1/x"]);
}

#[tokio::test(start_paused = true)]
async fn listing_of_named_clusters_needs_no_list_of_clusters() {
    let fake = Fake::default().with(Some("i1"), "", &["a"]);
    assert_eq!(told(&list(&fake, &["i1", "i1"]).await), ["i1: a"]);
    assert_eq!(*fake.asked.borrow(), ["i1"]);
}

#[tokio::test(start_paused = true)]
async fn listing_ends_at_a_page_token_that_repeats() {
    let fake = Fake::default()
        .with(Some("i1"), "", &["a"])
        .then(Some("i1"), "", "x")
        .with(Some("i1"), "x", &["b"])
        .then(Some("i1"), "x", "y")
        .with(Some("i1"), "y", &["c"])
        .then(Some("i1"), "y", "x");
    let listing = list(&fake, &["i1"]).await;
    assert!(listing.is_whole());
    assert_eq!(told(&listing), ["i1: a b c"]);
    assert_eq!(fake.asked.borrow().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn listing_keeps_at_most_eight_requests_in_flight() {
    let ids: Vec<&'static str> =
        ["i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "i9", "ia", "ib", "ic", "id"].into();
    let fake = ids.iter().fold(Fake::default(), |fake, id| fake.with(Some(id), "", &[]));
    assert!(list(&fake, &ids).await.is_whole());
    assert_eq!(fake.in_flight.borrow().1, IN_FLIGHT);
}

#[tokio::test(start_paused = true)]
async fn listing_retries_a_transient_fault_and_another_ends_its_cluster_alone() {
    let fake = Fake::default().with(Some("i1"), "", &["a"]);
    let wait = Duration::from_secs(7);
    let passing = |again| Fault { again, ..Fault::new(Kind::Network, "gone") };
    fake.faults.replace(vec![passing(Again::Throttled(wait)), passing(Again::Later(Duration::ZERO))]);
    let started = Instant::now();
    let listing = list(&fake, &["i1"]).await;
    assert!(listing.is_whole());
    assert!(started.elapsed() >= wait, "the server's wait is kept");
    fake.faults.replace(vec![passing(Again::Later(Duration::ZERO)); 3]);
    assert_eq!(list(&fake, &["i1"]).await.clusters[0].fault.iter().count(), 1, "two retries are not three");
    fake.faults.replace(vec![passing(Again::AtOnce); 3]);
    assert!(list(&fake, &["i1"]).await.is_whole(), "what is mended is no retry");

    let listing = list(&fake, &["gone", "i1"]).await;
    assert!(!listing.is_whole());
    assert_eq!(told(&listing), ["gone: ", "i1: a"]);
    assert_eq!(listing.clusters.iter().map(|cluster| cluster.is_whole).collect::<Vec<_>>(), [false, true]);
}

#[tokio::test(start_paused = true)]
async fn listing_keeps_pages_before_a_fault_and_is_not_whole() {
    let fake = Fake::default().with(None, "", &["i1"]).then(None, "", "lost").with(Some("i1"), "", &["a"]).then(
        Some("i1"),
        "",
        "lost",
    );
    let listing = list(&fake, &[]).await;
    assert!(listing.fault.is_some() && !listing.is_whole());
    assert_eq!(told(&listing), ["i1: a"]);
    assert!(!listing.clusters[0].is_whole);

    let listing = list_for(&fake, &[], Duration::from_millis(35)).await;
    assert!(!listing.is_done);
    assert_eq!(told(&listing), ["i1: a"]);
    assert!(!listing.is_whole());
}
