//! Where the logs are: a file for each send, found by its id.

use super::{Followed, Lock, Log, lock_of};
use crate::send::ledger::{Mended, Plan};
use crate::system;
use crate::text::safe;
use jiff::{SignedDuration, Timestamp};
use std::io;
use std::path::{Path, PathBuf};

/// Says how long a log is kept; an older one goes at the next send.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Says how a send's id has its minute written, in UTC.
const MINUTE: &str = "%Y%m%dT%H%M";

/// Finds the logs of sends in their folder, which need not be there.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// Holds a log of the folder. One that cannot be read is listed too.
pub struct Listed {
    pub send_id: String,
    pub followed: io::Result<Followed>,
}

impl Folder {
    /// Takes the folder at a path.
    pub fn at(path: PathBuf) -> Self {
        Folder(path)
    }

    /// Gives the path of the folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Gives where the log of a send is, be it there or not.
    pub fn log(&self, send_id: &str) -> PathBuf {
        self.0.join(format!("{send_id}.jsonl"))
    }

    /// Begins the log of a plan.
    ///
    /// # Errors
    /// It cannot be written; or another log names an invocation that this send mends, which is told as
    /// [`io::ErrorKind::AlreadyExists`].
    pub fn begin(&self, plan: &Plan) -> io::Result<Log> {
        self.make()?;
        if plan.mends.is_empty() {
            return Log::create(&self.log(&plan.send_id), plan);
        }
        // Two that mend the same begin one after the other, and the second sees the log of the first.
        let _lock = Lock::acquire(&self.0.join("mends"))?;
        let is_mended = |mended: &Mended| plan.mends.iter().any(|own| own.invoke_id == mended.invoke_id);
        let others = self.list()?.into_iter().filter_map(|listed| listed.followed.ok());
        match others.flat_map(|send| send.state.ledger.plan.mends).find(is_mended) {
            Some(Mended { invoke_id, .. }) => {
                let why = format!("{} was taken up by another send meanwhile", safe(&invoke_id));
                Err(io::Error::new(io::ErrorKind::AlreadyExists, why))
            }
            None => Log::create(&self.log(&plan.send_id), plan),
        }
    }

    /// Makes the folder where it is missing, for its owner alone.
    fn make(&self) -> io::Result<()> {
        system::make_folder(&self.0)?;
        if !std::fs::symlink_metadata(&self.0)?.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "the folder of the logs is a link"));
        }
        if let Some(permissions) = system::permissions(0o700) {
            std::fs::set_permissions(&self.0, permissions)?;
        }
        system::sync_folder(self.0.parent().unwrap_or(&self.0))
    }

    /// Reads every log, the newest first.
    pub fn list(&self) -> io::Result<Vec<Listed>> {
        let ids = match self.ids() {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            ids => ids?,
        };
        let listed = |send_id: String| Listed { followed: Followed::read(self.log(&send_id)), send_id };
        let mut all: Vec<Listed> = ids.into_iter().map(listed).collect();
        // Within a minute the plan has the time.
        all.sort_by_cached_key(|listed| {
            let minute = listed.send_id.get(..15).unwrap_or_default().to_owned();
            let planned_at = listed.followed.as_ref().ok().map(|send| send.state.ledger.plan.planned_at.clone());
            std::cmp::Reverse((minute, planned_at))
        });
        Ok(all)
    }

    fn ids(&self) -> io::Result<Vec<String>> {
        let mut ids = Vec::new();
        for entry in std::fs::read_dir(&self.0)? {
            let name = entry?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".jsonl"));
            ids.extend(id.filter(|id| is_send_id(id)).map(str::to_owned));
        }
        Ok(ids)
    }

    /// Removes the logs that nobody needs any more. One that is in use stays.
    pub fn clean(&self, now: Timestamp) -> io::Result<()> {
        for id in self.ids()? {
            let is_old = minute_of(&id).is_some_and(|minute| now.duration_since(minute) > KEPT);
            let path = self.log(&id);
            if is_old && let Ok(lock) = Lock::acquire(&path) {
                std::fs::remove_file(&path)?;
                std::fs::remove_file(lock_of(&path))?;
                drop(lock);
            }
        }
        Ok(())
    }
}

/// Makes an id that no other send has.
pub fn new_send_id(now: Timestamp) -> Result<String, getrandom::Error> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 6];
    getrandom::fill(&mut bytes)?;
    let letters: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(format!("s-{}-{letters}", now.strftime(MINUTE)))
}

/// Says whether a word is the id of a send, by its form.
pub(super) fn is_send_id(word: &str) -> bool {
    let suffix = word.get(15..).and_then(|rest| rest.strip_prefix('-'));
    let is_suffix = |suffix: &str| suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    minute_of(word).is_some() && suffix.is_some_and(is_suffix)
}

fn minute_of(send_id: &str) -> Option<Timestamp> {
    let minute = send_id.strip_prefix("s-")?.get(..13)?;
    Timestamp::strptime(format!("{MINUTE}%z"), format!("{minute}+0000")).ok()
}
