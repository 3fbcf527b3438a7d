//! Plays a recording as if it were live: in each interval the next answer of each id.

use super::recording::RecordedAnswer;
use super::{Feed, FeedEvent, News, Recording};
use crate::eflo;
use crate::fault::{Fault, Hint, Kind};
use crate::invocation::Question;
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Plays a recording.
pub struct Replay {
    tracks: Vec<Track>,
    interval: Duration,
    next_at: Instant,
    events: VecDeque<FeedEvent>,
}

/// Holds the recorded answers about one question that are still to be played.
struct Track {
    question: Question,
    answers: VecDeque<RecordedAnswer>,
    seen: bool,
    /// Faults in a row.
    faults: u32,
}

impl Replay {
    /// Gives a feed that plays the answers to each question, the first at once and the next ones an interval apart. An
    /// id that was not recorded is given up.
    pub fn new(mut recording: Recording, questions: Vec<Question>, interval: Duration) -> Self {
        let mut events = VecDeque::new();
        let mut tracks = Vec::new();
        for (id, question) in questions.into_iter().enumerate() {
            let invoke_id = &question.invoke_id;
            let answers = recording.answers.remove(invoke_id);
            let fault = match &answers {
                None => Some(
                    Fault::new(Kind::NotFound, format!("{invoke_id} is not in the recording"))
                        .hint("without an ID, all that was recorded is read"),
                ),
                Some(answers) if answers.is_empty() => {
                    let message = format!("the only answer about {invoke_id} in the recording is cut");
                    Some(Fault::new(Kind::Answer, message).hint("record it again"))
                }
                Some(_) => None,
            };
            events.extend(fault.map(|fault| FeedEvent { id, news: News::GaveUp(fault) }));
            let answers = answers.unwrap_or_default().into();
            tracks.push(Track { question, answers, seen: false, faults: 0 });
        }
        Replay { tracks, interval, next_at: Instant::now(), events }
    }

    /// Gives a feed that plays the last answer to each question alone.
    pub fn last(mut recording: Recording, questions: Vec<Question>) -> Self {
        for answers in recording.answers.values_mut() {
            answers.drain(..answers.len().saturating_sub(1));
        }
        Replay::new(recording, questions, Duration::ZERO)
    }

    /// Plays the next answer of each id that has one left.
    fn step(&mut self) {
        for (id, track) in self.tracks.iter_mut().enumerate() {
            let Some(entry) = track.answers.pop_front() else { continue };
            let at = entry.at.unwrap_or_else(Timestamp::now);
            // What is wrong with the answer is the file's fault.
            let snapshot = eflo::decode(entry.answer.get().as_bytes(), &track.question)
                .map_err(|fault| if fault.kind == Kind::Answer { fault.hint(Hint::NotARecording) } else { fault });
            let news = match snapshot {
                Ok(snapshot) => {
                    (track.seen, track.faults) = (true, 0);
                    News::Snapshot { at, snapshot: Box::new(snapshot) }
                }
                Err(fault) if track.answers.is_empty() && !track.seen => News::GaveUp(fault),
                Err(fault) => {
                    track.faults += 1;
                    News::Retry { fault, attempt: track.faults, delay: self.interval, call: None }
                }
            };
            self.events.push_back(FeedEvent { id, news });
        }
    }
}

impl Feed for Replay {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                if let Some(event) = self.events.pop_front() {
                    return Some(event);
                }
                let next_at = self.next_at()?;
                tokio::time::sleep_until(next_at).await;
                self.next_at = Instant::now() + self.interval;
                self.step();
            }
        })
    }

    fn done(&mut self, id: usize) {
        self.tracks[id].answers.clear();
    }

    fn next_at(&self) -> Option<Instant> {
        self.tracks.iter().any(|track| !track.answers.is_empty()).then_some(self.next_at)
    }
}

#[cfg(test)]
mod tests;
