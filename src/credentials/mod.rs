//! Who signs: which source of keys is meant ([`Spec`]), and a ring that hands fresh ones to many callers.

mod keyring;

pub use keyring::Keyring;

use crate::rpc::Key;

/// A source of keys, as it was configured. Settings choose one; nothing here reads settings.
#[derive(Clone, Debug)]
pub enum Spec {
    /// A key as it is, permanent or temporary.
    Static(Key),
}
