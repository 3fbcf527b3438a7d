//! Random sends against a service that keeps a book of what it carried out, held to what the contract says, by an
//! oracle that reads the service's book and not the log.

use super::*;
use crate::exit::{Budget, Ending, Outcome, Signal, code_of_send};
use crate::invocation::{NodeFields, NodeStatus, Nodes, Record};
use crate::send::ledger::{Plan, Run};
use crate::send::log::{Folder, read_log};
use crate::send::schedule::Manner;
use crate::send::{Batches, Target};
use crate::testing::property_config;
use crate::text::Text;
use proptest::prelude::*;
use std::collections::BTreeSet;
use tokio::time::sleep;

/// What the service does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Accept,
    /// No connection, or throttled: surely not carried out.
    NotMade,
    RefuseParameter,
    RefuseKey,
    RefusePermission,
    /// Carried out, and the answer lost.
    LoseAnswer,
    /// The answer is lost, and so was the call.
    LoseCall,
}

/// What becomes of a node that the file is sent to, and after how long.
#[derive(Clone, Copy, Debug)]
struct Delivery {
    status: &'static str,
    after: Duration,
}

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

/// How the send ends, if not by itself.
#[derive(Clone, Copy, Debug)]
enum End {
    Itself,
    Deadline(Duration),
    Signal(Duration),
    /// The process is killed: nothing more runs.
    Kill(Duration),
}

/// A call as the service had it.
#[derive(Clone, Debug)]
struct Made {
    nodes: Vec<usize>,
    deed: Deed,
    at: Instant,
    /// Failed nodes that answers had told of by then.
    failed_before: usize,
    /// Whether all that was sent to had been told of as final by then.
    all_final: bool,
    is_answered: bool,
}

#[derive(Default)]
struct Book {
    made: Vec<Made>,
    /// The nodes that answers have told of as final, and whether they failed.
    told: HashMap<usize, bool>,
}

struct Service {
    case: Case,
    book: RefCell<Book>,
    born: Instant,
}

impl Service {
    fn delivery(&self, node: usize) -> Delivery {
        self.case.deliveries[node % self.case.deliveries.len()]
    }
}

fn place(name: &str) -> usize {
    name.strip_prefix("n-").unwrap().parse().unwrap()
}

fn fault(kind: Kind, outcome: CallOutcome, code: Option<&'static str>, again: Again) -> Fault {
    Fault { outcome, again, code: code.map(Text::new), ..Fault::new(kind, "it went wrong") }
}

impl Sender for Service {
    async fn send_file(&self, _: &FileToSend, nodes: &[String]) -> Result<String, Fault> {
        let nodes: Vec<usize> = nodes.iter().map(|name| place(name)).collect();
        let number = {
            let mut book = self.book.borrow_mut();
            let sent: BTreeSet<usize> = book
                .made
                .iter()
                .filter(|made| made.deed == Deed::Accept)
                .flat_map(|made| made.nodes.iter().copied())
                .collect();
            let refused: BTreeSet<usize> = book
                .made
                .iter()
                .filter(|made| made.deed == Deed::RefuseParameter)
                .flat_map(|made| made.nodes.iter().copied())
                .collect();
            let lost = book.made.iter().filter(|made| matches!(made.deed, Deed::LoseAnswer | Deed::LoseCall));
            let lost: BTreeSet<usize> = lost.flat_map(|made| made.nodes.iter().copied()).collect();
            let failed_before = book.told.values().filter(|failed| **failed).count()
                + refused
                    .union(&(&lost - &sent))
                    .filter(|node| refused.contains(node) || !nodes.contains(node))
                    .count();
            let all_final = sent.iter().all(|node| book.told.contains_key(node));
            let deed = self.case.deeds.get(book.made.len()).copied().unwrap_or(Deed::Accept);
            let at = Instant::now();
            book.made.push(Made { nodes, deed, at, failed_before, all_final, is_answered: false });
            book.made.len() - 1
        };
        sleep(self.case.latency).await;
        let deed = {
            let made = &mut self.book.borrow_mut().made[number];
            made.is_answered = true;
            made.deed
        };
        let later = Again::Later(Duration::ZERO);
        match deed {
            Deed::Accept => Ok(format!("t-{number}")),
            Deed::NotMade => Err(fault(Kind::Network, CallOutcome::NotCarriedOut, None, later)),
            Deed::RefuseParameter => Err(fault(Kind::Service, CallOutcome::Refused, Some("Bad.Node"), Again::Never)),
            Deed::RefuseKey => {
                Err(fault(Kind::Credentials, CallOutcome::Refused, Some("InvalidAccessKeyId.NotFound"), Again::Never))
            }
            Deed::RefusePermission => {
                Err(fault(Kind::Credentials, CallOutcome::Refused, Some("Forbidden.RAM"), Again::Never))
            }
            Deed::LoseAnswer | Deed::LoseCall => Err(fault(Kind::Network, CallOutcome::Lost, None, later)),
        }
    }
}

impl SnapshotSource for Service {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        sleep(self.case.latency).await;
        if self.case.look_refused_at.is_some_and(|at| self.born.elapsed() >= at) {
            return Err(fault(Kind::Credentials, CallOutcome::Refused, Some("Forbidden.RAM"), Again::Never));
        }
        let number: usize = question.invoke_id.as_written().unwrap().strip_prefix("t-").unwrap().parse().unwrap();
        let made = self.book.borrow().made[number].clone();
        let mut nodes = Nodes::default();
        let (mut open, mut failed) = (0, 0);
        for node in &made.nodes {
            let delivery = self.delivery(*node);
            let is_final = made.at.elapsed() >= delivery.after;
            let status = if is_final { delivery.status } else { "Running" };
            if is_final {
                self.book.borrow_mut().told.insert(*node, status != "Success");
            }
            open += usize::from(!is_final);
            failed += usize::from(is_final && status != "Success");
            let name = format!("n-{node}");
            let fields = NodeFields {
                node_id: Some(Text::new(name.as_str())),
                status: Some(Text::new(status)),
                ..NodeFields::default()
            };
            nodes.push(&fields, question.keep);
        }
        let status = match (open, failed) {
            (1.., _) => "Running",
            (0, 0) => "Success",
            (0, failed) if failed == made.nodes.len() => "Failed",
            _ => "PartialFailed",
        };
        let count = Some(made.nodes.len() as u64);
        let record = Record { status: Some(Text::new(status)), node_count: count, nodes, ..Record::default() };
        Ok(Snapshot::new(None, vec![record], question).unwrap())
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

const ID: &str = "s-20260102T0304-abc234";

fn plan(case: &Case) -> Plan {
    Plan {
        send_id: ID.to_owned(),
        planned_at: "2026-01-02T03:04:05.678Z".to_owned(),
        region: None,
        endpoint: None,
        profile: None,
        file: "/tmp/app.conf".to_owned(),
        size: 3,
        sha256: "00".to_owned(),
        target: Target {
            name: "app.conf".to_owned(),
            target_dir: "/etc/app".to_owned(),
            file_mode: None,
            file_owner: None,
            file_group: None,
            description: None,
        },
        overwrite: case.overwrite,
        delivery_timeout: 60,
        nodes: (0..case.nodes).map(|node| format!("n-{node}")).collect(),
        mends: Vec::new(),
    }
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
    let plan = plan(case);
    let mut log = folder.begin(&plan).unwrap();
    let mut ledger = Ledger::new(plan);
    let batches = Batches::of(case.batches.clone()).cut(case.nodes);
    let run =
        LogEntry::Run(Run { nodes: None, batches: batches.clone(), overwrite: case.overwrite, delivery_timeout: 60 });
    log.append(&run).unwrap();
    ledger.apply(&run);
    let nodes: Vec<usize> = (0..case.nodes).collect();
    let manner = Manner { batches, nodes_per_call: case.nodes_per_call, budget: case.budget };
    let service = Rc::new(Service { case: case.clone(), book: RefCell::default(), born: Instant::now() });
    let policy = Policy {
        interval: Duration::from_secs(5),
        retries: 2,
        grace: Duration::from_secs(30),
        patience: Duration::MAX,
    };
    let mut file = FileToSend::new("app.conf", "/etc/app", b"abc");
    file.overwrite = case.overwrite;
    let order = Order { file, policy, waits: true, keep: Keep::Outcomes, jitter_seed: Some(case.jitter_seed) };
    let schedule = Schedule::new(&nodes, &[], &manner);
    let log: SharedLog = Rc::new(RefCell::new(Some(log)));
    let mut sending = Sending::new(Rc::clone(&service), order, schedule, ledger, HashMap::new(), log);
    let mut outcome = Outcome::unseen(InvokeId::new(ID));
    let (time, ending) = match case.end {
        End::Itself => (Duration::from_secs(1 << 20), Ending::Complete),
        End::Deadline(time) => (time, Ending::OutOfTime),
        End::Signal(time) => (time, Ending::Signal(Signal::Interrupt)),
        End::Kill(time) => (time, Ending::Complete),
    };
    let over = sleep(time);
    tokio::pin!(over);
    let is_cut = loop {
        if outcome.fault.is_some() || outcome.snapshot().is_some_and(Snapshot::is_finished) {
            break false;
        }
        tokio::select! {
            biased;
            () = &mut over => break true,
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
    match event {
        FeedEvent::Snapshot { at, snapshot, .. } => outcome.seen = Some((at, *snapshot)),
        FeedEvent::GaveUp { fault, .. } => outcome.fault = Some(fault),
        _ => {}
    }
}

/// The nodes of calls with such a deed.
fn named(made: &[Made], is_it: impl Fn(&Made) -> bool) -> BTreeSet<usize> {
    made.iter().filter(|made| is_it(made)).flat_map(|made| made.nodes.iter().copied()).collect()
}

fn check(case: &Case, played: &Played) {
    let Played { made, told, read, .. } = played;
    let all: BTreeSet<usize> = (0..case.nodes).collect();
    let accepted = named(made, |made| made.deed == Deed::Accept && made.is_answered);
    let is_lost = |made: &Made| matches!(made.deed, Deed::LoseAnswer | Deed::LoseCall) || !made.is_answered;
    let unknown: BTreeSet<usize> = &named(made, is_lost) - &accepted;

    // A call that may have been carried out is repeated only where that changes nothing.
    let mut may_have = BTreeSet::new();
    for one in made {
        let is_repeat = one.nodes.iter().any(|node| may_have.contains(node));
        assert!(!is_repeat || case.overwrite, "{:?} were named again", one.nodes);
        if one.deed == Deed::Accept || is_lost(one) {
            may_have.extend(one.nodes.iter().copied());
        }
    }
    // What ends the sending ends it.
    for (at, one) in made.iter().enumerate() {
        let ends = match one.deed {
            Deed::Accept | Deed::NotMade => false,
            Deed::RefuseParameter => !made[..at].iter().any(|before| before.deed == Deed::Accept),
            Deed::RefuseKey | Deed::RefusePermission => true,
            Deed::LoseAnswer | Deed::LoseCall => !case.overwrite,
        };
        assert!(!ends || at + 1 == made.len(), "a call after {:?}", one.deed);
    }
    assert!(made.iter().all(|one| (1..=case.nodes_per_call).contains(&one.nodes.len())));

    // What was named in accepted calls, what is unconfirmed and what was not sent is just the list: as the snapshot has
    // it, and as the log has it, whatever ended the process.
    let answers = HashMap::new();
    let of_log = Join { ledger: read, answers: &answers, is_running: false };
    let of_log = of_log.snapshot(Keep::Outcomes, None).unwrap();
    let is_killed = matches!(case.end, End::Kill(_)) && played.stopped;
    let snapshots = [Some(&of_log), played.outcome.snapshot().filter(|_| !is_killed)];
    for snapshot in snapshots.into_iter().flatten() {
        let with = |status: &[NodeStatus]| -> BTreeSet<usize> {
            let nodes = snapshot.nodes.iter().filter(|node| status.contains(&node.status()));
            nodes.map(|node| place(node.id().unwrap().as_written())).collect()
        };
        let (unconfirmed, not_sent) =
            (with(&[NodeStatus::Unconfirmed]), with(&[NodeStatus::NotSent, NodeStatus::ToBeSent]));
        let known: BTreeSet<usize> = &(&all - &unconfirmed) - &not_sent;
        if is_killed {
            // A line may be on the disk whose call was not made yet.
            assert!(known.is_subset(&accepted) && unknown.is_subset(&unconfirmed), "{known:?} of {accepted:?}");
            assert!(not_sent.is_disjoint(&may_have));
        } else {
            assert_eq!((known, unconfirmed), (accepted.clone(), unknown.clone()));
        }
    }

    // Batches, the budget over the whole send, the canary.
    let sizes = Batches::of(case.batches.clone()).cut(case.nodes);
    let batch_of = |node: usize| {
        let mut end = 0;
        sizes
            .iter()
            .position(|size| {
                end += size;
                node < end
            })
            .unwrap()
    };
    let allowed = |budget: Budget| match budget {
        Budget::Nodes(count) => usize::try_from(count).unwrap(),
        Budget::Share { digits, .. } => usize::try_from(digits).unwrap() * case.nodes / 100,
    };
    for (at, one) in made.iter().enumerate() {
        let batch = batch_of(one.nodes[0]);
        assert!(one.nodes.iter().all(|node| batch_of(*node) == batch), "a call is of one batch");
        let first_of_batch = made[..at].iter().all(|before| batch_of(before.nodes[0]) != batch);
        if case.budget.is_some() || (first_of_batch && batch > 0) {
            let allowed = allowed(case.budget.unwrap_or(Budget::NONE));
            assert!(one.failed_before <= allowed, "call {at} over the budget: {} > {allowed}", one.failed_before);
        }
        if first_of_batch && batch > 0 {
            assert!(one.all_final, "batch {batch} began before the one before it was final");
            let before: Vec<usize> = (0..case.nodes).filter(|node| batch_of(*node) == batch - 1).collect();
            let has_success = before.iter().any(|node| told.get(node) == Some(&false) && accepted.contains(node));
            assert!(has_success || (batch > 1 && before.len() < 2), "batch {batch} though none of {before:?} has it");
        }
    }

    // The exit code, by the contract's table, from the service's book.
    let Some(code) = played.code else { return };
    let snapshot = played.outcome.snapshot().unwrap();
    let not_sent = &(&all - &accepted) - &unknown;
    let success: BTreeSet<usize> = told.iter().filter(|(_, failed)| !**failed).map(|(node, _)| *node).collect();
    let success = &success & &accepted;
    let open: BTreeSet<usize> = &accepted - &told.keys().copied().collect();
    let failed = accepted.len() - success.len() - open.len();
    let last = made.last();
    let is_refusal = |deed| matches!(deed, Deed::RefuseKey | Deed::RefusePermission);
    let expected = match (case.end, played.stopped) {
        (End::Signal(_), true) => 130,
        _ if last.is_some() && accepted.is_empty() => {
            if last.is_some_and(|one| one.is_answered && is_refusal(one.deed)) { 4 } else { 5 }
        }
        _ if played.outcome.fault.is_some() && !open.is_empty() => 4,
        (End::Deadline(_), true) if !open.is_empty() => 124,
        _ if (!unknown.is_empty() || !not_sent.is_empty()) && success.is_empty() && open.is_empty() => 1,
        _ if !unknown.is_empty() || !not_sent.is_empty() => 3,
        _ if failed == 0 => 0,
        _ if success.is_empty() => 1,
        _ if case.budget.is_some_and(|budget| failed <= allowed(budget)) => 0,
        _ => 3,
    };
    // What the last polls told came too late for the snapshot where the time was up.
    let is_exact = !played.stopped || snapshot.open() as usize == open.len();
    if is_exact {
        assert_eq!(code, expected, "accepted {accepted:?}, unknown {unknown:?}, told {told:?}");
    }
}

fn case() -> impl Strategy<Value = Case> {
    let share = (1..101_u64).prop_map(|digits| Budget::Share { digits, decimals: 0 });
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
        2 => time.clone().prop_map(End::Kill),
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
            batches: [86, 62].map(|digits| Budget::Share { digits, decimals: 0 }).to_vec(),
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

proptest! {
    #![proptest_config(property_config(500))]
    #[test]
    fn every_node_is_sent_to_once_whatever_happens(case in case()) {
        check(&case, &run(&case));
    }
}
