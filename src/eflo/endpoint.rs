//! From a region to the host of eflo-controller there, by the rule of the official SDK.

use crate::rpc::Endpoint;

/// Regions of the API's help pages with their places. There may be more: any region is accepted.
pub const REGIONS: [(&str, &str); 14] = [
    ("cn-wulanchabu", "Ulanqab"),
    ("cn-beijing", "Beijing"),
    ("cn-shanghai", "Shanghai"),
    ("cn-hangzhou", "Hangzhou"),
    ("cn-shenzhen", "Shenzhen"),
    ("cn-guangzhou", "Guangzhou"),
    ("cn-heyuan", "Heyuan"),
    ("cn-zhangjiakou", "Zhangjiakou"),
    ("cn-huhehaote", "Hohhot"),
    ("cn-hongkong", "Hong Kong"),
    ("ap-southeast-1", "Singapore"),
    ("ap-southeast-3", "Kuala Lumpur"),
    ("ap-southeast-7", "Bangkok"),
    ("ap-northeast-1", "Tokyo"),
];

/// Which of a region's hosts is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndpointType {
    #[default]
    Public,
    /// Reached from within the region's VPCs.
    Vpc,
}

/// The endpoint of a region.
///
/// # Errors
/// A region that cannot be part of a host name.
pub fn endpoint(region: &str, kind: EndpointType) -> Result<Endpoint, String> {
    let service = match kind {
        EndpointType::Public => "eflo-controller",
        EndpointType::Vpc => "eflo-controller-vpc",
    };
    Endpoint::parse(&format!("{service}.{region}.aliyuncs.com"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_rule_in_any_region() {
        let host = |region, kind| endpoint(region, kind).unwrap().to_string();
        assert_eq!(host("cn-beijing", EndpointType::Public), "https://eflo-controller.cn-beijing.aliyuncs.com");
        assert_eq!(host("me-new-1", EndpointType::Vpc), "https://eflo-controller-vpc.me-new-1.aliyuncs.com");
        for (region, _) in REGIONS {
            endpoint(region, EndpointType::Vpc).unwrap();
        }
    }
}
