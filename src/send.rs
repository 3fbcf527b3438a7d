//! Sending a file: one thing, however many calls it takes.
//!
//! A send is planned, written down call by call ([`log`]), carried out by the service behind the seam
//! of `eflo`, and judged node by node ([`join`]): to the watch it is one id.

mod again;
mod file;
mod join;
mod ledger;
mod log;
mod looking;
mod nodes;
mod schedule;
mod sending;
#[cfg(test)]
mod testing;

pub use again::Remaining;
pub use file::File;
pub use join::SendState;
pub use ledger::{Ledger, LogEntry, Mended, Plan};
pub use log::{Folder, Followed, Listed, Lock, Log, new_send_id};
pub use looking::Looking;
pub use nodes::NodeList;
pub use schedule::Schedule;
pub use sending::{Order, Sender, Sending};
