//! A credentials URI: a key from what a local service answers.

use super::temporary::granted;
use super::{Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::{Endpoint, Exchange};
use reqwest::Method;

/// Asks the service for a key.
pub(super) async fn fetch(url: &str, tools: &Tools) -> Result<Fresh, Fault> {
    let (endpoint, path) = Endpoint::parse_url(url).map_err(|why| {
        Fault::config(format!("the credentials URI {why}")).hint("it looks like http://127.0.0.1:8080/key")
    })?;
    let from = format!("the credentials URI at {endpoint}");
    let exchange = Exchange { method: Method::GET, path: &path, is_path_public: false, headers: &[], body: None };
    granted(tools.transport(endpoint)?.exchange(exchange).await?, &from, tools.clock.now())
}
