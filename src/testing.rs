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
