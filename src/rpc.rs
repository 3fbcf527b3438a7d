//! One attempt at one signed call over HTTPS, of any Alibaba Cloud service of the RPC style.
//!
//! It makes the attempt, hands the answer's bytes to a [`Body`] as they come, and says of a failure whether another
//! attempt could help. Retries, schedules and the meaning of the bytes are for those above.

mod body;
mod call;
mod early;
mod endpoint;
mod mask;
mod proxy;
mod refusal;
#[cfg(all(unix, not(target_vendor = "apple")))]
mod roots;
mod sign;
mod transport;
mod unreached;

pub use body::{Body, ShortBody};
pub use call::ApiCall;
pub use endpoint::Endpoint;
pub use mask::Secrets;
pub use proxy::Proxies;
pub use refusal::{ApiError, api_error, is_expired_key, is_refused_key, is_refused_permission, refusal};
pub use sign::{Key, canonical_pairs, hash, masked};
#[cfg(feature = "bench")]
pub use sign::{RequestToSign, authorization};
pub use transport::{Answered, Limits, Network, SHORT_ANSWER, Transport};
