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

/// Where the service is asked, as it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The region that the host names, else the one that is set.
    pub region: Option<String>,
    /// The host, where an endpoint was set.
    pub host: Option<String>,
}

/// The known region that a host names.
pub fn region_of(host: &str) -> Option<&'static str> {
    let known = REGIONS.into_iter().map(|(region, _)| region);
    known.into_iter().find(|region| host.split('.').any(|label| label == *region))
}

/// The known region that was meant by one that is a slip of the pen. Only a number that differs is no slip: there are
/// more regions than those that are known here.
pub fn nearest_region(region: &str) -> Option<&'static str> {
    let stem = |region: &str| region.trim_end_matches(|c: char| c.is_ascii_digit()).to_ascii_lowercase();
    let known = REGIONS.into_iter().map(|(known, _)| known);
    let (distance, nearest) = known.map(|known| (strsim::osa_distance(region, known), known)).min()?;
    let is_slip = (1..=2).contains(&distance) && (stem(region) != stem(nearest) || region != region.to_lowercase());
    is_slip.then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_of_a_host_is_known() {
        assert_eq!(region_of("eflo-controller.cn-wulanchabu.aliyuncs.com"), Some("cn-wulanchabu"));
        assert_eq!(region_of("eflo-controller-vpc.cn-beijing.aliyuncs.com"), Some("cn-beijing"));
        for host in ["gateway.example.com", "127.0.0.1", "cn-beijing-gateway.example.com"] {
            assert_eq!(region_of(host), None, "{host}");
        }
    }

    #[test]
    fn a_slip_of_a_region_is_told_from_a_region_that_is_not_known() {
        for (slip, meant) in
            [("cn-wulanchabo", "cn-wulanchabu"), ("cn-bejing", "cn-beijing"), ("CN-beijing", "cn-beijing")]
        {
            assert_eq!(nearest_region(slip), Some(meant), "{slip}");
        }
        for region in ["cn-wulanchabu", "ap-southeast-5", "ap-northeast-2", "cn-chengdu", "cn-fuzhou", "us-east-1"] {
            assert_eq!(nearest_region(region), None, "{region}");
        }
    }

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
