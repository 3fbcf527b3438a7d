//! The places where keys may be, in the order in which they are tried.

use super::{Fresh, Missed, Spec, Tools};
use crate::fault::{Fault, Hint, Kind};
use std::sync::OnceLock;

/// Holds a place in words, and what it has to offer.
#[derive(Debug)]
pub struct Candidate {
    pub place: String,
    pub offer: Offer,
}

/// Says what a place has to offer.
#[derive(Debug)]
pub enum Offer {
    Spec(Spec),
    /// Nothing is configured there, for this reason. The place is skipped.
    Absent(String),
    /// Something is configured there and cannot serve, which ends the chain.
    Broken(Fault),
}

/// Holds candidates in their order. The first that gives a key is asked for every further one.
#[derive(Debug)]
pub struct Chain {
    candidates: Vec<Candidate>,
    /// What to do where no place has a key.
    remedy: Hint,
    /// The place of the one that gave a key.
    chosen: OnceLock<usize>,
}

impl Chain {
    pub fn new(candidates: Vec<Candidate>, remedy: Hint) -> Self {
        Chain { candidates, remedy, chosen: OnceLock::new() }
    }

    /// Gets a key. Fails if a place that is configured fails, or if no place has a key: then each is named with its
    /// reason.
    pub async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        if let Some(Candidate { offer: Offer::Spec(spec), .. }) = self.chosen() {
            return spec.fetch(tools).await.map_err(Missed::into_fault);
        }
        let mut skipped = String::new();
        for (at, Candidate { place, offer }) in self.candidates.iter().enumerate() {
            let missed = match offer {
                Offer::Spec(spec) => match spec.fetch(tools).await {
                    Ok(fresh) => {
                        let _ = self.chosen.set(at);
                        return Ok(fresh);
                    }
                    Err(missed) => missed,
                },
                Offer::Absent(why) => Missed::Absent(why.clone()),
                Offer::Broken(fault) => Missed::Failed(fault.clone()),
            };
            match missed {
                Missed::Absent(why) => skipped.push_str(&format!("\n  {place}: {why}")),
                Missed::Failed(fault) => return Err(fault),
            }
        }
        Err(self.nothing(&skipped))
    }

    /// Fails where it is known without asking anybody that there is no key: if no place has something to offer, or if
    /// the first that has is broken.
    pub fn check(&self) -> Result<(), Fault> {
        let mut skipped = String::new();
        for Candidate { place, offer } in &self.candidates {
            match offer {
                Offer::Spec(_) => return Ok(()),
                Offer::Absent(why) => skipped.push_str(&format!("\n  {place}: {why}")),
                Offer::Broken(fault) => return Err(fault.clone()),
            }
        }
        Err(self.nothing(&skipped))
    }

    fn nothing(&self, skipped: &str) -> Fault {
        Fault::new(Kind::Credentials, format!("no credentials were found{skipped}")).hint(self.remedy.clone())
    }

    /// Gives the candidate that gave a key, once one has.
    pub fn chosen(&self) -> Option<&Candidate> {
        self.candidates.get(*self.chosen.get()?)
    }

    /// Gives the candidates, in order.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Says whether the first place that has something to offer asks STS for it.
    pub fn asks_sts(&self) -> bool {
        let mut offers = self.candidates.iter().map(|candidate| &candidate.offer);
        let first = offers.find(|offer| !matches!(offer, Offer::Absent(_)));
        matches!(first, Some(Offer::Spec(Spec::Oidc(_) | Spec::Role { .. })))
    }

    /// Whether asking again can give another key.
    pub fn is_renewable(&self) -> bool {
        matches!(self.chosen(), Some(Candidate { offer: Offer::Spec(spec), .. }) if spec.is_renewable())
    }
}
