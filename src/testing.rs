//! What only tests, fuzzing and benchmarks use: a service and a feed that do as they are told, second opinions to hold
//! the program to, and the doors through which fuzzing and benchmarks come in. It may use every room, and no room uses
//! it outside its tests.

#[cfg(feature = "bench")]
pub mod bench;
#[cfg(any(test, feature = "fuzz"))]
mod decoder;
#[cfg(test)]
pub(crate) mod feed;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod shown;
#[cfg(test)]
pub(crate) mod verdict;

#[cfg(test)]
pub(crate) use decoder::{assert_agrees, decode_in_pieces, fields, is_answer, is_not_found, word};

/// Gives the configuration of every property test: as many cases as `PROPTEST_CASES` says, else as many as the test
/// does. A failure prints its smallest case and leaves no file behind.
#[cfg(test)]
pub(crate) fn property_config(cases: u32) -> proptest::test_runner::Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    proptest::test_runner::Config { cases: asked.unwrap_or(cases), failure_persistence: None, ..Default::default() }
}
