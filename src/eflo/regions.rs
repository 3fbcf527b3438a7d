//! The regions of eflo-controller, and its host in each by the rule of the official SDK.

use crate::rpc::Endpoint;

/// Names the regions of the API's help pages with their places. There may be more: any region is accepted.
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

/// Says which of a region's two hosts is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndpointType {
    #[default]
    Public,
    /// Reached from within the region's VPCs.
    Vpc,
}

/// Gives the endpoint of a region, or says why the region cannot be part of a host name.
pub fn endpoint_of(region: &str, kind: EndpointType) -> Result<Endpoint, String> {
    let service = match kind {
        EndpointType::Public => "eflo-controller",
        EndpointType::Vpc => "eflo-controller-vpc",
    };
    Endpoint::parse(&format!("{service}.{region}.aliyuncs.com"))
}

/// Holds where the service is asked, as reports say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Holds the region that the host names, else the one that is set.
    pub region: Option<String>,
    /// Holds the host, where an endpoint was set.
    pub host: Option<String>,
}

/// Gives the known region that a host names, if it names one.
pub fn region_of(host: &str) -> Option<&'static str> {
    let mut known = REGIONS.into_iter().map(|(region, _)| region);
    known.find(|region| host.split('.').any(|label| label == *region))
}

/// Gives the known region that a misspelt one is nearest to. A region that differs from a known one in its number alone
/// is not misspelt, for there are more regions than are known here.
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
    fn region_is_read_from_the_host_name() {
        assert_eq!(region_of("eflo-controller.cn-wulanchabu.aliyuncs.com"), Some("cn-wulanchabu"));
        assert_eq!(region_of("eflo-controller-vpc.cn-beijing.aliyuncs.com"), Some("cn-beijing"));
        for host in ["gateway.example.com", "127.0.0.1", "cn-beijing-gateway.example.com"] {
            assert_eq!(region_of(host), None, "{host}");
        }
    }

    #[test]
    fn misspelt_region_is_told_from_an_unknown_one() {
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
    fn endpoint_host_follows_region_and_endpoint_type() {
        let host = |region, kind| endpoint_of(region, kind).unwrap().to_string();
        assert_eq!(host("cn-beijing", EndpointType::Public), "https://eflo-controller.cn-beijing.aliyuncs.com");
        assert_eq!(host("me-new-1", EndpointType::Vpc), "https://eflo-controller-vpc.me-new-1.aliyuncs.com");
        for (region, _) in REGIONS {
            endpoint_of(region, EndpointType::Vpc).unwrap();
        }
    }
}
