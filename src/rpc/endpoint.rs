//! Where a service is reached, as people write it: a host, `host:port`, or a URL.

use reqwest::Url;
use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

/// Holds scheme, host and port of a service. It has no path, for every call is `POST /`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
}

impl Endpoint {
    /// Reads a host, `host:port` or a URL, https where no scheme is named; or says, as a half-sentence, what is wrong
    /// with it. Plain http is for loopback alone: whoever is on the way could read the signature and forge the answer.
    pub fn parse(word: &str) -> Result<Self, String> {
        let endpoint = Endpoint { url: host_url(word, "https")? };
        if !endpoint.url.username().is_empty() || endpoint.url.password().is_some() {
            return Err("has a user name in it; credentials belong in the profile".to_owned());
        }
        if !endpoint.is_https() && !endpoint.is_loopback() {
            return Err("is plain http, which is for loopback addresses alone; use https".to_owned());
        }
        Ok(endpoint)
    }

    /// Gives a word as it may be shown, without the user and password that one that is refused may have.
    pub fn without_login(word: &str) -> Cow<'_, str> {
        let Some((login, host)) = word.rsplit_once('@') else { return Cow::Borrowed(word) };
        let scheme = login.find("://").map_or("", |at| &login[..at + 3]);
        Cow::Owned(format!("{scheme}…@{host}"))
    }

    /// Reads a URL with a path, as `credentials_uri` is. Gives the host, and the path with its query; fails as
    /// [`Endpoint::parse`] does.
    pub fn parse_url(word: &str) -> Result<(Self, String), String> {
        let mut url = Url::parse(word).map_err(|e| format!("is not a URL ({e})"))?;
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        url.set_path("");
        url.set_query(None);
        url.set_fragment(None);
        Ok((Endpoint::parse(url.as_str())?, path))
    }

    /// Gives the address at which ECS serves its metadata. It is plain http, and never leaves the machine's host.
    pub fn ecs_metadata() -> Self {
        let url = Url::parse("http://100.100.100.200").expect("a fixed URL");
        Endpoint { url }
    }

    /// Gives the host as it stands in the `Host` header, with a port only where it is not the scheme's own.
    pub fn authority(&self) -> &str {
        self.url.authority()
    }

    /// Gives the host, an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    /// Gives the port, the scheme's own where none is named.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// Says whether TLS is spoken there.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Says whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Gives the URL of a path with its query on this host, for the HTTP library.
    pub(super) fn join(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        url
    }
}

/// Reads a host, `host:port` or a URL without a path, of this scheme where none is named; or says what is wrong with
/// it.
pub(super) fn host_url(word: &str, scheme: &str) -> Result<Url, String> {
    let with_scheme = if word.contains("://") { word.to_owned() } else { format!("{scheme}://{word}") };
    let url = Url::parse(&with_scheme).map_err(|e| format!("is not a host or a URL ({e})"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("has another scheme than http and https".to_owned());
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("has more than a host and a port".to_owned());
    }
    Ok(url)
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
    fn endpoint_takes_a_host_a_port_or_a_url() {
        for (word, shown) in [
            ("eflo-controller.cn-beijing.aliyuncs.com", "https://eflo-controller.cn-beijing.aliyuncs.com"),
            ("gateway.example.com:8443", "https://gateway.example.com:8443"),
            ("https://gateway.example.com:443/", "https://gateway.example.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("münchen.example", "https://xn--mnchen-3ya.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://localhost:1", "http://localhost:1"),
            ("localhost:8080", "https://localhost:8080"),
        ] {
            assert_eq!(Endpoint::parse(word).unwrap().to_string(), shown, "{word}");
        }
    }

    #[test]
    fn endpoint_refuses_what_is_none() {
        for (word, reason) in [
            ("http://gateway.example.com", "plain http"),
            ("http://10.0.0.1", "plain http"),
            ("http://127.0.0.1.example.com", "plain http"),
            ("ftp://127.0.0.1", "another scheme"),
            ("https://host/path", "more than a host"),
            ("https://host?x=1", "more than a host"),
            ("https://user:secret@host", "user name"),
            ("", "not a host"),
            ("ho st", "not a host"),
            ("https://host.example\u{202e}", "not a host"),
        ] {
            let refused = Endpoint::parse(word).unwrap_err();
            assert!(refused.contains(reason), "{word}: {refused}");
        }
    }
}
