//! What nodes are called: the file with the names in effect, and hostnames where the id of a node is wanted.

use super::Context;
use crate::cli::IdArgs;
use crate::fault::Fault;
use crate::names::{NameFile, NodeNames};
use crate::settings::{self, Origin, Settings};
use crate::text::{Text, safe, safe_path};
use std::path::{Path, PathBuf};

/// Gives the names of nodes that views show. Sees to it that `--node` names an id.
///
/// # Errors
/// A flag names a file that cannot be read, or `--node` is a hostname.
pub(super) fn node_names(ids: &IdArgs, settings: &Settings, context: &Context) -> Result<NodeNames, Fault> {
    let names = NodeNames::in_file(path(settings, context)?);
    check_ids(ids.node.as_slice(), "--node", &names)?;
    Ok(names)
}

/// Gives the file with the names: the one that is set, else what `nodes` remembers, if it remembers any.
///
/// # Errors
/// A flag names a file that cannot be read.
pub(super) fn path(settings: &Settings, context: &Context) -> Result<Option<PathBuf>, Fault> {
    let Some(set) = settings.get(&settings::NODE_NAMES)? else {
        return Ok(remembered_path(context).filter(|path| path.exists()));
    };
    let path = settings.path(&settings::NODE_NAMES).filter(|_| set.value != Path::new("none"));
    if let (Some(path), Origin::Flag(_)) = (&path, &set.origin) {
        let shown = safe_path(path);
        NameFile::check(path).map_err(|e| Fault::usage(format!("the file of names {shown} cannot be read: {e}")))?;
    }
    Ok(path)
}

/// Gives the file in which `nodes` remembers what it saw.
pub(super) fn remembered_path(context: &Context) -> Option<PathBuf> {
    context.environment.cache_dir.as_ref().map(|folder| folder.join("efloctl").join("nodes.tsv"))
}

/// Refuses a hostname where ids of nodes are wanted: a word that is a known hostname, and no known id.
pub(super) fn check_ids(words: &[String], flag: &str, names: &NodeNames) -> Result<(), Fault> {
    let Some((host, ids)) = names.first_host(words.iter().map(String::as_str)) else { return Ok(()) };
    let ids: Vec<String> = ids.iter().map(Text::safe_word).collect();
    Err(match ids.as_slice() {
        [id] => Fault::usage(format!("{flag} {} is the hostname of the node {id}", safe(host)))
            .hint(format!("nodes are named by id: {flag} {id}")),
        several => Fault::usage(format!("{flag} {} is the hostname of several nodes", safe(host)))
            .hint(format!("name the one that is meant by its id: {}", several.join(", "))),
    })
}
