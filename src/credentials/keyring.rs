//! The ring that every call takes its key from, so that no caller knows where keys come from or when they end.

use super::Spec;
use crate::fault::Fault;
use crate::rpc::Key;
use std::sync::Arc;

/// Gives the key to sign with.
pub struct Keyring {
    key: Arc<Key>,
}

impl Keyring {
    /// A ring over one source.
    pub fn new(spec: Spec) -> Self {
        let Spec::Static(key) = spec;
        Keyring { key: Arc::new(key) }
    }

    /// The key to sign the next call with.
    ///
    /// # Errors
    /// The source gives none.
    pub async fn key(&self) -> Result<Arc<Key>, Fault> {
        Ok(Arc::clone(&self.key))
    }
}
