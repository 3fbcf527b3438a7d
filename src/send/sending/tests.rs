//! Random sends against a service that keeps a book of what it carried out, held to what the contract says, by an
//! oracle that reads the service's book and not the log.

mod oracle;
mod service;

use super::*;
use crate::exit::{Budget, Ending, Outcome, Signal, code_of_send};
use crate::invocation::Snapshot;
use crate::send::ledger::{Ledger, Plan};
use crate::send::log::{Folder, read_log};
use crate::send::testing::{ID, plan, target};
use crate::testing::property_config;
use oracle::check;
use proptest::prelude::*;
use service::{Deed, Delivery, Made, Service};
use std::cell::RefCell;
use std::collections::HashMap;
use tokio::time::{advance, sleep};

#[derive(Clone, Debug)]
struct Case {
    nodes: usize,
    batches: Vec<Budget>,
    nodes_per_call: usize,
    budget: Option<Budget>,
    overwrite: bool,
    deeds: Vec<Deed>,
    deliveries: Vec<Delivery>,
    /// When looking is no longer permitted.
    look_refused_at: Option<Duration>,
    /// More than nothing: no look begins and ends between the decision on a call and the call.
    latency: Duration,
    end: End,
    jitter_seed: u64,
}

/// Longer than any send takes.
const FAR: Duration = Duration::from_secs(1 << 20);

/// How the send ends, if not by itself.
#[derive(Clone, Copy, Debug)]
enum End {
    Itself,
    Deadline(Duration),
    Signal(Duration),
    /// The process is stopped at this time, for this long, and goes on then.
    Stopped(Duration, Duration),
    /// The process is killed: nothing more runs.
    Kill(Duration),
}

/// What came of a send: the service's book, the last snapshot, the exit code, and what the log says afterwards.
struct Played {
    made: Vec<Made>,
    outcome: Outcome,
    code: Option<u8>,
    stopped: bool,
    told: HashMap<usize, bool>,
    read: Ledger,
}

async fn play(case: &Case) -> Played {
    // In memory where there is such a place: each line of each log is synced.
    let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let folder = Folder::at(dir.path().join("sent"));
    let plan = Plan { overwrite: case.overwrite, ..plan(case.nodes) };
    let mut log = folder.begin(&plan).unwrap();
    let mut ledger = Ledger::new(plan);
    let nodes = (0..case.nodes).collect();
    let schedule = Schedule::new(nodes, Vec::new(), &case.batches, case.nodes_per_call, case.budget);
    let batches = schedule.batches();
    let run = LogEntry::Run { nodes: None, batches };
    log.append(&run).unwrap();
    ledger.apply(&run);
    let service = Rc::new(Service { case: case.clone(), book: RefCell::default(), born: Instant::now() });
    let policy = Policy {
        interval: Duration::from_secs(5),
        retries: 2,
        grace: Duration::from_secs(30),
        patience: Duration::MAX,
    };
    let file = FileToSend::new(target(), b"abc", case.overwrite, 60);
    let order = Order { file, policy, waits: true, keep: Keep::Outcomes, jitter_seed: Some(case.jitter_seed) };
    let mut sending = Sending::new(Rc::clone(&service), order, schedule, SendState::new(ledger), Some(log));
    let mut outcome = Outcome::unseen(InvokeId::new(ID));
    let (time, ending) = match case.end {
        End::Itself => (FAR, Ending::Complete),
        End::Deadline(time) => (time, Ending::OutOfTime),
        End::Signal(time) => (time, Ending::Signal(Signal::Interrupt)),
        End::Kill(time) | End::Stopped(time, _) => (time, Ending::Complete),
    };
    let over = sleep(time);
    tokio::pin!(over);
    let is_cut = loop {
        if outcome.fault.is_some() || outcome.snapshot().is_some_and(Snapshot::is_finished) {
            break false;
        }
        tokio::select! {
            biased;
            () = &mut over => match case.end {
                End::Stopped(_, long) => {
                    advance(long).await;
                    over.as_mut().reset(Instant::now() + FAR);
                }
                _ => break true,
            },
            event = sending.next() => take(event.expect("an end before the end"), &mut outcome),
        }
    };
    let is_killed = is_cut && matches!(case.end, End::Kill(_));
    if is_cut && !is_killed {
        for event in sending.stop().await {
            take(event, &mut outcome);
        }
    }
    drop(sending);
    let ending = if is_cut { ending } else { Ending::Complete };
    let code = (!is_killed).then(|| code_of_send(&outcome, ending, case.budget, true));
    let book = service.book.take();
    Played {
        made: book.made,
        outcome,
        code,
        stopped: is_cut,
        told: book.told,
        read: read_log(&folder.log(ID)).unwrap(),
    }
}

fn take(event: FeedEvent, outcome: &mut Outcome) {
    match event.news {
        News::Snapshot { at, snapshot } => outcome.seen = Some((at, *snapshot)),
        News::GaveUp(fault) => outcome.fault = Some(fault),
        _ => {}
    }
}

fn case() -> impl Strategy<Value = Case> {
    let share = (1..101_u64).prop_map(Budget::percent);
    let step = prop_oneof![(1..12_u64).prop_map(Budget::Nodes), share.clone()];
    let budget = prop::option::of(prop_oneof![(0..6_u64).prop_map(Budget::Nodes), share]);
    let deed = prop_oneof![
        12 => Just(Deed::Accept), 3 => Just(Deed::NotMade), 2 => Just(Deed::RefuseParameter), 1 => Just(Deed::RefuseKey),
        1 => Just(Deed::RefusePermission), 1 => Just(Deed::LoseAnswer), 1 => Just(Deed::LoseCall),
    ];
    let delivery = (prop_oneof![5 => Just("Success"), 1 => Just("Invalid"), 1 => Just("Timeout")], 0..60_u64)
        .prop_map(|(status, after)| Delivery { status, after: Duration::from_secs(after) });
    let time = (0..120_000_u64).prop_map(Duration::from_millis);
    let end = prop_oneof![
        3 => Just(End::Itself), 1 => time.clone().prop_map(End::Deadline), 1 => time.clone().prop_map(End::Signal),
        2 => time.clone().prop_map(End::Kill), 1 => (time.clone(), time.clone()).prop_map(|(at, long)| End::Stopped(at, long)),
    ];
    let look = prop_oneof![9 => Just(None), 1 => time.prop_map(Some)];
    let shape = (1..40_usize, prop::collection::vec(step, 1..4), 1..12_usize, budget, any::<bool>());
    let fates = (
        prop::collection::vec(deed, 0..12),
        prop::collection::vec(delivery, 1..40),
        look,
        1..9000_u64,
        end,
        any::<u64>(),
    );
    (shape, fates).prop_map(
        |(
            (nodes, batches, nodes_per_call, budget, overwrite),
            (deeds, deliveries, look, latency, end, jitter_seed),
        )| Case {
            nodes,
            batches,
            nodes_per_call,
            budget,
            overwrite,
            deeds,
            deliveries,
            look_refused_at: look,
            latency: Duration::from_millis(latency),
            end,
            jitter_seed,
        },
    )
}

fn run(case: &Case) -> Played {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(play(case))
}

/// A call and a look take the same time here, so that their answers come in the same instant.
#[test]
fn answers_of_looks_are_taken_in_before_the_budget_lets_a_call_go() {
    let delivery = |(status, after)| Delivery { status, after: Duration::from_secs(after) };
    let fates = [("Success", 16), ("Invalid", 12), ("Success", 7), ("Success", 55), ("Invalid", 27), ("Invalid", 24)];
    let more = [("Invalid", 27), ("Success", 5), ("Success", 6), ("Timeout", 17), ("Success", 16), ("Timeout", 39)];
    for jitter_seed in 0..100 {
        let case = Case {
            nodes: 13,
            batches: [86, 62].map(Budget::percent).to_vec(),
            nodes_per_call: 1,
            budget: Some(Budget::Nodes(3)),
            overwrite: true,
            deeds: vec![Deed::LoseAnswer],
            deliveries: fates.into_iter().chain(more).map(delivery).collect(),
            look_refused_at: None,
            latency: Duration::from_millis(6198),
            end: End::Itself,
            jitter_seed,
        };
        check(&case, &run(&case));
    }
}

/// The process is stopped while a look is under way and a call waits for its next attempt. When it goes on, the answer
/// of the look has come, and the time of the attempt has passed.
#[test]
fn answers_that_came_while_the_process_was_stopped_are_taken_in_before_a_call_is_made_again() {
    let case = Case {
        nodes: 2,
        batches: vec![Budget::percent(100)],
        nodes_per_call: 1,
        budget: Some(Budget::Nodes(0)),
        overwrite: false,
        deeds: vec![Deed::Accept, Deed::NotMade],
        deliveries: vec![Delivery { status: "Invalid", after: Duration::from_secs(3) }],
        look_refused_at: None,
        latency: Duration::from_secs(1),
        // The first look begins at 1 s and the second at 6 s. The second call fails at 2 s.
        end: End::Stopped(Duration::from_millis(6500), Duration::from_secs(20)),
        jitter_seed: 1,
    };
    let played = run(&case);
    check(&case, &played);
    assert_eq!(played.made.len(), 2, "{:?}", played.made);
}

proptest! {
    #![proptest_config(property_config(500))]
    #[test]
    fn every_node_is_sent_to_once_whatever_happens(case in case()) {
        check(&case, &run(&case));
    }
}
