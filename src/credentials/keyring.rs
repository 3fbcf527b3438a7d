//! The ring that every call takes its key from, so that no caller knows where keys come from or when they end.
//!
//! Near a key's end one caller starts a renewal, and all use the old key meanwhile. A key that the API refuses as expired
//! is replaced once, however many calls found out.

use super::{Chain, Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::Key;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;

/// How long before its end a key is renewed, or a quarter of its time where that is less.
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

    fn now(&self) -> Timestamp;
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
    /// Makes a ring of the keys of a chain.
    pub fn new(chain: Arc<Chain>, tools: Tools) -> Self {
        Self::over(Box::new(FromChain { chain, tools }))
    }

    /// Makes a ring of one key that stays.
    pub fn of(key: Key) -> Self {
        Self::over(Box::new(Fixed(key)))
    }

    /// Makes a ring of the keys of any source.
    pub fn over(source: Box<dyn KeySource>) -> Self {
        Keyring { inner: Arc::new(Inner { source, held: Mutex::new(None), is_renewing: AtomicBool::new(false) }) }
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

    /// Gives another key in the place of one that the API called expired, or `None` where the source cannot have another.
    /// Fails if the source gives no key.
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
                    let mut held = inner.held.lock().await;
                    let later = inner.source.now().checked_add(SignedDuration::from_secs(10)).ok();
                    if let Some(held) = held.as_mut() {
                        held.renew_at = later;
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

struct FromChain {
    chain: Arc<Chain>,
    tools: Tools,
}

impl KeySource for FromChain {
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>> {
        self.chain.fetch(&self.tools).boxed()
    }

    fn is_renewable(&self) -> bool {
        self.chain.is_renewable()
    }

    fn place(&self) -> Option<&str> {
        self.chain.chosen().map(|candidate| candidate.place.as_str())
    }

    fn now(&self) -> Timestamp {
        self.tools.clock.now()
    }
}

struct Fixed(Key);

impl KeySource for Fixed {
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>> {
        std::future::ready(Ok(Fresh { key: self.0.clone(), expires: None })).boxed()
    }

    fn is_renewable(&self) -> bool {
        false
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[cfg(test)]
mod tests;
