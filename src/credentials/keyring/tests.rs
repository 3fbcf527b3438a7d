//! The ring over a source and a clock of the test's own: hours pass in no time.

use super::{KeySource, Keyring};
use crate::credentials::Fresh;
use crate::fault::{Fault, Kind};
use crate::rpc::Key;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::SeqCst};
use tokio::sync::Mutex;

/// A source that gives a new key each time: `0`, `1` and so on.
#[derive(Clone)]
struct Fake(Arc<State>);

struct State {
    lifetime: Option<SignedDuration>,
    /// Milliseconds since it all began.
    now: AtomicI64,
    fetches: AtomicUsize,
    fails: AtomicBool,
    /// Whoever holds it keeps the source from answering.
    gate: Mutex<()>,
}

impl Fake {
    fn new(lifetime: impl Into<Option<SignedDuration>>) -> (Self, Keyring) {
        let fake = Fake(Arc::new(State {
            lifetime: lifetime.into(),
            now: AtomicI64::new(0),
            fetches: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
            gate: Mutex::new(()),
        }));
        (fake.clone(), Keyring::new(fake))
    }

    fn set(&self, now: SignedDuration) {
        self.0.now.store(now.as_millis().try_into().unwrap(), SeqCst);
    }

    fn fetches(&self) -> usize {
        self.0.fetches.load(SeqCst)
    }

    fn fail(&self, fails: bool) {
        self.0.fails.store(fails, SeqCst);
    }
}

impl KeySource for Fake {
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>> {
        async {
            let n = self.0.fetches.fetch_add(1, SeqCst);
            let _open = self.0.gate.lock().await;
            if self.0.fails.load(SeqCst) {
                return Err(Fault::credentials("the source is down"));
            }
            let expires = self.0.lifetime.map(|lifetime| self.now() + lifetime);
            Ok(Fresh { key: Key { id: n.to_string(), secret: "never-shown".into(), token: None }, expires })
        }
        .boxed()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.now.load(SeqCst)).unwrap()
    }
}

fn mins(mins: i64) -> SignedDuration {
    SignedDuration::from_mins(mins)
}

fn secs(secs: i64) -> SignedDuration {
    SignedDuration::from_secs(secs)
}

async fn id(ring: &Keyring) -> String {
    ring.key().await.unwrap().id.clone()
}

/// Lets whatever was started go as far as it can.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn keyring_fetches_the_first_key_once_for_all_callers() {
    let (fake, ring) = Fake::new(mins(60));
    assert_eq!(join_all((0..50).map(|_| id(&ring))).await, vec!["0"; 50]);
    assert_eq!(fake.fetches(), 1);
}

#[tokio::test]
async fn keyring_renews_a_key_near_expiry_once_while_it_is_used() {
    let (fake, ring) = Fake::new(mins(60));
    assert_eq!(id(&ring).await, "0");
    fake.set(mins(56));
    let shut = fake.0.gate.lock().await;
    for _ in 0..3 {
        assert_eq!(join_all((0..50).map(|_| id(&ring))).await, vec!["0"; 50]);
        settle().await;
        assert_eq!(fake.fetches(), 2);
    }
    drop(shut);
    settle().await;
    assert_eq!((id(&ring).await.as_str(), fake.fetches()), ("1", 2));
}

#[tokio::test]
async fn keyring_renews_five_minutes_early_or_in_the_last_quarter() {
    let (hour, role, short) =
        ((mins(60), mins(55)), (mins(15), secs(675)), (secs(5), SignedDuration::from_millis(3750)));
    for (lifetime, due) in [hour, role, short] {
        let (fake, ring) = Fake::new(lifetime);
        id(&ring).await;
        fake.set(due - SignedDuration::from_millis(1));
        id(&ring).await;
        settle().await;
        assert_eq!(fake.fetches(), 1, "{lifetime} is renewed before {due}");
        fake.set(due);
        id(&ring).await;
        settle().await;
        assert_eq!(fake.fetches(), 2, "{lifetime} is not renewed at {due}");
    }
}

#[tokio::test]
async fn keyring_never_renews_a_key_without_expiry() {
    let (fake, ring) = Fake::new(None);
    for hours in 0..100 {
        fake.set(mins(60 * hours));
        assert_eq!(id(&ring).await, "0");
        settle().await;
    }
    assert_eq!(fake.fetches(), 1);
}

#[tokio::test]
async fn keyring_keeps_the_old_key_while_renewal_fails() {
    let (fake, ring) = Fake::new(mins(60));
    id(&ring).await;
    fake.fail(true);
    let mut fetches = 1;
    for second in (0..300).step_by(10) {
        fake.set(mins(55) + secs(second));
        for _ in 0..3 {
            assert_eq!(id(&ring).await, "0");
            settle().await;
        }
        fetches += 1;
        assert_eq!(fake.fetches(), fetches, "one attempt every ten seconds");
    }
    fake.set(mins(60));
    let fault = ring.key().await.unwrap_err();
    assert_eq!((fault.kind, fault.message.as_str()), (Kind::Credentials, "the source is down"));
    fake.fail(false);
    let fetched = fake.fetches();
    assert_eq!((id(&ring).await, fake.fetches()), (fetched.to_string(), fetched + 1));
}

#[tokio::test]
async fn keyring_retries_a_failed_renewal() {
    let (fake, ring) = Fake::new(mins(60));
    id(&ring).await;
    fake.set(mins(56));
    fake.fail(true);
    id(&ring).await;
    settle().await;
    fake.fail(false);
    fake.set(mins(56) + secs(10));
    assert_eq!(id(&ring).await, "0");
    settle().await;
    assert_eq!((id(&ring).await.as_str(), fake.fetches()), ("2", 3));
}

#[tokio::test]
async fn keyring_never_gives_an_expired_key() {
    let (fake, ring) = Fake::new(mins(60));
    id(&ring).await;
    fake.set(mins(60));
    let shut = fake.0.gate.lock().await;
    let mut waiting = Box::pin(join_all((0..50).map(|_| id(&ring))));
    assert!(waiting.as_mut().now_or_never().is_none(), "somebody got the old key");
    drop(shut);
    assert_eq!((waiting.await, fake.fetches()), (vec!["1".to_owned(); 50], 2));
}

#[tokio::test]
async fn keyring_replaces_a_refused_key_once_for_all_callers() {
    let (fake, ring) = Fake::new(mins(60));
    let refused = ring.key().await.unwrap();
    let replaced = join_all((0..50).map(|_| ring.replace(&refused))).await;
    assert!(replaced.into_iter().all(|key| key.unwrap().unwrap().id == "1"));
    assert_eq!(fake.fetches(), 2);
    let late = ring.replace(&refused).await.unwrap().unwrap();
    assert_eq!((late.id.as_str(), fake.fetches()), ("1", 2), "whoever finds out late gets what there is");
    let next = ring.replace(&late).await.unwrap().unwrap();
    assert_eq!((next.id.as_str(), fake.fetches(), id(&ring).await.as_str()), ("2", 3, "2"));

    fake.fail(true);
    assert!(ring.replace(&next).await.is_err(), "a source that is down has no other key");
    let fixed = Keyring::new(Key { id: "fixed".into(), secret: "never-shown".into(), token: None });
    let key = fixed.key().await.unwrap();
    assert!(fixed.replace(&key).await.unwrap().is_none(), "there is no other key to be had");
}

/// A source that gives new tokens to one id.
struct Tokens(AtomicUsize);

impl KeySource for Tokens {
    fn fetch(&self) -> BoxFuture<'_, Result<Fresh, Fault>> {
        let token = format!("never-shown-{}", self.0.fetch_add(1, SeqCst));
        let key = Key { id: "same".into(), secret: "never-shown".into(), token: Some(token.into()) };
        std::future::ready(Ok(Fresh { key, expires: None })).boxed()
    }
}

#[tokio::test]
async fn keyring_takes_a_new_token_of_the_same_id_for_another_key() {
    let ring = Keyring::new(Tokens(AtomicUsize::new(0)));
    let first = ring.key().await.unwrap();
    let second = ring.replace(&first).await.unwrap().expect("it has another token");
    let late = ring.replace(&first).await.unwrap().expect("it was replaced already");
    assert!(*second != *first && *late == *second, "asked once for both calls");
}

/// Polls every five seconds for three lives of a role's key and more. Each renewal takes four polls, and `fails` says
/// which of them fail.
async fn watch(fails: impl Fn(usize) -> bool) -> usize {
    let (fake, ring) = Fake::new(mins(15));
    id(&ring).await;
    let mut issued = std::collections::HashMap::from([("0".to_owned(), mins(0))]);
    let (mut shut, mut since, mut known) = (None, 0, 1);
    for second in (0..48 * 60).step_by(5) {
        fake.set(secs(second));
        if shut.is_none() && fake.fetches() == known {
            shut = Some(fake.0.gate.try_lock().expect("two renewals at once"));
        }
        let key = id(&ring).now_or_never().expect("a poll has to wait for its key");
        let at = *issued.entry(key.clone()).or_insert(secs(second) - secs(5));
        assert!(secs(second) < at + mins(15), "at {second}s the key {key} of {at} has ended");
        settle().await;
        if fake.fetches() > known {
            since += 1;
        }
        if since == 4 {
            fake.fail(fails(known));
            (shut, since, known) = (None, 0, fake.fetches());
            settle().await;
        }
    }
    drop(shut);
    fake.fetches()
}

#[tokio::test]
async fn keyring_serves_a_watch_over_three_role_sessions() {
    assert_eq!(watch(|_| false).await, 5, "each key is fetched once");
}

#[tokio::test]
async fn keyring_survives_an_sts_that_fails_every_second_time() {
    assert_eq!(watch(|n| n % 2 == 1).await, 9, "each failure is made up for once");
}
