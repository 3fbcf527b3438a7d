//! Who is let through to the script, and what is said to the others. What the server has to complain
//! of at its end is gathered here too.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::http::Request;
use super::reply::Reply;
use super::signature::{self, Key};

pub(crate) struct Door {
    /// `None`: signatures are not looked at.
    pub(crate) keys: Option<Vec<Key>>,
    pub(crate) actions: Vec<String>,
    pub(crate) version: String,
    /// How far the server's clock is ahead of ours; once set, a date too far off is the test's
    /// intention and no complaint.
    pub(crate) clock_ahead: SignedDuration,
    nonces: HashSet<String>,
    pub(crate) bad_signatures: Vec<String>,
    pub(crate) bad_signatures_expected: bool,
    pub(crate) complaints: Vec<String>,
}

impl Door {
    pub(crate) fn new(key: Key) -> Self {
        Self {
            keys: Some(vec![key]),
            actions: vec!["DescribeSendFileResults".to_owned()],
            version: "2022-12-15".to_owned(),
            clock_ahead: SignedDuration::ZERO,
            nonces: HashSet::new(),
            bad_signatures: Vec::new(),
            bad_signatures_expected: false,
            complaints: Vec::new(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + self.clock_ahead
    }

    /// The service's own answer to a request that it does not let through.
    pub(crate) fn refusal(&mut self, request: &Request) -> Option<Reply> {
        let keys = self.keys.as_ref()?;
        let date = signature::check_date(request, self.now());
        if date.is_err() && !self.clock_ahead.is_zero() {
            let message = "Specified time stamp or date value is expired.";
            return Some(Reply::error(400, "InvalidTimeStamp.Expired", message));
        }
        let checked = date
            .and_then(|()| signature::check_signature(request, keys))
            .and_then(|()| signature::check_call(request, &self.actions, &self.version));
        if let Err(reason) = checked {
            // The reason stays here: it may quote a token, and tests search outputs for those.
            self.bad_signatures.push(reason);
            let message = "Specified signature is not matched with our calculation.";
            return Some(Reply::error(400, "SignatureDoesNotMatch", message));
        }
        let nonce = request.header("x-acs-signature-nonce").unwrap_or_default();
        if !self.nonces.insert(nonce.to_owned()) {
            self.complaints.push(format!("the nonce {nonce} came twice"));
            let message = "Specified signature nonce was used already.";
            return Some(Reply::error(400, "SignatureNonceUsed", message));
        }
        None
    }

    /// All that the test did not expect.
    pub(crate) fn take_complaints(&mut self) -> Vec<String> {
        let mut all = std::mem::take(&mut self.complaints);
        if !self.bad_signatures_expected {
            all.append(&mut self.bad_signatures);
        }
        all
    }
}
