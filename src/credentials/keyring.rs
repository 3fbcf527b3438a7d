//! The ring that every call takes its key from, so that no caller knows where keys come from or when they end.
//!
//! Shortly before a key expires one caller starts a renewal, and all use the old key meanwhile. A key that the API
//! refuses as expired is replaced once, however many calls were refused.

use super::{Chain, Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::Key;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Says how long before it expires a key is renewed, or a quarter of its lifetime where that is less.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// Gives the keys of a ring.
pub trait KeySource: Send + Sync {
    /// Gets a key.
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>>;

    /// Names where the key came from, in words that are safe to show.
    fn place(&self) -> Option<&str> {
        None
    }

    /// Gives the time by which it is known whether a key has expired.
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Gives the key to sign with, to many callers.
pub struct Keyring {
    source: Arc<dyn KeySource>,
    held: Arc<Mutex<Option<Held>>>,
}

struct Held {
    key: Arc<Key>,
    expires: Option<Timestamp>,
    /// Says when the next renewal is due. It is `None` while a renewal is under way, and where the key lasts.
    renew_at: Option<Timestamp>,
}

impl Keyring {
    /// Makes a ring of the keys of a source: of a chain with what it needs to ask, or of one key alone.
    pub fn new(source: impl KeySource + 'static) -> Self {
        Keyring { source: Arc::new(source), held: Arc::default() }
    }

    /// Gives the key to sign the next call with. Fails if the one that is held has expired and the source gives no
    /// other.
    pub async fn key(&self) -> Result<Arc<Key>, Fault> {
        let mut held = self.held.lock().await;
        let now = self.source.now();
        match held.as_mut() {
            Some(held) if held.expires.is_none_or(|expires| now < expires) => {
                if held.renew_at.take_if(|at| *at <= now).is_some() {
                    self.renew();
                }
                Ok(Arc::clone(&held.key))
            }
            _ => self.fill(&mut held).await,
        }
    }

    /// Gives another key in the place of one that the API called expired, or `None` where the source has no other.
    /// Fails if the source gives no key.
    pub async fn replace(&self, refused: &Key) -> Result<Option<Arc<Key>>, Fault> {
        let mut held = self.held.lock().await;
        let key = match held.as_ref() {
            // Another call has replaced it already.
            Some(held) if *held.key != *refused => Arc::clone(&held.key),
            _ => self.fill(&mut held).await?,
        };
        Ok((*key != *refused).then_some(key))
    }

    /// Names where the key came from, once there is one, in words that are safe to show.
    pub fn place(&self) -> Option<&str> {
        self.source.place()
    }

    /// Gets a key, to be held from now on.
    async fn fill(&self, held: &mut Option<Held>) -> Result<Arc<Key>, Fault> {
        let fresh = self.source.fetch().await?;
        Ok(Arc::clone(&held.insert(Held::new(fresh, self.source.now())).key))
    }

    /// Starts a renewal. Where it fails the old key serves on, and it is tried again later.
    fn renew(&self) {
        let (source, held) = (Arc::clone(&self.source), Arc::clone(&self.held));
        tokio::spawn(async move {
            let fetched = source.fetch().await;
            let (mut held, now) = (held.lock().await, source.now());
            match fetched {
                Ok(fresh) => *held = Some(Held::new(fresh, now)),
                Err(fault) => {
                    log::info!("the key is not renewed yet: {fault}");
                    if let Some(held) = held.as_mut() {
                        held.renew_at = now.checked_add(SignedDuration::from_secs(10)).ok();
                    }
                }
            }
        });
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

    fn place(&self) -> Option<&str> {
        self.0.chosen().map(|(place, _)| place)
    }

    fn now(&self) -> Timestamp {
        self.1.clock.now()
    }
}

impl KeySource for Key {
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>> {
        std::future::ready(Ok(Fresh { key: self.clone(), expires: None })).boxed()
    }
}

#[cfg(test)]
mod tests;
