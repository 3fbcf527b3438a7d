//! `nodes`: lists the nodes of the account's clusters, and remembers what they are called.

use super::Context;
use super::connect;
use super::finish::{Finish, UNWRITTEN};
use super::node_names::remembered_path;
use crate::cli::NodesArgs;
use crate::clock::stamp_to_second;
use crate::exit::{self, Signal};
use crate::fault::{Fault, Hint, Kind};
use crate::feed::{ListEvent, Lister, Listing};
use crate::names::{Column, NameFile, NamedNode, NodeFilter, NodeRow};
use crate::output::{grouped, named_json, node_ids, node_table, node_tsv};
use crate::rpc::is_refused_permission;
use crate::settings::{self, OutputFormat, Settings};
use crate::signals;
use crate::terminal::Terminal;
use crate::text::{Text, count_of, cut, first_of, safe};
use std::cell::{Cell, RefCell};

/// Says of how many nodes the listing tells in a line, where no live line can be shown.
const LINE_EVERY: usize = 1000;

/// Runs `nodes`.
pub(super) fn nodes(args: &NodesArgs, context: &Context) -> anyhow::Result<u8> {
    let settings = connect::settings(args.connection.flags(), context)?;
    let format = context.format(&settings)?;
    let mut finish = Finish { code: exit::SUCCESS, faults: Vec::new() };
    if args.cached {
        let path = remembered_path(context).filter(|path| path.exists());
        let (names, problem) = path.map(|path| NameFile::read(&path)).unwrap_or_default();
        problem.iter().for_each(|problem| context.terminal.warn(problem));
        show(kept(&names, &settings, args)?, format, &args.filter(), context);
    } else {
        let (listing, signal) = list(args, &settings, context)?;
        problems(&listing).into_iter().for_each(|fault| finish.add(fault));
        let (is_whole, nodes) = (listing.is_whole(), listing.into_nodes());
        // A part of a fleet must not pass for all of it, nor a service that is gone for a fleet without nodes.
        let is_shown = match format {
            OutputFormat::Ids | OutputFormat::Tsv => is_whole,
            OutputFormat::Json => true,
            _ => is_whole || !nodes.is_empty(),
        };
        if is_shown {
            show(nodes, format, &args.filter(), context);
        }
        if let Some(signal) = signal {
            context.terminal.warn(&format!("{}: not all nodes were listed", signal.name()));
            finish.code = signal.code();
        }
    }
    finish.unwritten(UNWRITTEN, context.terminal.take_failure());
    finish.tell(context);
    Ok(finish.code)
}

/// Gives the nodes that are remembered of the region in use, of these clusters alone if some are named.
///
/// # Errors
/// Nothing is remembered of them, or no node of the group that is asked for: the id of a group is not kept.
fn kept<'n>(names: &'n NameFile, settings: &Settings, args: &NodesArgs) -> Result<Vec<NamedNode<'n>>, Fault> {
    let clusters = &args.clusters;
    let region = settings.location()?.region;
    let is_wanted = |node: &NamedNode<'_>| {
        let word = |column| node.get(column).map(|text| text.as_written().to_owned());
        word(Column::Region) == region
            && (clusters.is_empty() || word(Column::ClusterId).is_some_and(|id| clusters.contains(&id)))
    };
    let kept: Vec<NamedNode<'n>> = names.nodes().map(NodeRow::whole).filter(is_wanted).collect();
    if kept.is_empty() {
        let of = region.map_or_else(String::new, |region| format!(" of {}", safe(&region)));
        return Err(Fault::new(Kind::NotFound, format!("no nodes{of} are remembered")).hint(Hint::NoNodesRemembered));
    }
    let group = NodeFilter { group: args.group.clone(), ..NodeFilter::default() };
    if let Some(why) = group.why_none(&kept) {
        return Err(Fault::new(Kind::NotFound, why).hint(Hint::GroupIdsNotRemembered));
    }
    Ok(kept)
}

/// Lists the nodes until a signal ends it, and remembers the clusters that were listed whole.
fn list(args: &NodesArgs, settings: &Settings, context: &Context) -> Result<(Listing, Option<Signal>), Fault> {
    let operations =
        if args.clusters.is_empty() { &["ListClusters", "ListClusterNodes"][..] } else { &["ListClusterNodes"] };
    let region = settings.location()?.region.map(Text::new);
    let service = connect::service(settings, operations, context)?;
    let next_line = Cell::new(LINE_EVERY);
    let tell = |event: ListEvent<'_>| match event {
        ListEvent::Page(listing) => tell_page(listing, &next_line, &context.terminal),
        ListEvent::Retry { fault, delay } => {
            context.terminal.progress(&format!("{fault}; asking again in {:.1}s", delay.as_secs_f64()));
        }
    };
    let lister = Lister {
        clusters: async |token: Option<&str>| service.list_clusters(token).await,
        nodes: async |id: &str, token: Option<&str>| service.list_cluster_nodes(id, token).await,
        retries: settings.value(&settings::RETRIES)?,
        tell: &tell,
        listing: RefCell::default(),
    };
    let mut signals = signals::listen();
    let signal = connect::block_on(async {
        tokio::select! {
            () = lister.list(&args.clusters) => None,
            signal = signals.recv() => signal,
        }
    })?;
    context.terminal.show_live(&[]);
    let mut listing = lister.listing.into_inner();
    let seen_at = Text::new(stamp_to_second(service.clock().now()));
    for node in listing.clusters.iter_mut().flat_map(|cluster| &mut cluster.nodes) {
        node.set(Column::Region, region.clone());
        node.set(Column::SeenAt, Some(seen_at.clone()));
    }
    // Before the answer, for whoever reads it may look up the names at once.
    remember(&listing, context);
    Ok((listing, signal))
}

/// Remembers the names of nodes of clusters that were listed whole. A failure is only warned of, for names are never
/// needed.
fn remember(listing: &Listing, context: &Context) {
    let whole = || listing.clusters.iter().filter(|cluster| cluster.is_whole);
    let ids: Vec<&str> = whole().map(|cluster| cluster.id.as_str()).collect();
    let Some(path) = remembered_path(context).filter(|_| !ids.is_empty()) else { return };
    if let Err(e) = NameFile::replace(&path, &ids, whole().flat_map(|cluster| &cluster.nodes)) {
        let shown = context.environment.shown(&path);
        context.terminal.warn(&format!("what nodes are called cannot be remembered in {shown}: {e}"));
    }
}

/// Shows the nodes that the filter admits.
fn show(mut nodes: Vec<NamedNode<'_>>, format: OutputFormat, filter: &NodeFilter, context: &Context) {
    let terminal = &context.terminal;
    let clusters = filter.clusters_of_group(&nodes);
    if let (Some(group), true) = (&filter.group, clusters.len() > 1) {
        let clusters: Vec<String> = clusters.iter().map(Text::safe_word).collect();
        let group = safe(group);
        terminal.warn(&format!(
            "{group} is in several clusters: {}; --group CLUSTER/{group} takes one",
            clusters.join(", ")
        ));
    }
    if let Some(why) = filter.why_none(&nodes) {
        terminal.warn(&why);
    }
    nodes.retain(|node| filter.admits(node));
    let surface = terminal.stdout();
    match format {
        OutputFormat::Json => terminal.answer(|out| named_json("nodes", &nodes, out)),
        OutputFormat::Tsv => terminal.answer(|out| node_tsv(&nodes, out)),
        OutputFormat::Ids => terminal.answer(|out| node_ids(&nodes, out)),
        _ => terminal.answer(|out| node_table(&nodes, surface, out)),
    }
}

/// Says what kept clusters from being listed: each fault once, with its clusters, and the permission that is missing.
fn problems(listing: &Listing) -> Vec<Fault> {
    const MOST: usize = 5;
    let mut problems: Vec<Fault> = Vec::new();
    if let Some(fault) = &listing.fault {
        let message = format!("the clusters could not be listed: {}", fault.message);
        problems.push(permitted(Fault { message, ..fault.clone() }, "eflo:ListClusters"));
    }
    let failed = listing.clusters.iter().filter_map(|cluster| Some((cluster.fault.as_ref()?, &cluster.id)));
    for (_, same) in grouped(failed.map(|(fault, id)| (&fault.message, (fault, id)))) {
        let fault = same[0].0;
        let ids = first_of(same.iter().map(|(_, id)| Text::new(id.as_str()).safe_word()), MOST);
        let what = if same.len() == 1 { "the cluster" } else { "the clusters" };
        let message = format!("{what} {ids} could not be listed: {}", fault.message);
        problems.push(permitted(Fault { message, ..fault.clone() }, "eflo:ListClusterNodes"));
    }
    problems
}

/// Adds to a fault which action of RAM is missing, if one is.
fn permitted(fault: Fault, action: &'static str) -> Fault {
    if is_refused_permission(fault.code()) { fault.hint(Hint::MissingAction(action)) } else { fault }
}

/// Tells how far the listing has come: in one live line, or in a line now and then. `next_line` holds the number of
/// nodes at which the next one is due.
fn tell_page(listing: &Listing, next_line: &Cell<usize>, terminal: &Terminal) {
    let nodes: usize = listing.clusters.iter().map(|cluster| cluster.nodes.len()).sum();
    let whole = listing.clusters.iter().filter(|cluster| cluster.is_whole).count();
    let all = count_of(listing.clusters.len() as u64, "cluster");
    let line = format!("{} so far, {whole} of {all} listed whole", count_of(nodes as u64, "node"));
    if terminal.is_live() {
        let (width, _) = terminal.live_size();
        terminal.show_live(&[cut(&line, width.saturating_sub(4))]);
    } else if nodes >= next_line.get() {
        next_line.set(nodes - nodes % LINE_EVERY + LINE_EVERY);
        terminal.progress(&line);
    }
}
