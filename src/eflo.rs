//! The service: eflo-controller 2022-12-15, of whose operations efloctl calls DescribeSendFileResults alone.

mod decode;
mod endpoint;

pub use decode::decode;
pub use endpoint::{EndpointType, REGIONS, endpoint};

use crate::clock::Clock;
use crate::credentials::Keyring;
use crate::fault::{Again, CallOutcome, Fault, Hint, Kind};
use crate::invocation::{Question, Snapshot};
use crate::rpc::{Body, Call, Client, Key, Secrets, is_expired_key};
use crate::text::Text;
pub use decode::Decoder;

/// Sees an answer's bytes as they pass by.
pub trait Tap {
    /// Takes some bytes of the answer.
    ///
    /// # Errors
    /// The bytes could not be passed on: the asking ends.
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault>;

    /// Whether some bytes are out of our hands, so that the answer must not be asked for again.
    fn has_let_out(&self) -> bool {
        false
    }
}

/// The service as one account sees it.
pub struct Service {
    client: Client,
    keyring: Keyring,
}

impl Service {
    pub fn new(client: Client, keyring: Keyring) -> Self {
        Service { client, keyring }
    }

    /// The clock that the service's date corrects.
    pub fn clock(&self) -> &Clock {
        self.client.clock()
    }

    /// Looks once at an invocation. `tap`, if there is one, sees the answer's bytes.
    ///
    /// # Errors
    /// Whatever kept a whole answer from coming; that the answer shows no such invocation or node.
    pub async fn snapshot(&self, question: &Question, tap: Option<&mut dyn Tap>) -> Result<Snapshot, Fault> {
        let mut key = self.keyring.key().await?;
        let mut body = Tapped { decoder: Decoder::new(question), tap };
        let mut answered = self.ask(&key, question, &mut body).await;
        if answered.as_ref().is_err_and(is_expired_key)
            && let Some(fresh) = self.keyring.replace(&key).await?
        {
            key = fresh;
            answered = self.ask(&key, question, &mut body).await;
        }
        let has_let_out = body.has_let_out();
        let snapshot = answered.and_then(|()| body.decoder.finish().map_err(|fault| Secrets::of(&key).out_of(fault)));
        let fault = |fault| if has_let_out { Fault { again: Again::Never, ..fault } } else { fault };
        snapshot.map_err(|e| fault(not_found(e)))
    }

    async fn ask(&self, key: &Key, question: &Question, body: &mut dyn Body) -> Result<(), Fault> {
        let mut form = vec![("InvokeId", question.invoke_id.as_written().unwrap_or_default())];
        if let Some(node) = &question.node_id {
            form.push(("NodeId", node));
        }
        let call = Call { action: "DescribeSendFileResults", version: "2022-12-15", query: &[], form: Some(&form) };
        self.client.attempt(key, &call, body).await
    }
}

struct Tapped<'q, 't> {
    decoder: Decoder<'q>,
    tap: Option<&'t mut dyn Tap>,
}

impl Body for Tapped<'_, '_> {
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if let Some(tap) = &mut self.tap {
            tap.chunk(bytes)?;
        }
        self.decoder.chunk(bytes)
    }

    fn has_let_out(&self) -> bool {
        self.tap.as_ref().is_some_and(|tap| tap.has_let_out())
    }
}

/// What the API says of an id that it does not know is not documented: an error code that speaks of an invocation
/// not found or not existing counts as that, as an empty list does.
fn not_found(fault: Fault) -> Fault {
    let code = fault.code.as_ref().map_or("", Text::as_written);
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let speaks_of_it = code.contains("invocation") || code.contains("invoke");
    let says_so = ["notfound", "notexist", "doesnotexist"].iter().any(|word| code.contains(word));
    let is_refusal = fault.outcome == CallOutcome::Refused && fault.kind == Kind::Service;
    if is_refusal && speaks_of_it && says_so {
        let hint = fault.hint.or(Some(Box::new(Hint::NoSuchInvocation)));
        return Fault { kind: Kind::NotFound, hint, ..fault };
    }
    fault
}
