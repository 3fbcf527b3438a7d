//! Which proxy stands before a host: the one that the variables name, unless they except the host.
//!
//! A proxy that is named and cannot be used is a fault: a silent direct connection may be what an organisation forbids.

use super::endpoint::{Endpoint, host_url};
use crate::fault::Fault;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

/// Holds what the variables say of proxies.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// Holds the variable that names a proxy, and what it holds.
    pub proxy: Option<(&'static str, String)>,
    /// Holds the hosts that need none, as `NO_PROXY` is written.
    pub exceptions: String,
}

impl Proxies {
    /// Gives the proxy to be used for a host, which loopback and the metadata address never have. Fails if what the
    /// variable holds cannot be used.
    pub fn before(&self, endpoint: &Endpoint) -> Result<Option<Url>, Fault> {
        let Some((variable, word)) = &self.proxy else { return Ok(None) };
        if endpoint.is_loopback() || *endpoint == Endpoint::ecs_metadata() || self.is_excepted(endpoint) {
            return Ok(None);
        }
        host_url(word, "http").map(Some).map_err(|why| {
            let shown = crate::text::shortened(&Endpoint::without_login(word));
            Fault::config(format!("{variable} \"{shown}\" is no proxy that can be used: it {why}"))
                .hint("write it as http://host:port, or except the host with NO_PROXY")
        })
    }

    fn is_excepted(&self, endpoint: &Endpoint) -> bool {
        // The library knows hosts, networks and *; the other forms that people write are brought into those.
        let exceptions = self.exceptions.split(',').map(str::trim).filter_map(|entry| {
            let entry = entry.strip_prefix("*.").unwrap_or(entry);
            match entry.rsplit_once(':') {
                Some((host, of)) if !host.contains(':') || host.ends_with(']') => {
                    (of.parse() == Ok(endpoint.port())).then(|| host.trim_matches(['[', ']']))
                }
                _ => Some(entry.trim_matches(['[', ']'])),
            }
        });
        let exceptions = exceptions.collect::<Vec<_>>().join(",");
        let matcher = Matcher::builder().all("http://proxy.invalid").no(exceptions).build();
        endpoint.to_string().parse().is_ok_and(|uri| matcher.intercept(&uri).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(proxy: &str, exceptions: &str, host: &str) -> Result<Option<Url>, Fault> {
        let proxies = Proxies { proxy: Some(("HTTPS_PROXY", proxy.to_owned())), exceptions: exceptions.to_owned() };
        proxies.before(&Endpoint::parse(host).unwrap())
    }

    #[test]
    fn proxy_is_a_url_or_a_host_with_its_port() {
        for (word, url) in [
            ("http://proxy.corp:3128", "http://proxy.corp:3128/"),
            ("https://proxy.corp/", "https://proxy.corp/"),
            ("proxy.corp:3128", "http://proxy.corp:3128/"),
            ("http://user:secret@10.0.0.1:8080", "http://user:secret@10.0.0.1:8080/"),
        ] {
            assert_eq!(before(word, "", "api.example.com").unwrap().unwrap().as_str(), url);
        }
    }

    #[test]
    fn invalid_proxy_is_told_with_its_variable_and_without_its_password() {
        for word in [
            "\"http://proxy.corp:3128\"",
            "htp://proxy.corp:3128",
            "http//proxy.corp:3128",
            "socks5://user:hidden@proxy.corp:1080",
            "http://proxy.corp:port",
            "http://user:hidden@",
        ] {
            let fault = before(word, "", "api.example.com").unwrap_err();
            assert!(fault.message.starts_with("HTTPS_PROXY "), "{fault}");
            assert!(!fault.message.contains("hidden"), "{fault}");
            assert_eq!(before(word, "api.example.com", "api.example.com").unwrap(), None, "it is not needed then");
            assert_eq!(before(word, "", "http://127.0.0.1:1").unwrap(), None, "loopback needs none");
        }
    }

    #[test]
    fn no_proxy_excepts_hosts_in_every_form_that_people_write() {
        for (exceptions, host, is_excepted) in [
            ("example.com", "example.com", true),
            ("example.com", "api.example.com", true),
            (".example.com", "api.example.com", true),
            ("*.example.com", "api.example.com", true),
            (" one.test , api.example.com ", "api.example.com", true),
            ("api.example.com:443", "api.example.com", true),
            ("api.example.com:8443", "api.example.com", false),
            ("api.example.com:8443", "api.example.com:8443", true),
            ("ample.com", "example.com", false),
            ("*", "example.com", true),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("[fd00::1]:8443", "https://[fd00::1]:8443", true),
            ("fd00::/8", "https://[fd00::1]", true),
            ("", "example.com", false),
        ] {
            let found = before("http://proxy.corp:1", exceptions, host).unwrap();
            assert_eq!(found.is_none(), is_excepted, "{exceptions} and {host}");
        }
    }
}
