//! What went wrong, in one type for everything from a wrong word in the config file to a server that is gone. It says
//! what happened and what helps; exit.rs knows what that means for the process.
//!
//! What helps is a value: [`Again`] for whoever repeats calls, [`CallOutcome`] for whoever must not make one twice,
//! [`Hint`] for the output, which alone knows flags and commands by name.

use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// Says what a fault is about. Its name stands in JSON as `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Says when the same call may go better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Again {
    /// Never: something has to be changed first.
    #[default]
    Never,
    /// At once, for the cause is mended already. This does not count as a retry.
    AtOnce,
    /// A little later, and not before the wait that the server asked for. That may be zero.
    Later(Duration),
    /// Later too. Too much is asked of the server, which concerns every call and not this one alone.
    Throttled(Duration),
}

impl Again {
    /// Says whether the same call may go better at all.
    pub fn helps(self) -> bool {
        self != Again::Never
    }

    /// Gives how long the server asked us to wait.
    pub fn wait(self) -> Duration {
        match self {
            Again::Never | Again::AtOnce => Duration::ZERO,
            Again::Later(wait) | Again::Throttled(wait) => wait,
        }
    }
}

/// Says what is known of a failed call, for whoever must not make it twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallOutcome {
    /// It was not carried out: there was no connection, or the API turned it away for its rate, its date or its expired
    /// key.
    NotCarriedOut,
    /// The API itself refused the call.
    Refused,
    /// The answer was lost: the call may have been carried out, or not.
    #[default]
    Lost,
}

/// Says what to do next. Advice that names a flag or a command, ours or another program's, is a value that `output`
/// words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A sentence that names no flag and no command.
    Text(Cow<'static, str>),
    /// Something else than the API answers.
    CheckEndpoint,
    /// The endpoint answers with a redirect.
    Redirected,
    /// The server's certificate is for another name.
    CertificateOfAnotherName,
    /// What answers speaks no TLS.
    NoTls,
    /// The server's certificate is of an authority that is not trusted.
    UnknownAuthority,
    /// The system trusts no authority at all.
    NoAuthorities,
    /// The answer takes longer than a request may.
    SlowAnswer,
    /// The host's name cannot be resolved.
    NoSuchHost,
    /// The host does not take the connection.
    NoConnection,
    /// The answer is larger than efloctl reads.
    LargeAnswer,
    /// The invocation is not known where it was asked for.
    NoSuchInvocation,
    /// The invocation has no such node.
    NoSuchNode,
    /// The file is no recording.
    NotARecording,
    /// A profile of the official CLI has to log in again.
    AliyunLogin { profile: String, mode: &'static str },
    /// The official CLI's file, or one profile in it, has to be mended.
    AliyunConfigure { profile: Option<String> },
    /// The official CLI has no such profile.
    AliyunProfiles,
    /// A file of credentials has to be mended, or passed by.
    MendOrNameProfile,
    /// No place has credentials: `config` is the config file, if it `is_there`, `profile` the profile of it in use.
    NoCredentials { config: String, profile: Option<String>, is_there: bool },
    /// The safety policy of the official CLI stands in the way.
    SafetyPolicy,
    /// No region and no endpoint is set.
    NoRegion,
    /// The system has no folder for config files.
    NoConfigFolder,
    /// The config file that was named cannot be read.
    WhichConfig,
    /// The account lacks a permission: the action of RAM that allows it.
    MissingAction(&'static str),
    /// No nodes are remembered.
    NoNodesRemembered,
    /// No node that is remembered is of the group; its id is not remembered.
    GroupIdsNotRemembered,
    /// The config file has no profiles.
    NoProfiles { config: String },
}

impl<T: Into<Cow<'static, str>>> From<T> for Hint {
    fn from(text: T) -> Self {
        Hint::Text(text.into())
    }
}

/// Holds one thing that went wrong. The log of a send keeps what happened, and not what would help then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    pub kind: Kind,
    /// Says what happened and why, in one sentence that is safe to show.
    pub message: String,
    /// Says what to do next, where it is not what the catalog says of `code`.
    #[serde(skip)]
    pub hint: Option<Box<Hint>>,
    /// Holds the API's own code, such as `Forbidden.RAM`, where the API itself refused the call.
    pub code: Option<Text<'static>>,
    /// Holds the API's name for the request, to quote in a support case.
    pub request_id: Option<Text<'static>>,
    #[serde(skip)]
    pub again: Again,
    #[serde(skip)]
    pub outcome: CallOutcome,
}

impl Fault {
    /// Makes a fault that trying again does not mend, of a call of which nobody knows what became.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Fault {
            kind,
            message: message.into(),
            hint: None,
            code: None,
            request_id: None,
            again: Again::Never,
            outcome: CallOutcome::Lost,
        }
    }

    /// Makes a fault of a wrong word on the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Fault::new(Kind::Usage, message)
    }

    /// Makes a fault of a mistake in a config file or a variable.
    pub fn config(message: impl Into<String>) -> Self {
        Fault::new(Kind::Config, message)
    }

    /// Makes a fault of a key that is missing or cannot be used.
    pub fn credentials(message: impl Into<String>) -> Self {
        Fault::new(Kind::Credentials, message)
    }

    /// Gives the first line of its message.
    pub fn first_line(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// Gives the API's own code as it was written; nothing where there is none.
    pub fn code(&self) -> &str {
        self.code.as_ref().map_or("", Text::as_written)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(self, hint: impl Into<Hint>) -> Self {
        Fault { hint: Some(Box::new(hint.into())), ..self }
    }

    /// Marks it as one that may pass by itself.
    #[must_use]
    pub fn later(self) -> Self {
        Fault { again: Again::Later(Duration::ZERO), ..self }
    }

    /// Marks it as one of a call that was not carried out.
    #[must_use]
    pub fn not_carried_out(self) -> Self {
        Fault { outcome: CallOutcome::NotCarriedOut, ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
