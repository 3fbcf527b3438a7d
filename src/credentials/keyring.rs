//! The ring that every call takes its key from, so that no caller knows where keys come from or when they end.
//!
//! Shortly before a key expires one caller starts a renewal, and all use the old key meanwhile. A key that the API refuses
//! as expired is replaced once, however many calls were refused.

use super::{Chain, Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::Key;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;

/// Says how long before it expires a key is renewed, or a quarter of its lifetime where that is less.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// Gives the keys of a ring.
pub trait KeySource: Send + Sync {
    /// Gets a key.
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>>;

    /// Says whether asking again can give another key.
    fn is_renewable(&self) -> bool;

    /// Names where the key came from, in words that are safe to show.
    fn place(&self) -> Option<&str> {
        None
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Gives the key to sign with, to many callers.
pub struct Keyring {
    inner: Arc<Inner>,
}

struct Inner {
    source: Box<dyn KeySource>,
    held: Mutex<Option<Held>>,
    is_renewing: AtomicBool,
}

#[derive(Clone)]
struct Held {
    key: Arc<Key>,
    expires: Option<Timestamp>,
    renew_at: Option<Timestamp>,
}

impl Keyring {
    /// Makes a ring of the keys of a source: of a chain with what it needs to ask, or of one key alone.
    pub fn new(source: impl KeySource + 'static) -> Self {
        let (held, is_renewing) = (Mutex::new(None), AtomicBool::new(false));
        Keyring { inner: Arc::new(Inner { source: Box::new(source), held, is_renewing }) }
    }

    /// Gives the key to sign the next call with. Fails if the one that is held has expired and the source gives no other.
    pub async fn key(&self) -> Result<Arc<Key>, Fault> {
        let mut held = self.inner.held.lock().await;
        let now = self.inner.source.now();
        if let Some(current) = held.as_ref().filter(|held| held.expires.is_none_or(|expires| now < expires)) {
            let key = Arc::clone(&current.key);
            if current.renew_at.is_some_and(|at| at <= now) {
                self.renew();
            }
            return Ok(key);
        }
        self.inner.fill(&mut held).await
    }

    /// Gives another key in the place of one that the API called expired, or `None` where the source has no other. Fails
    /// if the source gives no key.
    pub async fn replace(&self, refused: &Arc<Key>) -> Result<Option<Arc<Key>>, Fault> {
        if !self.inner.source.is_renewable() {
            return Ok(None);
        }
        let mut held = self.inner.held.lock().await;
        match held.as_ref() {
            Some(held) if !Arc::ptr_eq(&held.key, refused) => Ok(Some(Arc::clone(&held.key))),
            _ => self.inner.fill(&mut held).await.map(Some),
        }
    }

    /// Names where the key came from, once there is one, in words that are safe to show.
    pub fn place(&self) -> Option<&str> {
        self.inner.source.place()
    }

    /// Starts a renewal, unless one is under way. Where it fails the old key serves on, and it is tried again later.
    fn renew(&self) {
        if self.inner.is_renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            match inner.source.fetch().await {
                Ok(fresh) => *inner.held.lock().await = Some(Held::new(fresh, inner.source.now())),
                Err(fault) => {
                    log::info!("the key is not renewed yet: {fault}");
                    if let Some(held) = inner.held.lock().await.as_mut() {
                        held.renew_at = inner.source.now().checked_add(SignedDuration::from_secs(10)).ok();
                    }
                }
            }
            inner.is_renewing.store(false, Ordering::Release);
        });
    }
}

impl Inner {
    async fn fill(&self, held: &mut Option<Held>) -> Result<Arc<Key>, Fault> {
        let fresh = Held::new(self.source.fetch().await?, self.source.now());
        let key = Arc::clone(&fresh.key);
        *held = Some(fresh);
        Ok(key)
    }
}

impl Held {
    fn new(fresh: Fresh, now: Timestamp) -> Self {
        let renew_at = fresh.expires.and_then(|expires| {
            let early = EARLY.min(expires.duration_since(now) / 4);
            expires.checked_sub(early).ok()
        });
        Held { key: Arc::new(fresh.key), expires: fresh.expires, renew_at }
    }
}

impl KeySource for (Chain, Tools) {
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>> {
        self.0.fetch(&self.1).boxed()
    }

    fn is_renewable(&self) -> bool {
        self.0.is_renewable()
    }

    fn place(&self) -> Option<&str> {
        self.0.chosen().map(|candidate| candidate.place.as_str())
    }

    fn now(&self) -> Timestamp {
        self.1.clock.now()
    }
}

impl KeySource for Key {
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>> {
        std::future::ready(Ok(Fresh { key: self.clone(), expires: None })).boxed()
    }

    fn is_renewable(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
