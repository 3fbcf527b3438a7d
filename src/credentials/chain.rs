//! The places where keys may be, in the order in which they are tried.

use super::{Fresh, Missed, Spec, Tools};
use crate::fault::{Fault, Hint, Kind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A place, and what it has to offer.
#[derive(Debug)]
pub struct Candidate {
    /// The place in words.
    pub place: String,
    pub offer: Offer,
}

/// What a place has to offer.
#[derive(Debug)]
pub enum Offer {
    Spec(Spec),
    /// Nothing is configured there, and why that is so: it is stepped over.
    Absent(String),
    /// Something is configured there and cannot serve: that ends it.
    Broken(Fault),
}

/// Candidates in their order. The first that gives a key is the one from then on.
#[derive(Debug)]
pub struct Chain {
    candidates: Vec<Candidate>,
    /// What would mend it when there is nothing anywhere.
    remedy: Hint,
    chosen: AtomicUsize,
}

const NOT_CHOSEN: usize = usize::MAX;

impl Chain {
    pub fn new(candidates: Vec<Candidate>, remedy: Hint) -> Self {
        Chain { candidates, remedy, chosen: AtomicUsize::new(NOT_CHOSEN) }
    }

    /// Gets a key.
    ///
    /// # Errors
    /// No place has one, each named with its reason; or one that is configured fails.
    pub async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        if let Some(Candidate { offer: Offer::Spec(spec), .. }) = self.chosen() {
            return spec.fetch(tools).await.map_err(Missed::into_fault);
        }
        let mut tried = Vec::new();
        for (at, Candidate { place, offer }) in self.candidates.iter().enumerate() {
            let missed = match offer {
                Offer::Spec(spec) => match spec.fetch(tools).await {
                    Ok(fresh) => {
                        self.chosen.store(at, Ordering::Relaxed);
                        return Ok(fresh);
                    }
                    Err(missed) => missed,
                },
                Offer::Absent(why) => Missed::Absent(why.clone()),
                Offer::Broken(fault) => Missed::Failed(fault.clone()),
            };
            match missed {
                Missed::Absent(why) => tried.push(stepped_over(place, &why)),
                Missed::Failed(fault) => return Err(fault),
            }
        }
        Err(self.nothing(&tried))
    }

    /// Whether there is anything to ask at all.
    ///
    /// # Errors
    /// No place has something to offer, or the first that has is broken: both are known without asking anybody.
    pub fn check(&self) -> Result<(), Fault> {
        let mut tried = Vec::new();
        for Candidate { place, offer } in &self.candidates {
            match offer {
                Offer::Spec(_) => return Ok(()),
                Offer::Absent(why) => tried.push(stepped_over(place, why)),
                Offer::Broken(fault) => return Err(fault.clone()),
            }
        }
        Err(self.nothing(&tried))
    }

    fn nothing(&self, tried: &[String]) -> Fault {
        Fault::new(Kind::Credentials, format!("no credentials were found{}", tried.concat())).hint(self.remedy.clone())
    }

    /// The place that gave a key, once one has.
    pub fn chosen(&self) -> Option<&Candidate> {
        self.candidates.get(self.chosen.load(Ordering::Relaxed))
    }

    /// The places, in order.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Whether the first place that has something to offer asks STS for it.
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

fn stepped_over(place: &str, why: &str) -> String {
    format!("\n  {place}: {why}")
}
