//! The service as one account sees it, and the one call that every operation is made with: signed with a fresh key, and
//! once more with another where that key's time was up.
//!
//! An operation has a file of its own beside this one, with a method of [`Service`] named after it. It says in a
//! [`Request`] what is sent and whether that may be sent twice, and how the answer is read, and hands both to
//! [`Service::call`], or to [`Service::ask`] where the answer is short.

use crate::clock::Clock;
use crate::credentials::Keyring;
use crate::fault::{Again, CallOutcome, Fault, Hint, Kind};
use crate::rpc::{ApiCall, Body, Key, Secrets, ShortBody, Transport, is_expired_key, is_refused_key};
use crate::text::shortened;
use futures_util::future::join;
use std::sync::atomic::{AtomicBool, Ordering};

const VERSION: &str = "2022-12-15";

/// Limits an answer that is held whole, in bytes.
const LONGEST_SHORT: usize = 16 << 20;

/// Describes a call of an operation.
pub(super) struct Request<'a> {
    /// Names the operation.
    pub(super) action: &'static str,
    /// Holds the parameters.
    pub(super) form: &'a [(&'a str, &'a str)],
    /// Says whether making the call twice does no more than making it once.
    pub(super) is_idempotent: bool,
}

/// Makes the calls of one account.
pub struct Service {
    transport: Transport,
    keyring: Keyring,
    /// Says whether the next call is the first, and connects while it waits for its key.
    connects_early: AtomicBool,
}

impl Service {
    /// Makes a service. Where it `connects_early`, the first call connects while it waits for its key, which saves two
    /// round trips.
    pub fn new(transport: Transport, keyring: Keyring, connects_early: bool) -> Self {
        Service { transport, keyring, connects_early: connects_early.into() }
    }

    /// Gives the clock that the service's date corrects.
    pub fn clock(&self) -> &Clock {
        self.transport.clock()
    }

    /// Makes one call. Its answer goes into `body`, from which `read` reads it once it is complete.
    ///
    /// # Errors
    /// When there is no key, no answer, or one that `read` refuses. `again` never asks to repeat what must not be done
    /// twice.
    pub(super) async fn call<B: Body, T>(
        &self,
        request: &Request<'_>,
        body: &mut B,
        read: impl Fn(&mut B) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let is_first = self.connects_early.swap(false, Ordering::Relaxed);
        let connecting = async {
            // A connection may break while it waits. What must not be done twice gets one that is fresh.
            if is_first && request.is_idempotent {
                self.transport.connect_early().await;
            }
        };
        // Without a key nothing is sent.
        let (key, ()) = join(self.keyring.key(), connecting).await;
        let key = key.map_err(Fault::not_carried_out)?;
        let call = ApiCall { action: request.action, version: VERSION, query: &[], form: Some(request.form) };
        let mut attempt = async |key: &Key| {
            self.transport.attempt(key, &call, body).await?;
            read(body).map_err(|fault| Secrets::of(key).out_of(fault))
        };
        let mut answered = attempt(&key).await;
        if answered.as_ref().is_err_and(|fault| is_expired_key(fault.code()))
            && let Some(fresh) = self.keyring.replace(&key).await.map_err(Fault::not_carried_out)?
        {
            answered = attempt(&fresh).await;
        }
        answered.map_err(|mut fault| {
            // Who has keys in several places looks for a mistake in the wrong one.
            if let Some(place) = self.keyring.place().filter(|_| is_refused_key(fault.code())) {
                fault.message.push_str(&format!("; the key is that of {place}"));
            }
            let is_harmless = request.is_idempotent || fault.outcome == CallOutcome::NotCarriedOut;
            let may_repeat = is_harmless && !body.has_let_out();
            Fault { again: if may_repeat { fault.again } else { Again::Never }, ..fault }
        })
    }

    /// Makes one call whose answer is short, and reads the answer's text.
    pub(super) async fn ask<T>(
        &self,
        request: &Request<'_>,
        read: impl Fn(&str) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.call(request, &mut ShortBody::new(LONGEST_SHORT), |body| read(&body.text())).await
    }
}

/// Says why what came back is no answer. The call may have been carried out, and another attempt may be answered.
pub(super) fn unreadable(action: &str, why: &str) -> Fault {
    let message = format!("what came back is no answer of {action}: {}", shortened(why));
    Fault::new(Kind::Answer, message).hint(Hint::CheckEndpoint).later()
}
