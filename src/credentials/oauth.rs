//! OAuth: a key for a login that the official CLI has made. Its tokens rotate, so they are not renewed here.

use super::session::Session;
use super::temporary::Temporary;
use super::{Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::Endpoint;

/// A login, and the site that it is of.
#[derive(Clone)]
pub struct OAuth {
    pub session: Session,
    pub endpoint: Endpoint,
}

impl OAuth {
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let now = tools.clock.now();
        if let Some(cached) = self.session.cached(now) {
            return Ok(cached);
        }
        let from = format!("OAuth at {}", self.endpoint);
        let answered = self.session.exchange(&self.endpoint, "/v1/exchange", String::new(), tools).await?;
        Temporary::read(&answered.success(&from)?, &from)?.fresh(&from, now)
    }
}
