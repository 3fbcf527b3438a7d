//! The service: eflo-controller 2022-12-15, and of its operations those that efloctl calls. How one is added is told in
//! service.rs.

mod decode;
mod describe;
mod endpoint;
mod nodes;
mod send_file;
mod service;

#[cfg(any(test, feature = "fuzz"))]
pub use decode::Decoder;
pub use decode::decode;
pub use endpoint::{EndpointType, Location, REGIONS, endpoint, nearest_region, region_of};
pub use nodes::ListPage;
pub use send_file::FileToSend;
pub use service::Service;
