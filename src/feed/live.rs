//! The service itself as what is polled, and who else sees the bytes of its answers.

use super::poll::SnapshotSource;
use super::{Draft, Recorder};
use crate::eflo::Service;
use crate::fault::{Fault, Kind};
use crate::invocation::{Question, Snapshot};
use crate::rpc::Body;
use jiff::Timestamp;
use std::cell::RefCell;
use std::rc::Rc;
use tokio::sync::Mutex;

/// The service itself as a source.
pub struct LiveSource {
    pub service: Service,
    /// Sees the bytes of every answer; there is one id then.
    pub raw: Option<Mutex<Box<dyn Body>>>,
    /// Keeps every answer that differs from the last.
    pub recorder: Option<Rc<RefCell<Recorder>>>,
}

impl SnapshotSource for LiveSource {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        if let Some(recorder) = &self.recorder {
            let mut draft = Draft::default();
            let snapshot = self.service.describe_send_file_results(question, Some(&mut draft)).await;
            if snapshot.as_ref().map_or_else(|fault| fault.kind == Kind::NotFound, |_| true) {
                recorder.borrow_mut().keep(self.now(), &question.invoke_id, draft);
            }
            return snapshot;
        }
        match &self.raw {
            None => self.service.describe_send_file_results(question, None).await,
            Some(raw) => self.service.describe_send_file_results(question, Some(&mut **raw.lock().await)).await,
        }
    }

    fn now(&self) -> Timestamp {
        self.service.clock().now()
    }
}
