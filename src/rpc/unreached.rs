//! Why no answer began: what it means when there is no connection, and what to do about it.

use crate::fault::{CallOutcome, Fault, Hint, Kind};
use std::error::Error;
use std::time::Duration;

/// Says what to do about a connection that breaks.
pub(super) const BROKEN: &str = "try again; if it stays, see what proxy or gateway stands before that host";

/// Says in an error of TLS that there is no authority at all.
pub(super) const NO_AUTHORITY: &str = "this machine trusts no certificate authority";

/// Gives the fault of a request to a host that had no answer. `limit` is the time that a connection may take.
pub(super) fn unreached(e: &reqwest::Error, host: &str, limit: Duration) -> Fault {
    let cause = cause(e);
    let fault = |message: String| {
        // Whatever kept the connection or its TLS from being made came before the call. Where both stood, the call was
        // on its way.
        let outcome = if e.is_connect() { CallOutcome::NotCarriedOut } else { CallOutcome::Lost };
        Fault { outcome, ..Fault::new(Kind::Network, message) }
    };
    if let Some(tls) = causes(e).find_map(|error| error.downcast_ref()) {
        let (why, hint) = refusal_of_tls(tls, cause);
        return fault(format!("no trusted connection to {host}: {why}")).hint(hint);
    }
    let fault = if e.is_timeout() {
        fault(format!("no connection to {host} within {limit:#?}"))
            .hint("see whether a firewall or proxy is in the way; inside a VPC set endpoint_type = \"vpc\"")
    } else if e.is_dns() {
        fault(format!("the name {host} cannot be resolved: {cause}")).hint(Hint::NoSuchHost)
    } else if e.is_connect() {
        fault(format!("cannot connect to {host}: {cause}")).hint(Hint::NoConnection)
    } else {
        fault(format!("the call to {host} failed: {cause}")).hint(BROKEN)
    };
    fault.later()
}

/// Gives the errors behind an error, from the outside in.
fn causes(e: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    fn behind<'e>(&error: &&'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
        // Such an error hides what it holds from `source()`.
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(held) => Some(held),
            None => error.source(),
        }
    }
    std::iter::successors(e.source(), behind)
}

/// Gives the innermost reason: the outer ones only say that something failed.
pub(super) fn cause(e: &reqwest::Error) -> String {
    crate::text::shortened(&causes(e).last().map_or_else(|| e.to_string(), ToString::to_string))
}

/// Says why TLS was refused, and what to do about it. `cause` is the library's word for it.
fn refusal_of_tls(e: &rustls::Error, cause: String) -> (String, Hint) {
    use rustls::CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    use rustls::CertificateError::{NotValidForName, NotValidForNameContext};
    match e {
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => {
            (cause, Hint::CertificateOfAnotherName)
        }
        rustls::Error::InvalidCertificate(
            Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. },
        ) => {
            let hint = "see whether this machine's clock is right; if it is, the server's certificate must be renewed";
            (cause, hint.into())
        }
        rustls::Error::InvalidMessage(_) => (format!("what answers there speaks no TLS ({cause})"), Hint::NoTls),
        rustls::Error::General(why) if why == NO_AUTHORITY => (NO_AUTHORITY.to_owned(), Hint::NoAuthorities),
        _ => (cause, Hint::UnknownAuthority),
    }
}
