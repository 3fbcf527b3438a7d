//! The hot paths, one by one: `cargo bench --features bench`.

use divan::Bencher;
use divan::counter::ItemsCount;
use efloctl::testing::bench;
use std::hint::black_box;

fn main() {
    divan::main();
}

const NODES: [usize; 3] = [10, 1_000, 100_000];
const FORMATS: [&str; 7] = ["table", "table of all", "errors", "json", "jsonl", "tsv", "ids"];

#[divan::bench]
fn sign() -> String {
    bench::sign()
}

#[divan::bench(args = NODES)]
fn decode_outcomes(bencher: Bencher<'_, '_>, nodes: usize) {
    let answer = bench::answer(nodes);
    bencher.counter(ItemsCount::new(nodes)).bench(|| bench::decode(black_box(&answer), false));
}

#[divan::bench(args = NODES)]
fn decode_everything(bencher: Bencher<'_, '_>, nodes: usize) {
    let answer = bench::answer(nodes);
    bencher.counter(ItemsCount::new(nodes)).bench(|| bench::decode(black_box(&answer), true));
}

#[divan::bench(args = NODES)]
fn decode_in_chunks(bencher: Bencher<'_, '_>, nodes: usize) {
    let answer = bench::answer(nodes);
    bencher.counter(ItemsCount::new(nodes)).bench(|| bench::decode_chunks(black_box(&answer)));
}

/// The fast path is for nodes without white space: these take the other.
#[divan::bench(args = NODES)]
fn decode_with_blanks(bencher: Bencher<'_, '_>, nodes: usize) {
    let answer = String::from_utf8(bench::answer(nodes)).expect("JSON is UTF-8").replace("\":", "\": ").into_bytes();
    bencher.counter(ItemsCount::new(nodes)).bench(|| bench::decode_chunks(black_box(&answer)));
}

#[divan::bench(args = NODES)]
fn verdict(bencher: Bencher<'_, '_>, nodes: usize) {
    let seen = bench::decode(&bench::answer(nodes), false);
    bencher.bench(|| bench::sum(black_box(&seen)));
}

#[divan::bench(args = FORMATS)]
fn write_10000_nodes(bencher: Bencher<'_, '_>, format: &str) {
    let seen = bench::decode(&bench::answer(10_000), true);
    bencher.bench(|| bench::write(black_box(&seen), format, &mut std::io::sink()));
}

#[divan::bench(args = [0, 1_000, 10_000])]
fn read_10000_names_and_look_up(bencher: Bencher<'_, '_>, nodes: usize) {
    let names = bench::names(10_000);
    bencher.bench(|| bench::look_up(black_box(&names), nodes));
}
