//! A credentials URI: a key from what a local service answers.

use super::temporary::granted;
use super::{Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::Endpoint;
use reqwest::Method;

/// Asks the service for a key.
pub(super) async fn fetch(url: &str, tools: &Tools) -> Result<Fresh, Fault> {
    let (endpoint, path) = Endpoint::parse_url(url).map_err(|why| {
        Fault::config(format!("the credentials URI {why}")).hint("it looks like http://127.0.0.1:8080/key")
    })?;
    let from = format!("the credentials URI at {endpoint}");
    let answered = tools.transport(endpoint)?.exchange(Method::GET, &path, &[], None).await?;
    granted(answered, &from, tools.clock.now())
}
