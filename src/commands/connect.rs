//! From settings to the service: who is asked, over which network, with whose keys.

use super::Context;
use crate::clock::Clock;
use crate::credentials::{Keyring, Spec, Tools};
use crate::eflo::Service;
use crate::fault::{Fault, Kind};
use crate::files::read_small;
use crate::rpc::{Limits, Network, Transport};
use crate::settings::{self, Flags, Settings};
use crate::text::{safe, safe_path};
use log::info;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Limits an answer of the API, in bytes after decompression.
pub(super) const LARGEST_ANSWER: u64 = 512 << 20;

/// Limits what a source of keys may take, whatever a call of the API may take.
pub(super) const KEY_LIMITS: Limits =
    Limits { connect: Duration::from_secs(5), request: Duration::from_secs(10), bytes: 1 << 20 };

/// Loads the settings for a command, and warns of what is doubtful about them.
pub(super) fn settings(flags: Flags, context: &Context) -> Result<Settings, Fault> {
    let settings = Settings::load(context.with_output(flags), context.environment.clone())?;
    for doubt in settings.doubts() {
        context.terminal.warn(&doubt);
    }
    if let Some(chosen) = &settings.profile {
        info!("profile {} ({})", safe(&chosen.value), chosen.origin);
    }
    Ok(settings)
}

/// Makes the service ready for calls of these operations, which change nothing. Makes no call itself.
///
/// # Errors
/// When a setting cannot be used, there are no credentials, or the safety policy denies an operation.
pub(super) fn service(settings: &Settings, operations: &[&str], context: &Context) -> Result<Service, Fault> {
    let endpoint = settings.endpoint()?;
    let limits = limits(settings)?;
    let tools = tools(settings)?;
    let chain = settings.chain()?;
    let asks_sts = matches!(chain.first()?, Spec::Oidc(_) | Spec::Role { .. });
    info!("endpoint {} ({})", endpoint.value, endpoint.origin);
    for operation in operations {
        if let Some(warning) = settings.clearance(operation, false)? {
            context.terminal.warn(&warning);
        }
    }
    let transport = Transport::new(endpoint.value, limits, &tools.network, &tools.clock)?;
    Ok(Service::new(transport, Keyring::new((chain, tools)), asks_sts))
}

/// Gives how long a call of the API may take, and how large its answer may be.
pub(super) fn limits(settings: &Settings) -> Result<Limits, Fault> {
    Ok(Limits {
        connect: settings.value(&settings::CONNECT_TIMEOUT)?,
        request: settings.value(&settings::REQUEST_TIMEOUT)?,
        bytes: LARGEST_ANSWER,
    })
}

/// Gathers what sources of keys need: clock, network, and limits no longer than those of the API.
///
/// # Errors
/// When the CA file cannot be used.
pub(super) fn tools(settings: &Settings) -> Result<Tools, Fault> {
    let roots = settings.path(&settings::CA_FILE).map_or(Ok(Vec::new()), |file| certificates(&file))?;
    let Limits { connect, request, .. } = limits(settings)?;
    let limits =
        Limits { connect: KEY_LIMITS.connect.min(connect), request: KEY_LIMITS.request.min(request), ..KEY_LIMITS };
    let network = Arc::new(Network { roots, proxies: settings.proxies() });
    Ok(Tools { clock: Arc::new(Clock::default()), limits, network })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let shown = safe_path(path);
    let pem = read_small(path).map_err(|e| {
        Fault::usage(format!("the CA file {shown} cannot be read: {e}"))
            .hint("see --ca-file, EFLOCTL_CA_FILE and ca_file in the config file")
    })?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    if certificates.is_empty() {
        return Err(Fault::usage(format!("the CA file {shown} holds no certificate"))
            .hint("it must be in PEM: -----BEGIN CERTIFICATE-----"));
    }
    Ok(certificates)
}

/// Runs something on the one thread that calls are made from.
///
/// # Errors
/// When the system gives no event loop.
pub(super) fn block_on<F: Future>(future: F) -> Result<F::Output, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Fault::new(Kind::Network, format!("the system gives no event loop: {e}")))?;
    let output = runtime.block_on(future);
    // A name that is still being looked up must not keep the end waiting.
    runtime.shutdown_background();
    Ok(output)
}
