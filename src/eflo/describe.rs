//! DescribeSendFileResults: what became of a file that was sent.

use super::decode::Decoder;
use super::service::{Request, Service};
use crate::fault::{Again, Fault, Hint, Kind};
use crate::invocation::{Question, Snapshot};
use crate::rpc::Body;

impl Service {
    /// Asks once about an invocation. `copy` takes the answer's bytes too, before they are read.
    ///
    /// # Errors
    /// When no usable answer came, or it shows no such invocation or node.
    pub async fn describe_send_file_results<'a>(
        &self,
        question: &'a Question,
        copy: Option<&'a mut dyn Body>,
    ) -> Result<Snapshot, Fault> {
        let mut form = vec![("InvokeId", question.invoke_id.as_written().unwrap_or_default())];
        if let Some(node) = &question.node_id {
            form.push(("NodeId", node));
        }
        let request = Request { action: "DescribeSendFileResults", form: &form, is_idempotent: true };
        let mut decoder = Decoder::new(question);
        decoder.copy = copy;
        self.call(&request, &mut decoder, Decoder::finish).await.map_err(not_found)
    }
}

/// Tells apart the fault of an id that the API does not know. Its code is not documented, so a code that speaks of an
/// invocation not found or not existing counts as that, as an empty list does.
fn not_found(fault: Fault) -> Fault {
    let code = fault.code().chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let speaks_of_it = code.contains("invocation") || code.contains("invoke");
    let says_so = ["notfound", "notexist"].iter().any(|word| code.contains(word));
    // What may pass is a fault of the service, whatever its code speaks of.
    let is_refusal = fault.kind == Kind::Service && fault.again == Again::Never;
    if is_refusal && speaks_of_it && says_so {
        return Fault { kind: Kind::NotFound, ..fault.hint(Hint::NoSuchInvocation) };
    }
    fault
}
