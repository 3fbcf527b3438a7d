//! A layer of settings: what one source says of them, each word with its origin.

use super::definitions::{ALL, Names};
use super::{Environment, Origin, Setting};
use std::collections::BTreeMap;

/// Holds words by the keys of their settings.
#[derive(Clone, Default)]
pub(super) struct Layer(BTreeMap<&'static str, Setting<String>>);

impl Layer {
    /// Sets the word for a setting.
    pub(super) fn set(&mut self, names: &'static Names, word: &str, origin: Origin) {
        self.0.insert(names.key, Setting { value: word.to_owned(), origin });
    }

    /// Gives the word for a setting.
    pub(super) fn get(&self, names: &Names) -> Option<&Setting<String>> {
        self.0.get(names.key)
    }

    /// Gives a layer in which the words of `upper` count before those of this one.
    pub(super) fn under(&self, upper: &Layer) -> Layer {
        Layer(self.0.clone().into_iter().chain(upper.0.clone()).collect())
    }

    /// Takes what variables say. `of` gives the variables of a setting.
    pub(super) fn of_variables(environment: &Environment, of: impl Fn(&Names) -> &[&'static str]) -> Self {
        let mut layer = Layer::default();
        for setting in ALL {
            if let Some((name, word)) = environment.first(of(setting.names())) {
                layer.set(setting.names(), word, Origin::Variable(name));
            }
        }
        layer
    }
}
