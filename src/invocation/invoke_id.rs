//! The id of an invocation, which a question asks about and every output shows.

use crate::text::safe;
use serde::{Serialize, Serializer};
use std::fmt;

/// Holds an InvokeId as SendFile gave it, or no id, for a recording of bare answers carries no id. `Display` shows it
/// safely; without an id it is null in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvokeId(Option<String>);

impl InvokeId {
    /// Stands for the one invocation of a recording that names no id.
    pub const UNNAMED: InvokeId = InvokeId(None);

    /// Takes an id as it was written.
    pub fn new(id: impl Into<String>) -> Self {
        InvokeId(Some(id.into()))
    }

    /// Gives the id as it was written, for asking and comparing. Never print it.
    pub fn as_written(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for InvokeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.as_deref().map_or("(unnamed recording)".into(), safe))
    }
}

impl Serialize for InvokeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
