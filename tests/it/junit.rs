//! `--junit FILE`: valid for the readers of Jenkins and GitLab, written whole on every path, green for nobody whose
//! gate is not.

use std::collections::BTreeMap;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::golden::golden;
use super::support::answers::{Answer, no_record};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

/// An element of a report, with what it has beneath it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Element>,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.expect("a sound attribute");
            let value = attribute.normalized_value(XmlVersion::default()).expect("a sound value");
            (attribute.key.as_ref().to_owned(), value.into_owned())
        });
        Element { name: start.name().as_ref().to_owned(), attributes: attributes.collect(), ..Element::default() }
    }

    fn all(&self, name: &str) -> Vec<&Element> {
        let below = self.children.iter().flat_map(|child| child.all(name));
        (self.name == name).then_some(self).into_iter().chain(below).collect()
    }

    fn count(&self, attribute: &str) -> usize {
        self.attributes[attribute].parse().expect("a count")
    }
}

/// What may stand in what, with which attributes; `!` marks those that must. As in `junit-10.xsd` of Jenkins' xUnit
/// plugin, to what efloctl writes; GitLab reads a part of the same.
const SCHEMA: [(&str, &[&str], &[&str]); 7] = [
    ("testsuites", &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
    (
        "testsuite",
        &["!name", "!tests", "!failures", "!errors", "time", "timestamp", "skipped"],
        &["properties", "testcase"],
    ),
    ("properties", &[], &["property"]),
    ("property", &["!name", "!value"], &[]),
    ("testcase", &["!name", "classname", "time"], &["failure", "error"]),
    ("failure", &["type", "message"], &[]),
    ("error", &["type", "message"], &[]),
];

fn check(element: &Element) {
    let known = SCHEMA.iter().find(|(name, ..)| *name == element.name);
    let (_, attributes, children) = known.unwrap_or_else(|| panic!("no such element: {element:?}"));
    for name in element.attributes.keys() {
        assert!(attributes.iter().any(|known| known.trim_start_matches('!') == name), "{name} in {element:?}");
    }
    for needed in attributes.iter().filter_map(|name| name.strip_prefix('!')) {
        assert!(element.attributes.contains_key(needed), "no {needed} in {element:?}");
    }
    for child in &element.children {
        assert!(children.contains(&child.name.as_str()), "{} in {}", child.name, element.name);
        check(child);
    }
}

/// Reads a report, which must be well-formed, as the schema has it, with counts that are right.
fn report(text: &str) -> Element {
    let allowed = |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(allowed), "a character that XML forbids: {text:?}");
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => open.push(Element::of(&start)),
            Event::Empty(start) => open.last_mut().expect("a parent").children.push(Element::of(&start)),
            Event::End(_) => {
                let done = open.pop().expect("an open element");
                open.last_mut().expect("a parent").children.push(done);
            }
            Event::Eof => break,
            Event::Decl(_) | Event::Text(_) | Event::GeneralRef(_) => {}
            other => panic!("nothing else is written: {other:?}"),
        }
    }
    let root = open.pop().and_then(|mut document| document.children.pop()).expect("a root");
    assert_eq!(root.name, "testsuites");
    check(&root);
    for counted in [vec![&root], root.all("testsuite")].concat() {
        assert_eq!(counted.count("tests"), counted.all("testcase").len(), "{text}");
        assert_eq!(counted.count("failures"), counted.all("failure").len(), "{text}");
        assert_eq!(counted.count("errors"), counted.all("error").len(), "{text}");
    }
    root
}

/// A watch with a report: how it ended, and the report.
fn watch(server: &Server, args: &[&str]) -> (Run, Element, String) {
    let home = Home::for_server(server);
    let run = home.efloctl().args([&["watch", "--interval", "1s", "--junit", "j.xml"], args].concat()).run();
    let text = home.read("j.xml");
    (run, report(&text), text)
}

fn mixed() -> Answer {
    Answer::new("PartialFailed")
        .node("e01-cn-good", "Success")
        .failed("e01-cn-bad", "Invalid", "FileAlreadyExists", "File <already> & \"exists\" 灵骏")
        .failed("e01-cn-late", "Timeout", "DeliveryTimeout", "null")
}

#[test]
fn junit_has_a_suite_for_each_invocation_and_a_case_for_each_node() {
    let server = Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => Reply::ok(mixed()),
        _ => Reply::ok(Answer::new("Success").nodes(2, "Success")),
    });
    let (run, report, text) = watch(&server, &["t-1", "t-2"]);
    run.code(3);
    assert_eq!((report.count("tests"), report.count("failures"), report.count("errors")), (5, 2, 0));
    golden("junit", &timeless(&text));
}

/// A report without the one thing in it that is another each time.
fn timeless(text: &str) -> String {
    const STAMP: &str = "timestamp=\"";
    let mut parts = text.split(STAMP);
    let mut timeless = parts.next().expect("a beginning").to_owned();
    for part in parts {
        let (stamp, rest) = part.split_once('"').expect("its end");
        let sketch: String = stamp.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        timeless.push_str(&format!("{STAMP}{sketch}\"{rest}"));
    }
    timeless
}

#[test]
fn junit_is_written_on_every_path() {
    let open = || Answer::new("Running").node("e01-cn-good", "Success").node("e01-cn-open", "Running");
    let still = |report: &Element, why: &str| {
        let errors = report.all("error");
        let message = &errors[0].attributes["message"];
        assert!(message.contains("still Running") && message.contains(why), "{message}");
        assert_eq!((errors.len(), report.all("testcase").len()), (1, 2));
    };
    let (run, report, _) = watch(&Server::always(Reply::ok(open())), &["t-1", "--timeout", "1s"]);
    run.code(124);
    still(&report, "out of time");

    let failing = open().failed("e01-cn-bad", "Failed", "FileCreateFail", "null");
    let (run, report, _) = watch(&Server::always(Reply::ok(failing)), &["t-1", "--fail-fast"]);
    run.code(3);
    let elements = (report.count("failures"), report.count("errors"));
    assert_eq!(elements, (1, 1));

    let refused = Server::always(Reply::error(403, "Forbidden.RAM", "not authorized"));
    let (run, report, _) = watch(&refused, &["t-1", "t-2"]);
    run.code(4);
    let kinds: Vec<&str> = report.all("error").iter().map(|error| error.attributes["type"].as_str()).collect();
    assert_eq!(kinds, ["Forbidden.RAM", "Forbidden.RAM"]);

    let (run, report, _) = watch(&Server::always(Reply::ok(no_record())), &["t-1", "--grace", "0"]);
    run.code(6);
    assert_eq!(report.count("errors"), 1);

    let gone = Server::always(Reply::close());
    let (run, report, _) = watch(&gone, &["t-1", "--retries", "0"]);
    run.code(5);
    assert_eq!(report.count("errors"), 1);

    let home = Home::new().config("[defaults]\nregion = \"cn-wulanchabu\"\n");
    home.run(&["watch", "t-1", "--junit", "j.xml"]).code(4);
    assert_eq!(self::report(&home.read("j.xml")).count("errors"), 1);
}

#[cfg(unix)]
#[test]
fn junit_is_written_when_a_signal_ends_the_watch() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let open = Answer::new("Running").node("e01-cn-open", "Running");
        let server = Server::always(Reply::ok(open));
        let home = Home::for_server(&server);
        let mut running = home.efloctl().args(["watch", "t-1", "--junit", "j.xml"]).spawn();
        running.wait_err(|line| line.contains("1 open of 1"));
        running.signal(signal);
        running.finish().code(code);
        let report = report(&home.read("j.xml"));
        assert!(report.all("error")[0].attributes["message"].ends_with(&format!("ended by SIG{signal}")), "{report:?}");
    }
}

#[test]
fn junit_is_never_green_where_the_exit_code_is_not_0() {
    let complete = || Answer::new("Success").nodes(2, "Success");
    for (answer, code) in [
        (Answer::new("PartialFailed").nodes(2, "Success"), 3),
        (Answer::new("Failed"), 1),
        (Answer::new("PartialFailed"), 3),
        (Answer::new("Running"), 124),
        (Answer::new("Running").nodes(2, "Success"), 124),
        (Answer::new("Success").nodes(2, "Success").node("e01-cn-odd", "Cancelled"), 3),
    ] {
        let server = Server::always(Reply::ok(answer));
        let (run, report, text) = watch(&server, &["t-1", "--timeout", "1s"]);
        let run = run.code(code);
        assert!(report.count("failures") + report.count("errors") > 0, "{run}\n{text}");
    }
    // Nor red beside one that is green: a short list of what is Success is warned of elsewhere.
    for answer in [complete(), complete().node_count(3)] {
        let (run, report, _) = watch(&Server::always(Reply::ok(answer)), &["t-1"]);
        run.code(0);
        assert_eq!(report.count("failures") + report.count("errors"), 0);
    }
}

#[test]
fn junit_holds_no_character_that_xml_forbids() {
    let nasty = "\u{1b}[31m\u{0}\u{b}\u{7f}\u{202e}\u{fffe}\u{ffff}]]>&lt;<x a='\"'>\n\t灵";
    let answer = Answer::new(nasty)
        .name(nasty)
        .failed(nasty, "Failed", nasty, nasty)
        .failed("e01-cn-odd", nasty, "Null", "null")
        .node("e01-cn-open", "Running");
    let server = Server::always(Reply::ok(answer));
    let (run, report, text) = watch(&server, &["t-1", "--timeout", "1s"]);
    run.code(124);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7f}']), "{text}");
    // What was written is read back as the same safe text.
    let names: Vec<&str> = report.all("testcase").iter().map(|case| case.attributes["name"].as_str()).collect();
    assert!(names.iter().any(|name| name.contains("]]>&lt;<x a='\"'> ") && name.contains("\\u{202e}")), "{names:?}");
}

#[test]
fn junit_file_that_cannot_be_opened_is_refused_before_any_call() {
    let server = Server::always(Reply::ok(mixed()));
    let home = Home::for_server(&server).file("a-file", "").file("folder/x", "");
    for path in ["missing/j.xml", "a-file/j.xml", "folder"] {
        let run = home.run(&["watch", "t-1", "--junit", path]).code(2);
        assert!(run.err.contains(path) && run.err.contains("JUnit report"), "{run}");
    }
    assert_eq!(server.count(), 0);
    let run = home.run(&["watch", "t-1", "--junit"]).code(2);
    assert!(run.err.contains("--junit"), "{run}");
}

#[test]
fn junit_old_file_stays_until_the_new_one_is_whole() {
    let server = Server::always(Reply::ok(mixed()));
    let home = Home::for_server(&server).file("j.xml", "old");
    let running = home.efloctl().args(["watch", "t-1", "--junit", "j.xml"]).run().code(3);
    assert!(home.read("j.xml").starts_with("<?xml"), "{running}");
    assert_eq!(left_over(home.path()), Vec::<String>::new());
    // Refused before any call, the old one is still there.
    let home = Home::for_server(&server).file("j.xml", "old");
    home.run(&["watch", "", "--junit", "j.xml"]).code(2);
    assert_eq!(home.read("j.xml"), "old");
    assert_eq!(left_over(home.path()), Vec::<String>::new());
}

fn left_over(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).expect("the home").map(|entry| entry.expect("an entry").file_name());
    names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.starts_with(".efloctl-")).collect()
}

#[cfg(unix)]
#[test]
fn junit_onto_a_link_or_a_device_keeps_it() {
    let server = Server::always(Reply::ok(mixed()));
    let home = Home::for_server(&server).file("real.xml", "old");
    std::os::unix::fs::symlink("real.xml", home.path().join("link.xml")).expect("a link");
    home.run(&["watch", "t-1", "--junit", "link.xml"]).code(3);
    assert!(home.path().join("link.xml").is_symlink());
    report(&home.read("real.xml"));
    std::os::unix::fs::symlink("new.xml", home.path().join("dangling.xml")).expect("a link");
    home.run(&["watch", "t-1", "--junit", "dangling.xml"]).code(3);
    assert!(home.path().join("dangling.xml").is_symlink());
    report(&home.read("new.xml"));
    // In the place of the file that stdout goes to it would take the answer away.
    let script = format!("{:?} watch t-1 --junit out.txt > out.txt", super::support::cli::PROGRAM);
    let run = home.program("sh").args(["-c", &script]).run().code(2);
    assert!(run.err.contains("the output goes there"), "{run}");
    home.run(&["watch", "t-1", "--junit", "/dev/null"]).code(3);
    let null = std::fs::metadata("/dev/null").expect("it is there").file_type();
    assert!(std::os::unix::fs::FileTypeExt::is_char_device(&null));
}

#[cfg(target_os = "linux")]
#[test]
fn junit_that_cannot_be_finished_hides_no_verdict() {
    for (answer, code) in [(mixed(), 3), (Answer::new("Success").nodes(1, "Success"), 5)] {
        let server = Server::always(Reply::ok(answer));
        let run = Home::for_server(&server).run(&["watch", "t-1", "--junit", "/dev/full"]).code(code);
        assert!(run.err.contains("the JUnit report cannot be written"), "{run}");
        assert!(run.err.lines().last().is_some_and(|line| line.ends_with(&format!("; exit {code}"))), "{run}");
        assert!(run.out.starts_with("t-1  "), "{run}");
    }
}
