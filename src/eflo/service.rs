//! The service as one account sees it, and the one call that every operation is made with: signed with a fresh key, and
//! once more with another where that key's time was up.
//!
//! An operation has a file of its own beside this one, with a method of [`Service`] named after it. It says in a
//! [`Request`] what is sent and whether that may be sent twice, gives a [`AnswerReader`] that takes the answer, and hands
//! both to [`Service::call`]. [`ShortAnswer`] is the reader of answers that are short.

use crate::clock::Clock;
use crate::credentials::Keyring;
use crate::fault::{Again, CallOutcome, Fault, Hint, Kind};
use crate::rpc::{self, ApiCall, Body, Client, Key, Secrets, ShortBody, is_expired_key, is_refused_key};
use crate::text::{mended, shortened};
use futures_util::future::join;
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicBool, Ordering};

const VERSION: &str = "2022-12-15";

/// Describes a call of an operation.
pub(super) struct Request<'a> {
    /// Names the operation.
    pub(super) action: &'static str,
    /// Holds the parameters.
    pub(super) form: &'a [(&'a str, &'a str)],
    /// Says whether making the call twice does no more than making it once.
    pub(super) is_idempotent: bool,
}

/// Reads an answer while it comes in.
pub(super) trait AnswerReader: Body {
    /// Holds what an answer says.
    type Answer;

    /// Reads the answer, which is complete.
    ///
    /// # Errors
    /// When it is no answer of the operation, or tells of an error.
    fn finish(&mut self) -> Result<Self::Answer, Fault>;
}

/// Makes the calls of one account.
pub struct Service {
    client: Client,
    keyring: Keyring,
    /// Says whether the next call is the first, and connects while it waits for its key.
    connects_early: AtomicBool,
}

impl Service {
    pub fn new(client: Client, keyring: Keyring) -> Self {
        Service { client, keyring, connects_early: AtomicBool::new(false) }
    }

    /// Has the first call connect while it waits for its key, which saves two round trips.
    pub fn connecting_early(self) -> Self {
        Service { connects_early: AtomicBool::new(true), ..self }
    }

    /// Gives the clock that the service's date corrects.
    pub fn clock(&self) -> &Clock {
        self.client.clock()
    }

    /// Makes one call, and reads its answer.
    ///
    /// # Errors
    /// When there is no key, or no answer. `again` never asks to repeat what must not be done twice.
    pub(super) async fn call<R: AnswerReader>(
        &self,
        request: &Request<'_>,
        reader: &mut R,
    ) -> Result<R::Answer, Fault> {
        let is_first = self.connects_early.swap(false, Ordering::Relaxed);
        let connecting = async {
            // A connection may break while it waits. What must not be done twice gets one that is fresh.
            if is_first && request.is_idempotent {
                self.client.connect_early().await;
            }
        };
        // Without a key nothing is sent.
        let (key, ()) = join(self.keyring.key(), connecting).await;
        let key = key.map_err(Fault::not_carried_out)?;
        let mut answered = self.attempt(&key, request, reader).await;
        if answered.as_ref().is_err_and(is_expired_key)
            && let Some(fresh) = self.keyring.replace(&key).await.map_err(Fault::not_carried_out)?
        {
            answered = self.attempt(&fresh, request, reader).await;
        }
        answered.map_err(|mut fault| {
            // Who has keys in several places looks for a mistake in the wrong one.
            if let Some(place) = self.keyring.place().filter(|_| is_refused_key(&fault)) {
                fault.message.push_str(&format!("; the key is that of {place}"));
            }
            let is_harmless = request.is_idempotent || fault.outcome == CallOutcome::NotCarriedOut;
            let may_repeat = is_harmless && !reader.has_let_out();
            Fault { again: if may_repeat { fault.again } else { Again::Never }, ..fault }
        })
    }

    async fn attempt<R: AnswerReader>(
        &self,
        key: &Key,
        request: &Request<'_>,
        reader: &mut R,
    ) -> Result<R::Answer, Fault> {
        let call = ApiCall { action: request.action, version: VERSION, query: &[], form: Some(request.form) };
        self.client.attempt(key, &call, reader).await?;
        reader.finish().map_err(|fault| Secrets::of(key).out_of(fault))
    }
}

/// Holds an answer whole, for it is short, until it is read.
pub(super) struct ShortAnswer<T> {
    action: &'static str,
    body: ShortBody,
    /// Reads the answer's text to an operation of that name.
    read: fn(&'static str, &str) -> Result<T, Fault>,
}

impl<T> ShortAnswer<T> {
    pub(super) fn new(action: &'static str, read: fn(&'static str, &str) -> Result<T, Fault>) -> Self {
        const LARGEST: usize = 16 << 20;
        ShortAnswer { action, body: ShortBody::new(LARGEST), read }
    }
}

impl<T> Body for ShortAnswer<T> {
    fn start(&mut self, key: &Key) {
        self.body.start(key);
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.body.chunk(bytes)
    }
}

impl<T> AnswerReader for ShortAnswer<T> {
    type Answer = T;

    fn finish(&mut self) -> Result<T, Fault> {
        (self.read)(self.action, mended(&self.body.bytes).trim_start_matches('\u{feff}'))
    }
}

/// Reads an answer, or the error that it tells of, by the JSON library.
pub(super) fn json<T: DeserializeOwned>(action: &'static str, text: &str) -> Result<T, Fault> {
    match rpc::error_in_answer(text) {
        Some(fault) => Err(fault),
        None => serde_json::from_str(text).map_err(|e| unreadable(action, &e.to_string())),
    }
}

/// Says why what came back is no answer. The call may have been carried out, and another attempt may be answered.
pub(super) fn unreadable(action: &str, why: &str) -> Fault {
    let message = format!("what came back is no answer of {action}: {}", shortened(why));
    Fault::new(Kind::Answer, message).hint(Hint::CheckEndpoint).later()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> Result<serde_json::Value, Fault> {
        let mut reader = ShortAnswer::new("SendFile", json);
        reader.chunk(answer.as_bytes())?;
        reader.finish()
    }

    #[test]
    fn short_answer_is_read_or_its_error_is_told_whatever_the_http_status() {
        assert_eq!(read("\u{feff}{\"InvokeId\":\"t-1\",\"Code\":\"200\"}").unwrap()["InvokeId"], "t-1");
        let refused = read(r#"{"RequestId":"R-1","Code":"NoPermission","Message":"no"}"#).unwrap_err();
        assert_eq!((refused.kind, refused.again), (Kind::Credentials, Again::Never));
        assert_eq!(refused.request_id.unwrap().as_written(), "R-1");
        let cut = read(r#"{"InvokeId":"t-"#).unwrap_err();
        assert_eq!((cut.kind, cut.outcome), (Kind::Answer, CallOutcome::Lost));
    }
}
