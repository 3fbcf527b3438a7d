//! The service as what is polled, and the two that see the bytes of its answers: `raw` and `--record`.

use super::poll::SnapshotSource;
use super::{Draft, Recorder};
use crate::eflo::Service;
use crate::fault::{Fault, Kind};
use crate::invocation::{Question, Snapshot};
use crate::rpc::{Body, Key};
use crate::terminal::Terminal;
use jiff::Timestamp;
use std::cell::RefCell;
use std::rc::Rc;

/// Gives snapshots from the service.
pub struct LiveSource {
    pub service: Service,
    /// Shows the bytes of every answer. There is one id then, so that answers do not mix.
    pub raw: Option<Rc<Terminal>>,
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
        let mut raw = self.raw.as_deref().map(|terminal| Raw { terminal, has_let_out: false });
        let raw = raw.as_mut().map(|raw| raw as &mut dyn Body);
        self.service.describe_send_file_results(question, raw).await
    }

    fn now(&self) -> Timestamp {
        self.service.clock().now()
    }
}

/// Passes an answer's bytes to stdout as they come.
struct Raw<'a> {
    terminal: &'a Terminal,
    has_let_out: bool,
}

impl Body for Raw<'_> {
    fn start(&mut self, _: &Key) {}

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.has_let_out = true;
        self.terminal.answer(|out| out.write_all(bytes));
        Ok(())
    }

    fn has_let_out(&self) -> bool {
        self.has_let_out
    }
}
