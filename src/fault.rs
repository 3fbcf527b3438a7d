//! How a thing went wrong: the one type for everything that can, from a wrong word in the config file to a server
//! that is gone. It says what happened and whether trying again can help; what it means for the process is exit.rs's.

use crate::text::Text;
use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// What a fault is about. Its name stands in JSON as `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A wrong word on the command line, or a file named there that cannot be used.
    Usage,
    /// A mistake in a config file or in a variable.
    Config,
    /// A key that is missing, refused, expired, or without permission, or a clock too wrong to sign.
    Credentials,
    /// The API was not reached, or went silent.
    Network,
    /// The API, or something before it, refused or failed.
    Service,
    /// What came back cannot be read as an answer.
    Answer,
    /// The API knows no such invocation, or no such node in it.
    NotFound,
    /// Something could not be written.
    Output,
}

/// One thing that went wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    pub kind: Kind,
    /// What happened and why: one sentence, safe to show.
    pub message: String,
    /// What to do next, where that is not the catalog's word on `code`.
    pub hint: Option<String>,
    /// The API's own word, such as `Forbidden.RAM`.
    pub code: Option<Text<'static>>,
    /// The API's name for the request, to quote in a support case.
    pub request_id: Option<Text<'static>>,
    /// Whether the same call may go better a little later.
    pub passing: bool,
    /// How long the server asked us to wait.
    pub retry_after: Option<Duration>,
    /// Whether it says that too much is asked, which concerns every call and not this one.
    pub throttled: bool,
}

impl Fault {
    /// A fault that trying again does not mend.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Fault {
            kind,
            message: message.into(),
            hint: None,
            code: None,
            request_id: None,
            passing: false,
            retry_after: None,
            throttled: false,
        }
    }

    /// A wrong word on the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Fault::new(Kind::Usage, message)
    }

    /// A mistake in a config file or a variable.
    pub fn config(message: impl Into<String>) -> Self {
        Fault::new(Kind::Config, message)
    }

    /// The same fault, with what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same fault, as one whose cause is gone already: the same call goes better at once, and that is no retry.
    #[must_use]
    pub fn mended(self) -> Self {
        Fault { passing: true, retry_after: Some(Duration::ZERO), ..self }
    }

    /// Whether its cause is gone already.
    pub fn is_mended(&self) -> bool {
        self.passing && self.retry_after == Some(Duration::ZERO)
    }

    /// The same fault, as one that may pass by itself.
    #[must_use]
    pub fn passing(mut self) -> Self {
        self.passing = true;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
