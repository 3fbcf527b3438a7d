//! `send`: sends a file to nodes, in batches if asked, and waits for the verdict.

use super::sending::{self, Job};
use super::{Context, connect, node_names};
use crate::cli::SendArgs;
use crate::eflo::Target;
use crate::fault::Fault;
use crate::files;
use crate::names::NodeNames;
use crate::send::{File, Ledger, NodeList, Plan, SendState};
use crate::text::safe_path;

/// Runs `send`.
pub(super) fn send(args: &SendArgs, context: &Context) -> anyhow::Result<u8> {
    let file = File::read(&args.file)?;
    let target = target(args, &file)?;
    let nodes = NodeList::read(&args.nodes, |path| files::read_all(path).and_then(files::text))?;
    let settings = connect::settings(args.wait.over(args.connection.flags()), context)?;
    let format = context.format(&settings)?;
    let plan = sending::plan(&settings, target, nodes.ids, Vec::new())?;
    let names = NodeNames::in_file(node_names::path(&settings, context)?);
    node_names::check_ids(&plan.nodes, "--nodes", &names)?;
    if nodes.repeated > 0 {
        let count = nodes.repeated;
        context.terminal.warn(&format!("{count} of the words name a node again; each node is sent to once"));
    }
    let plan = Plan {
        overwrite: args.overwrite,
        delivery_timeout: args.how.delivery_timeout.unwrap_or(plan.delivery_timeout),
        ..plan.of_file(&file)
    };
    let job = Job {
        how: &args.how,
        wait: &args.wait,
        connection: Some(&args.connection),
        settings: &settings,
        format,
        file: Some(file),
        schedule: sending::schedule(&args.how, (0..plan.nodes.len()).collect(), Vec::new()),
        uses_stdin: nodes.used_stdin,
        plan,
        names,
    };
    if !job.is_wanted(context)? {
        return Ok(crate::exit::SUCCESS);
    }
    let state = SendState::new(Ledger::new(job.plan.clone()));
    job.run(state, None, context)
}

/// Gives what the file becomes on the nodes.
fn target(args: &SendArgs, file: &File) -> Result<Target, Fault> {
    let name = args.file_name.as_deref().or_else(|| file.name());
    let Some(name) = name else {
        let shown = safe_path(&args.file);
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
        let shown = safe_path(&args.file);
        return Err(Fault::usage(format!("{shown} is closed to others, and the mode 0644 would open it to all"))
            .hint("say which mode it is to have on the nodes: --file-mode 0600, or --file-mode 0644"));
    }
    Ok(target)
}
