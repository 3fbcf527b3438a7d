//! What an invocation is called: asked about by a question, shown by every output.

use crate::text::safe;
use serde::{Serialize, Serializer};
use std::fmt;

/// An InvokeId as SendFile gave it, or no id: a recording of bare answers carries none. Shown by `Display`, which is
/// safe; null in JSON where there is no id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvokeId(Option<String>);

impl InvokeId {
    /// What a recording of bare answers is about.
    pub const UNNAMED: InvokeId = InvokeId(None);

    /// Takes an id as it was written.
    pub fn new(id: impl Into<String>) -> Self {
        InvokeId(Some(id.into()))
    }

    /// The id as it was written, for asking and comparing. Never print it.
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
