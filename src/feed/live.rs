//! The service as what is polled, and the two that see the bytes of its answers: `raw` and `--record`.

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

/// Gives snapshots from the service.
pub struct LiveSource {
    pub service: Service,
    /// Gets the bytes of every answer. There is one id then, so that answers do not mix.
    pub raw: Option<Mutex<Box<dyn Body>>>,
    /// Keeps every answer that differs from the last of its id.
    pub recorder: Option<Rc<RefCell<Recorder>>>,
}

impl SnapshotSource for LiveSource {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        if let Some(recorder) = &self.recorder {
            let mut draft = Draft::new();
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
