//! The list operations on the wire, and pages by tokens of any type.

use super::*;
use crate::fault::{Again, CallOutcome, Kind};
use crate::rpc::{Body, ShortBody, canonical_pairs};
use serde_json::Value;

const ACTION: &str = "ListClusterNodes";

fn token_of(json: &str) -> Option<String> {
    page(ACTION, &format!(r#"{{"Clusters":[],"NextToken":{json}}}"#), Some::<Cluster>).unwrap().next_token
}

#[test]
fn next_token_is_sent_as_it_came_whatever_its_type() {
    for (json, token) in [
        (r#""AAAAAXW/ZB9+==""#, "AAAAAXW/ZB9+=="),
        (r#""a%2Fb c\u00e4""#, "a%2Fb cä"),
        ("20", "20"),
        ("0", "0"),
        ("12345678901234567890123456789", "12345678901234567890123456789"),
        ("1.50e3", "1.50e3"),
        ("true", "true"),
        (r#"{"page": 2}"#, r#"{"page": 2}"#),
        ("[1, 2]", "[1, 2]"),
    ] {
        assert_eq!(token_of(json).as_deref(), Some(token), "{json}");
    }
    for json in ["null", r#""""#, r#"" ""#] {
        assert_eq!(token_of(json), None, "{json}");
    }
    assert_eq!(page(ACTION, r#"{"Clusters":[]}"#, Some::<Cluster>).unwrap().next_token, None);
}

#[test]
fn list_calls_have_the_form_that_the_official_sdk_sends() {
    let vectors: Value = serde_json::from_str(include_str!("../../../tests/data/list-nodes.json")).unwrap();
    let body = |name: &str| {
        let cases = vectors["cases"].as_array().unwrap();
        cases.iter().find(|case| case["name"] == name).unwrap()["body"].as_str().unwrap()
    };
    assert_eq!(canonical_pairs(&form(None, None)), body("list-clusters-first-page"));
    let nodes = canonical_pairs(&form(Some("i118191731740041623425"), Some("a3f2b/+==")));
    let narrowed = body("list-cluster-nodes-page-2");
    assert_eq!(nodes, narrowed.split("&NodeGroupId").next().unwrap(), "the filters are on our side");
}

#[test]
fn list_cluster_nodes_is_read_with_every_name_of_a_node() {
    let answer = r#"{"RequestId":"r","NextToken":null,"Nodes":[
        {"NodeId":"e01-cn-a","Hostname":" gpu-012\n","NodeGroupId":"ng-1","NodeGroupName":"emr_master","HpnZone":"A1",
         "ZoneId":"cn-wulanchabu-b","HyperNodeId":"hn-1","MachineType":"efg2.NH60C5","OperatingState":"Using",
         "Networks":[{"BondName":"bond0"},{"Ip":"192.168.22.2"},{"Ip":"192.168.22.3"}],"Tags":[{"Key":"k"}],
         "CreateTime":1652321554,"FileSystemMountEnabled":false},
        {"NodeId":7,"Hostname":"","NodeGroupId":"ng-2","Networks":"none"},
        {"Hostname":"gpu-013"}]}"#;
    let nodes = page(ACTION, answer, |node: Node| node.of_cluster("i11")).unwrap().items;
    let columns =
        |node: &NamedNode<'_>| Column::ALL.map(|column| node.get(column).map_or("-", Text::as_written)).join(" ");
    assert_eq!(
        nodes.iter().map(columns).collect::<Vec<_>>(),
        ["e01-cn-a gpu-012 emr_master A1 hn-1 i11 - efg2.NH60C5 Using 192.168.22.2 -", "7 - ng-2 - - i11 - - - - -",]
    );
    assert_eq!(nodes[0].group_id, Some(Text::new("ng-1")));
}

#[test]
fn list_may_be_null_or_absent_but_not_of_another_shape() {
    for empty in [r#"{"RequestId":"r"}"#, r#"{"RequestId":"r","Nodes":null}"#, r#"{"Nodes":[]}"#] {
        assert!(page(ACTION, empty, Some::<Node>).unwrap().items.is_empty(), "{empty}");
    }
    for stranger in ["", "{}", "[]", "null", "<html>", r#"{"Nodes":{"Node":[]}}"#, r#"{"RequestId":"r","Nodes":[1]}"#] {
        assert!(page(ACTION, stranger, Some::<Node>).is_err(), "{stranger}");
    }
}

#[test]
fn list_is_read_or_its_error_is_told_whatever_the_http_status() {
    let read = |answer: &str| {
        let mut body = ShortBody::new(1 << 10);
        body.chunk(answer.as_bytes()).unwrap();
        page(ACTION, &body.text(), Some::<Node>).map(|page| page.items.len())
    };
    assert_eq!(read("\u{feff}{\"Nodes\":[{}],\"Code\":\"200\"}").unwrap(), 1);
    let refused = read(r#"{"RequestId":"R-1","Code":"NoPermission","Message":"no"}"#).unwrap_err();
    assert_eq!((refused.kind, refused.again), (Kind::Credentials, Again::Never));
    assert_eq!(refused.request_id.unwrap().as_written(), "R-1");
    let cut = read(r#"{"Nodes":[{"NodeId":"e01"#).unwrap_err();
    assert_eq!((cut.kind, cut.outcome), (Kind::Answer, CallOutcome::Lost));
}
