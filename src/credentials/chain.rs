//! The places where keys may be, in the order in which they are tried.

use super::{Fresh, Missed, Spec, Tools};
use crate::fault::{Fault, Hint};
use std::sync::OnceLock;

/// Holds what a place has to offer, or why that is nothing. An absent one is skipped; one that failed ends the chain.
pub type Offer = Result<Spec, Missed>;

/// Holds a place in words, and what it has to offer.
#[derive(Debug)]
pub struct Candidate {
    pub place: String,
    pub offer: Offer,
}

/// Holds candidates in their order. The first that gives a key is asked for every further one.
#[derive(Debug)]
pub struct Chain {
    pub candidates: Vec<Candidate>,
    /// Says what to do where no place has a key.
    remedy: Hint,
    /// Holds the index of the candidate that gave a key.
    chosen: OnceLock<usize>,
}

impl Chain {
    pub fn new(candidates: Vec<Candidate>, remedy: Hint) -> Self {
        Chain { candidates, remedy, chosen: OnceLock::new() }
    }

    /// Gets a key. Fails if a place that is configured fails, or if no place has a key: then each that was tried is named
    /// with its reason.
    pub async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let mut skipped = String::new();
        let chosen = self.chosen.get();
        let tried = self.candidates.iter().enumerate().filter(|(at, _)| chosen.is_none_or(|chosen| chosen == at));
        for (at, Candidate { place, offer }) in tried {
            let fetched = match offer {
                Ok(spec) => spec.fetch(tools).await,
                Err(missed) => Err(missed.clone()),
            };
            match fetched {
                Ok(fresh) => {
                    let _ = self.chosen.set(at);
                    return Ok(fresh);
                }
                Err(Missed::Absent(why)) => skipped.push_str(&format!("\n  {place}: {why}")),
                Err(Missed::Failed(fault)) => return Err(fault),
            }
        }
        Err(self.nothing(&skipped))
    }

    /// Fails where it is known without asking anybody that there is no key: if no place has something to offer, or if
    /// the first that is configured has failed.
    pub fn check(&self) -> Result<(), Fault> {
        let mut skipped = String::new();
        for Candidate { place, offer } in &self.candidates {
            match offer {
                Ok(_) => return Ok(()),
                Err(Missed::Absent(why)) => skipped.push_str(&format!("\n  {place}: {why}")),
                Err(Missed::Failed(fault)) => return Err(fault.clone()),
            }
        }
        Err(self.nothing(&skipped))
    }

    fn nothing(&self, skipped: &str) -> Fault {
        Fault::credentials(format!("no credentials were found{skipped}")).hint(self.remedy.clone())
    }

    /// Gives the candidate that gave a key, once one has.
    pub fn chosen(&self) -> Option<&Candidate> {
        self.candidates.get(*self.chosen.get()?)
    }

    /// Says whether the first place that has something to offer asks STS for it.
    pub fn asks_sts(&self) -> bool {
        let first = self.candidates.iter().find_map(|candidate| candidate.offer.as_ref().ok());
        matches!(first, Some(Spec::Oidc(_) | Spec::Role { .. }))
    }
}
