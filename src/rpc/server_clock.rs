//! What time a host has, for whoever has to find out why nothing works there.

use super::transport::Transport;
use crate::clock;
use crate::fault::Fault;
use jiff::SignedDuration;
use reqwest::Method;

impl Transport {
    /// Connects once, and gives how far the server's clock is ahead of ours, if the server tells the time. What else it
    /// answers does not matter. Fails if the host is not reached or not trusted.
    pub async fn server_clock(&self) -> Result<Option<SignedDuration>, Fault> {
        let response = self.within_limit(self.send(self.request(Method::GET, "/"))).await?;
        let date = response.headers().get("date").and_then(|date| date.to_str().ok());
        Ok(date.and_then(clock::ahead))
    }
}
