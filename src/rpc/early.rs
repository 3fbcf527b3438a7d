//! A connection that is opened before there is a call to make over it.
//!
//! The HTTP library connects for requests only. This layer around what connects keeps one connection back: it opens it
//! for a request that then fails unsent, and gives it to the request after that.

use futures_util::FutureExt;
use std::error::Error;
use std::future::ready;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt, service_fn};

/// Connects to what `R` names and gives the connection.
type Connector<R, C> = BoxCloneSyncService<R, C, Box<dyn Error + Send + Sync>>;

/// Says whether the next connection is to be kept back.
#[derive(Clone, Default)]
pub(super) struct Early(Arc<AtomicBool>);

impl Early {
    /// Has the next connection kept back for the request after the one that opens it.
    pub(super) fn keep_next(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<R: Send + 'static, C: Send + 'static> Layer<Connector<R, C>> for Early {
    type Service = Connector<R, C>;

    fn layer(&self, connector: Connector<R, C>) -> Connector<R, C> {
        let (early, kept) = (self.clone(), Arc::new(Mutex::new(None)));
        BoxCloneSyncService::new(service_fn(move |host: R| {
            let connecting = connector.clone().oneshot(host).boxed();
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            if early.0.swap(false, Ordering::Relaxed) {
                *kept = Some(tokio::spawn(connecting));
                return ready(Err("the connection is kept back".into())).boxed();
            }
            match kept.take() {
                Some(opening) => async { opening.await? }.boxed(),
                None => connecting,
            }
        }))
    }
}
