//! Checks of the network: proxy, name, connection, TLS and the clock of the server.

use super::Checks;
use crate::clock::skew;
use crate::credentials::Tools;
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{Endpoint, Transport};
use crate::text::safe;
use jiff::SignedDuration;
use std::net::{TcpStream, ToSocketAddrs};

/// Says how far off the date of a request may be before the API refuses it.
const CLOCK_LIMIT: SignedDuration = SignedDuration::from_mins(15);
/// Says how far off a clock may be before it is warned of.
const CLOCK_DOUBT: SignedDuration = SignedDuration::from_mins(1);

impl Checks<'_> {
    /// Checks the way to the endpoint.
    pub(super) async fn network(&mut self, endpoint: &Endpoint, tools: &Tools) {
        match tools.network.proxies.before(endpoint) {
            // What lies behind it is the proxy's to reach.
            Ok(Some(proxy)) => {
                self.ok("proxy", format!("{} stands before it", safe(&proxy.origin().ascii_serialization())))
            }
            Err(fault) => return self.fail("proxy", &fault),
            Ok(None) => {
                self.ok("proxy", "none");
                if !self.direct(endpoint) {
                    return;
                }
            }
        }
        let transport = Transport::new(endpoint.clone(), self.limits(), &tools.network, &tools.clock);
        let Some(transport) = self.take("tls", transport) else { return };
        let ahead = transport.server_clock().await;
        if let Some(ahead) = self.take("tls", ahead) {
            let trusted = "the certificate is trusted";
            self.ok("tls", if endpoint.is_https() { trusted } else { "none: plain http on this machine" });
            self.clock(ahead);
        }
    }

    /// Checks the host's name and a connection to it, and says whether there is one.
    fn direct(&mut self, endpoint: &Endpoint) -> bool {
        let (host, port) = (endpoint.host(), endpoint.port());
        let shown = safe(host).into_owned();
        let resolved = (host, port).to_socket_addrs().map_err(|e| {
            let fault = Fault::new(Kind::Network, format!("the name {shown} cannot be resolved: {e}"));
            fault.hint(Hint::NoSuchHost)
        });
        let Some(addresses) = self.take("name", resolved) else { return false };
        let addresses: Vec<_> = addresses.take(3).collect();
        let shown_addresses: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
        self.ok("name", format!("{shown} is {}", shown_addresses.join(", ")));
        let mut last = None;
        for address in &addresses {
            match TcpStream::connect_timeout(address, self.limits().connect) {
                Ok(_) => {
                    self.ok("tcp", format!("connected to {address}"));
                    return true;
                }
                Err(e) => last = Some(e),
            }
        }
        let why = last.map_or_else(|| "it has no address".to_owned(), |e| e.to_string());
        let fault = Fault::new(Kind::Network, format!("cannot connect to {shown} at port {port}: {why}"));
        self.fail("tcp", &fault.hint("see whether a firewall is in the way; inside a VPC set endpoint_type = \"vpc\""));
        false
    }

    /// Tells how far the server's clock is ahead of this machine's.
    fn clock(&mut self, ahead: Option<SignedDuration>) {
        match ahead {
            None => self.warn("clock", "the server tells no time", "compare this clock with another"),
            Some(off) if off.abs() >= CLOCK_LIMIT => {
                let skew = skew(off).unwrap_or_default();
                let fault = Fault::credentials(format!("{skew}: too much to sign"));
                self.fail("clock", &fault.hint("set the clock, for example by NTP"));
            }
            Some(off) if off.abs() >= CLOCK_DOUBT => {
                self.warn("clock", skew(off).unwrap_or_default(), "set the clock, for example by NTP");
            }
            Some(_) => self.ok("clock", "as the server's"),
        }
    }
}
