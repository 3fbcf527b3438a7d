//! `send`: sends a file to nodes, in batches if asked, and waits for the verdict.

use super::sending::{self, Job, Start};
use super::{Context, node_names};
use crate::cli::{SendArgs, WATCH_FORMATS};
use crate::clock;
use crate::fault::Fault;
use crate::names::NodeNames;
use crate::send::{File, Ledger, NodeList, Plan, Target, new_send_id};
use crate::text::safe;
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::Path;

/// Runs `send`.
pub(super) fn send(args: &SendArgs, context: &Context) -> anyhow::Result<u8> {
    let file = File::read(&args.file)?;
    let target = target(args, &file)?;
    let nodes = NodeList::read(&args.nodes, read)?;
    let delivery_timeout = sending::delivery_timeout(&args.how)?.unwrap_or(60);
    let settings = sending::settings_of(args.connection.flags(), &args.wait, context)?;
    let format = context.format(&settings, WATCH_FORMATS)?;
    let endpoint = settings.endpoint()?;
    let region = settings.region()?.map(|region| region.value);
    let names = NodeNames::in_file(node_names::path(&settings, context)?);
    node_names::check_ids(&nodes.ids, "--nodes", &names)?;
    if nodes.repeated > 0 {
        let count = nodes.repeated;
        context.terminal.warn(&format!("{count} of the words name a node again; each node is sent to once"));
    }
    let now = Timestamp::now();
    let plan = Plan {
        send_id: new_send_id(now).map_err(|e| Fault::new(crate::fault::Kind::Network, e.to_string()))?,
        planned_at: clock::stamp(now),
        region,
        endpoint: settings.is_endpoint_given().then(|| endpoint.value.to_string()),
        profile: settings.profile().map(|chosen| chosen.name.clone()),
        file: file.path.to_string_lossy().into_owned(),
        size: file.bytes.len(),
        sha256: file.sha256.clone(),
        target,
        overwrite: args.overwrite,
        delivery_timeout,
        nodes: nodes.ids,
        mends: Vec::new(),
    };
    let job = Job {
        how: &args.how,
        wait: &args.wait,
        connection: &args.connection,
        settings: &settings,
        format,
        file: Some(file),
        overwrite: args.overwrite,
        delivery_timeout,
        together: (0..plan.nodes.len()).collect(),
        alone: Vec::new(),
        uses_stdin: nodes.used_stdin,
        plan,
        names,
    };
    if !job.is_wanted(context)? {
        return Ok(crate::exit::SUCCESS);
    }
    let ledger = Ledger::new(job.plan.clone());
    job.run(Start::New { folder: sending::folder(context)?, ledger, answers: HashMap::new() }, context)
}

/// What the file becomes on the nodes.
fn target(args: &SendArgs, file: &File) -> Result<Target, Fault> {
    let name = args.file_name.as_deref().or_else(|| file.name());
    let Some(name) = name else {
        let shown = safe(&args.file.to_string_lossy()).into_owned();
        return Err(Fault::usage(format!("the name of {shown} is no text")).hint("give another with --file-name"));
    };
    let target = Target {
        name: name.to_owned(),
        target_dir: args.to.clone(),
        file_mode: args.file_mode.clone(),
        file_owner: args.file_owner.clone(),
        file_group: args.file_group.clone(),
        description: args.description.clone(),
    };
    target.check()?;
    if file.is_closed_to_others && target.file_mode.is_none() {
        let shown = safe(&args.file.to_string_lossy()).into_owned();
        return Err(Fault::usage(format!("{shown} is closed to others, and the mode 0644 would open it to all"))
            .hint("say which mode it is to have on the nodes: --file-mode 0600, or --file-mode 0644"));
    }
    Ok(target)
}

/// The text of a file of ids, or of standard input.
pub(super) fn read(path: Option<&Path>) -> std::io::Result<String> {
    match path {
        Some(path) => std::fs::read_to_string(path),
        None => std::io::read_to_string(std::io::stdin()),
    }
}
