//! Where a service is reached, as people write it: a host, `host:port`, or a URL.

use reqwest::Url;
use std::fmt;
use std::net::IpAddr;

/// Scheme, host and port of a service; nothing else, for every call is `POST /`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
}

impl Endpoint {
    /// Reads a host, `host:port` or a URL. Without a scheme it is https. Plain http is for loopback alone, for a
    /// signature sent in the clear can be read and a plain answer forged.
    ///
    /// # Errors
    /// What is wrong with the word, as a half-sentence.
    pub fn parse(word: &str) -> Result<Self, String> {
        let with_scheme = if word.contains("://") { word.to_owned() } else { format!("https://{word}") };
        let url = Url::parse(&with_scheme).map_err(|e| format!("is not a host or a URL ({e})"))?;
        let endpoint = Endpoint { url };
        let url = &endpoint.url;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err("is not a host, host:port, or an https URL".to_owned());
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("has more than a host and a port".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("has a user name in it; credentials belong in the profile".to_owned());
        }
        if url.scheme() == "http" && !endpoint.is_loopback() {
            return Err("is plain http, which is for loopback addresses alone; use https".to_owned());
        }
        Ok(endpoint)
    }

    /// The host as it stands in the `Host` header: with a port only where it is not the scheme's own.
    pub fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether TLS is spoken there.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// The URL, for the HTTP library.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.url.scheme(), self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_host_a_port_or_a_url() {
        for (word, shown) in [
            ("eflo-controller.cn-beijing.aliyuncs.com", "https://eflo-controller.cn-beijing.aliyuncs.com"),
            ("gateway.example.com:8443", "https://gateway.example.com:8443"),
            ("https://gateway.example.com:443/", "https://gateway.example.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://localhost:1", "http://localhost:1"),
            ("localhost:8080", "https://localhost:8080"),
        ] {
            assert_eq!(Endpoint::parse(word).unwrap().to_string(), shown, "{word}");
        }
    }

    #[test]
    fn refuses_what_is_not_one() {
        for (word, reason) in [
            ("http://gateway.example.com", "plain http"),
            ("http://10.0.0.1", "plain http"),
            ("http://127.0.0.1.example.com", "plain http"),
            ("ftp://127.0.0.1", "not a host"),
            ("https://host/path", "more than a host"),
            ("https://host?x=1", "more than a host"),
            ("https://user:secret@host", "user name"),
            ("", "not a host"),
            ("ho st", "not a host"),
        ] {
            let refused = Endpoint::parse(word).unwrap_err();
            assert!(refused.contains(reason), "{word}: {refused}");
        }
    }
}
