//! The deadline of the process, and whatever may block for longer than that: opening, reading and writing.
//!
//! A pipe that nobody reads, or a FIFO that nobody writes to, blocks for ever, and no timer is heard meanwhile. So once
//! there is a deadline, all this is done on threads of their own and given up in time. A thread that is given up stays
//! blocked until the process ends. Without a deadline nothing needs a thread.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Limits how long a stream may take nothing once the deadline is over: then it is given up.
const SILENCE: Duration = Duration::from_secs(5);

/// Limits how long a stream that takes something now and then is waited for once the deadline is over.
const LAST_WRITES: Duration = Duration::from_secs(60);

/// Says how often it is looked whether a blocked write moves.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Limits how many writes of progress wait at a time.
const MOST_POSTED: usize = 1000;

/// Says how many bytes are written at a time: as many as a pipe takes at once, so that it shows whether a write moves.
const PIECE: usize = 4096;

static DEADLINE: Mutex<Option<Instant>> = Mutex::new(None);

/// Sets the deadline of this process; `None` is no deadline.
pub fn set(deadline: Option<Instant>) {
    *DEADLINE.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
}

/// Gives the deadline.
fn get() -> Option<Instant> {
    *DEADLINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells whether the deadline is over.
pub fn is_over() -> bool {
    get().is_some_and(|deadline| deadline <= Instant::now())
}

/// Does something that may block, and gives it up at the deadline.
///
/// # Errors
/// When the work fails, or is given up: [`io::ErrorKind::TimedOut`].
pub fn run<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    let Some(deadline) = get() else { return work() };
    let (sender, receiver) = channel();
    thread::Builder::new().spawn(move || sender.send(work()))?;
    let left = deadline.saturating_duration_since(Instant::now());
    receiver.recv_timeout(left).unwrap_or_else(|_| Err(timed_out("it did not end before the deadline")))
}

fn timed_out(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, why)
}

/// Writes to a stream or a file that may block. `write` returns when all is written, or has failed; `post` returns at
/// once, as long as not too much is waiting to be written. A writer that has neither part has given
/// its stream up.
pub struct Writer {
    /// Holds what is written to on this thread, as long as there is no deadline.
    here: Option<Box<dyn Write + Send>>,
    thread: Option<Thread>,
}

struct Thread {
    jobs: Sender<Vec<u8>>,
    results: Receiver<io::Result<()>>,
    /// Says how many writes have no result yet.
    open: usize,
    /// Says how many bytes the stream has taken so far.
    taken: Arc<AtomicU64>,
}

impl Writer {
    /// Gives a writer to something that is open.
    pub fn new(out: impl Write + Send + 'static) -> Self {
        Writer { here: Some(Box::new(out)), thread: None }
    }

    /// Gives a writer to a file that is opened first, which may block as well.
    ///
    /// # Errors
    /// When the file cannot be opened. With a deadline that is known later: then the writes fail with it.
    pub fn open(open: impl FnOnce() -> io::Result<File> + Send + 'static) -> io::Result<Self> {
        match get() {
            None => open().map(Writer::new),
            Some(_) => Thread::start(open).map(|thread| Writer { here: None, thread: Some(thread) }),
        }
    }

    /// Writes something without waiting for it, unless too much is waiting already.
    ///
    /// # Errors
    /// When this write or an earlier one failed, or the stream is given up.
    pub fn post(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hand_over(bytes, MOST_POSTED)
    }

    /// Writes what `write` makes, in large pieces, and waits until all of it is written.
    ///
    /// # Errors
    /// When `write` or the stream fails. What could not be written is not tried again.
    pub fn write_with(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(64 << 10, &mut *self);
        let written = write(&mut out).and_then(|()| out.flush());
        // A buffer that is dropped would try once more.
        let _ = out.into_parts();
        written
    }

    /// Hands bytes over, and waits until at most `left` writes have no result.
    fn hand_over(&mut self, bytes: &[u8], left: usize) -> io::Result<()> {
        if get().is_some()
            && let Some(out) = self.here.take()
        {
            self.thread = Some(Thread::start(move || Ok(out))?);
        }
        if let Some(out) = &mut self.here {
            return out.write_all(bytes).and_then(|()| out.flush());
        }
        if let Some(thread) = &mut self.thread {
            thread.open += usize::from(thread.jobs.send(bytes.to_vec()).is_ok());
            if let Some(result) = thread.wait(left) {
                return result;
            }
            self.thread = None;
        }
        Err(timed_out("nobody takes it"))
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hand_over(bytes, 0).map(|()| bytes.len())
    }

    /// Waits for what was posted.
    fn flush(&mut self) -> io::Result<()> {
        match &self.thread {
            Some(thread) if thread.open > 0 => self.hand_over(b"", 0),
            _ => Ok(()),
        }
    }
}

impl Thread {
    fn start<W: Write>(open: impl FnOnce() -> io::Result<W> + Send + 'static) -> io::Result<Self> {
        let (jobs, waiting) = channel::<Vec<u8>>();
        let (done, results) = channel();
        let taken = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&taken);
        thread::Builder::new().name("writer".to_owned()).spawn(move || {
            let mut out = open();
            for bytes in waiting {
                let written = match &mut out {
                    Ok(out) => write_counted(out, &bytes, &counter),
                    Err(e) => Err(io::Error::new(e.kind(), e.to_string())),
                };
                if done.send(written).is_err() {
                    return;
                }
            }
        })?;
        Ok(Thread { jobs, results, open: 0, taken })
    }

    /// Waits until at most `left` writes have no result. Gives `None` if the stream is given up.
    fn wait(&mut self, left: usize) -> Option<io::Result<()>> {
        let (mut moved_at, mut taken) = (Instant::now(), self.taken.load(Ordering::Relaxed));
        let mut all = Ok(());
        loop {
            let patience = if self.open > left { CHECK_INTERVAL } else { Duration::ZERO };
            if let Ok(result) = self.results.recv_timeout(patience) {
                self.open -= 1;
                all = all.and(result);
                continue;
            }
            if self.open <= left {
                return Some(all);
            }
            let (now, taken_now) = (Instant::now(), self.taken.load(Ordering::Relaxed));
            if taken_now != taken {
                (moved_at, taken) = (now, taken_now);
            }
            let is_enough =
                |deadline: Instant| now >= deadline.max(moved_at) + SILENCE || now >= deadline + LAST_WRITES;
            if get().is_some_and(is_enough) {
                return None;
            }
        }
    }
}

/// Writes bytes piece by piece, and counts those that were taken.
fn write_counted(out: &mut impl Write, bytes: &[u8], taken: &AtomicU64) -> io::Result<()> {
    for piece in bytes.chunks(PIECE) {
        out.write_all(piece)?;
        taken.fetch_add(piece.len() as u64, Ordering::Relaxed);
    }
    out.flush()
}
