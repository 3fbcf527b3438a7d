//! The service eflo-controller, version 2022-12-15: those of its operations that efloctl calls. service.rs tells how
//! one is added.

mod decode;
mod describe;
mod nodes;
mod regions;
mod send_file;
mod service;
mod target;

#[cfg(any(test, feature = "fuzz", feature = "bench"))]
pub use decode::Decoder;
pub use decode::decode;
pub use nodes::ListPage;
pub use regions::{EndpointType, Location, REGIONS, endpoint_of, nearest_region, region_of};
pub use send_file::FileToSend;
pub use service::Service;
pub use target::Target;
