//! A key, which says who signs. Its secret parts cannot be shown by mistake.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// Holds an AccessKey, with the token that belongs to a temporary one.
#[derive(Clone)]
pub struct Key {
    pub id: String,
    pub secret: SecretString,
    pub token: Option<SecretString>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &masked(&self.id)).finish_non_exhaustive()
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        fn parts(key: &Key) -> (&str, &str, Option<&str>) {
            (&key.id, key.secret.expose_secret(), key.token.as_ref().map(ExposeSecret::expose_secret))
        }
        parts(self) == parts(other)
    }
}

/// Gives enough of a key's id to tell it from another: its first four and last two characters.
pub fn masked(id: &str) -> String {
    let id: Vec<char> = crate::text::safe(id).chars().collect();
    match id.as_slice() {
        [a, b, c, d, .., y, z] if id.len() >= 10 => format!("{a}{b}{c}{d}…{y}{z}"),
        _ => "…".to_owned(),
    }
}
