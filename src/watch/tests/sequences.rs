//! Sequences of answers and faults at random through a whole watch, against an oracle that is written apart from it.
//!
//! A run plays ten thousand; `EFLOCTL_SEQUENCES=1000000` plays so many instead. A sequence that shows a mistake is
//! made as short as it can be and printed with all that was asked and reported, and with the seed that brings it back
//! (`PROPTEST_RNG_SEED`, with as many sequences).

mod oracle;
mod play;
mod random;
mod script;
mod walk;
mod words;

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

/// How many are played, unless the environment says otherwise.
const SEQUENCES: u32 = 10_000;

#[test]
fn watch_agrees_with_the_oracle_in_random_sequences_of_answers_and_faults() {
    let wanted = std::env::var("EFLOCTL_SEQUENCES").ok().and_then(|count| count.parse().ok());
    let cases = wanted.unwrap_or(SEQUENCES);
    let chosen = match Config::default().rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => RandomState::new().hash_one("sequences"),
    };
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(chosen),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let codes = RefCell::new(BTreeMap::<u8, u32>::new());
    let played = TestRunner::new(config).run(&random::scripts(), |script| {
        let run = play::play(&script);
        *codes.borrow_mut().entry(run.code).or_default() += 1;
        oracle::check(&script, &run).map_err(TestCaseError::fail)
    });
    match played {
        Ok(()) => {}
        Err(TestError::Fail(why, script)) => {
            let run = play::play(&script);
            panic!("seed {chosen}: {why}\n{script:?}what came of it:\n{run:?}");
        }
        Err(aborted) => panic!("{aborted}"),
    }
    let codes = codes.into_inner();
    let met: Vec<u8> = codes.keys().copied().collect();
    let is_all = met == [0, 1, 3, 4, 5, 6, 8, 124, 129, 130, 143] && codes.values().all(|count| *count >= cases / 200);
    assert!(is_all || cases < SEQUENCES, "every ending is met, and often enough: {codes:?}");
}
