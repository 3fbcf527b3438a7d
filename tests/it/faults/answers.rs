//! What comes whole and is no answer all the same: pages, other JSON, too much of it.

use flate2::{Compress, Compression, FlushCompress};

use super::*;

const NOT_IT: &str = "no answer of DescribeSendFileResults";
const DEEP: usize = 100_000;

fn json(body: impl ToString) -> Reply {
    Reply::json(200, body)
}

#[test]
fn answer_that_cannot_be_used_exits_5() {
    let half = Answer::new("Success").nodes(2, "Success").value().to_string();
    let odd = |name, reply, words| Case::new(name, reply, words).passing();
    check([
        odd("a page", page(200, "<html><title>Please log in</title></html>"), &[NOT_IT, "web page", "proxy"]),
        odd("nothing", json(""), &[NOT_IT, "it is empty"]),
        odd("no content", json("").status(204), &[NOT_IT, "it is empty"]),
        odd("half an answer", json(&half[..half.len() / 2]), &[NOT_IT, "breaks off"]),
        odd("a list", json("[]"), &[NOT_IT]),
        Case::new(
            "a refusal with 200",
            json(r#"{"Code":"Strange","Message":"m"}"#),
            &["refused the call: m (Strange)"],
        ),
        Case::new(
            "a key refused with 200",
            json(r#"{"RequestId":"R-1","Code":"NoPermission","Message":"m"}"#),
            &["refused the call: m (NoPermission)", "R-1"],
        )
        .code(4),
        odd("JSON of something else", json(r#"{"data":{"items":[]}}"#), &[NOT_IT, "neither RequestId nor Invocations"]),
        odd("another shape", json(r#"{"RequestId":"R","Invocations":{"Invocation":{"Name":"n"}}}"#), &[NOT_IT]),
        odd("deep lists", json("[".repeat(DEEP) + &"]".repeat(DEEP)), &[NOT_IT]),
        odd("deep objects", json(r#"{"Invocations":"#.repeat(DEEP)), &[NOT_IT]),
        odd("deep nodes", json(nodes(&r#"{"NodeId":"#.repeat(DEEP))), &[NOT_IT]),
        odd("bytes", Reply::bytes(200, "application/json", vec![0xff; 100]), &[NOT_IT]),
    ]);
}

#[test]
fn deep_nesting_in_an_unknown_field_is_skipped() {
    let deep = "[".repeat(DEEP) + &"]".repeat(DEEP);
    let node = r#"{"NodeId":"e01-cn-x","InvocationStatus":"Success","Odd":"#;
    let record = format!(r#"{{"InvocationStatus":"Success","InvokeNodes":{{"InvokeNode":[{node}{deep}}}]}}}}"#);
    let body = format!(r#"{{"RequestId":"R","Odd":{deep},"Invocations":{{"Invocation":[{record}]}}}}"#);
    let server = Server::always(json(body));
    for command in COMMANDS {
        let run = Home::for_server(&server).run(&[command, "t-1", "-o", "json"]).code(0);
        assert_eq!(run.json()["verdict"], "Success", "{run}");
    }
}

#[test]
fn answer_that_is_no_http_exits_5() {
    let strange = |name, bytes: &str| Case::new(name, Reply::bare(bytes), &["127.0.0.1:", "proxy"]).passing();
    check([strange("another protocol", "SSH-2.0-OpenSSH_9.7\r\n"), strange("words", "hello\n")]);
}

/// An answer whose list of nodes is `nodes`.
fn nodes(nodes: &str) -> String {
    format!(r#"{{"RequestId":"R","Invocations":{{"Invocation":[{{"InvokeNodes":{{"InvokeNode":[{nodes}"#)
}

/// A body that begins so and goes on with `more`, so many MiB of it; packed it is small.
fn bomb(begin: &str, more: &str, mib: usize) -> Reply {
    // What was packed with a full flush leans on nothing before it, and can be repeated.
    let pack = |bytes: &[u8]| {
        let mut packed = Vec::with_capacity(1 << 20);
        let packing = Compress::new(Compression::fast(), false).compress_vec(bytes, &mut packed, FlushCompress::Full);
        packing.expect("it can be packed");
        packed
    };
    let more = pack(more.repeat((1 << 20) / more.len()).as_bytes());
    let body = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec(), pack(begin.as_bytes()), more.repeat(mib)].concat();
    assert!(body.len() < 16 << 20, "{} bytes are no bomb", body.len());
    Reply::bytes(200, "application/json", body).header("content-encoding", "gzip")
}

#[test]
fn answer_that_is_too_large_or_too_deep_is_refused_in_bounded_memory() {
    let bomb = |name, begin: &str, more, mib, words| Case::new(name, bomb(begin, more, mib), words);
    check([
        bomb("a text", r#"{"RequestId":""#, "x", 17, &[NOT_IT, "16 MiB"]),
        // Of blanks one is kept, so they fill nothing; what they fill is but half an answer.
        bomb("blanks", "{", " ", 17, &["broke off"]).passing(),
        bomb("brackets", "", "[", 17, &[NOT_IT, "16 MiB"]),
        bomb("one node", &nodes(r#"{"NodeId":""#), "x", 17, &[NOT_IT, "16 MiB"]),
        // A refusal is read only so far as a person would.
        Case::new("a refusal", self::bomb("<p>", "x", 600).status(403), &["403 Forbidden", "proxy"]),
    ]);
}

#[test]
fn answer_over_the_size_limit_is_refused() {
    let node = format!(r#",{{"Odd":"{}"}}"#, "x".repeat((1 << 20) - 16));
    for command in COMMANDS {
        let server = Server::always(bomb(&nodes("{}"), &node, 520));
        let run = Home::for_server(&server).run(&[command, "t-1", "--retries", "1"]).code(5);
        assert_eq!(server.count(), 1, "another try would be as large: {run}");
        assert!(errors(&run)[0].contains("is larger than 512 MiB") && run.out.is_empty(), "{run}");
    }
}
