//! A server that plays a real fleet: a file system for each node, an agent that does what the published agent does, in
//! its order, and the service before them with its limits. Written from the descriptions, apart from the program.

use crate::support::answers::REQUEST_ID;
use crate::support::cli::Home;
use crate::support::http::Request;
use crate::support::reply::Reply;
use crate::support::server::Server;
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A file as it lies on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) owner: String,
    pub(crate) group: String,
    /// How often it was written.
    pub(crate) writes: usize,
}

/// What keeps a node from taking a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Released,
    NotRunning,
    AgentSilent,
    AgentUpgrading,
    /// The file cannot be made.
    DiskFull,
    /// It is made and cut short.
    DiskFullMeanwhile,
    /// The target folder is a file.
    FolderIsFile,
    /// It is never done.
    Stuck,
    /// Its invocation never lists it.
    Unlisted,
    /// Whatever else the API can say; the file may be there all the same.
    Says {
        status: &'static str,
        code: &'static str,
        info: &'static str,
        has_file: bool,
    },
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) files: BTreeMap<String, Placed>,
    pub(crate) users: BTreeSet<String>,
    pub(crate) trouble: Option<Trouble>,
}

/// What the server does with a call of SendFile.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Accept,
    /// The fleet gets the file, and the client this instead of an answer.
    CarryOut(Reply),
    /// Nothing happens but this answer.
    Only(Reply),
}

#[derive(Clone, Debug)]
struct Invocation {
    /// The key that sent it: no other account knows it.
    key_id: String,
    form: BTreeMap<String, String>,
    /// Node id, status, error code, error text.
    nodes: Vec<(String, &'static str, &'static str, &'static str)>,
    asked: usize,
}

type Script = Box<dyn Fn(usize, &[String]) -> Deed + Send>;

struct State {
    nodes: BTreeMap<String, Node>,
    invocations: BTreeMap<String, Invocation>,
    script: Script,
    /// The nodes of each call of SendFile, in order.
    calls: Vec<Vec<String>>,
    /// So many answers say that the nodes are still running.
    open_answers: usize,
    look: Option<Reply>,
}

/// The fleet, and what became of it.
#[derive(Clone)]
pub(crate) struct Fleet(Arc<Mutex<State>>);

impl Fleet {
    /// Nodes `n-0`, `n-1` and so on, all well.
    pub(crate) fn of(nodes: usize) -> Self {
        let node = |at| (format!("n-{at}"), Node { users: BTreeSet::from(["root".to_owned()]), ..Node::default() });
        Fleet(Arc::new(Mutex::new(State {
            nodes: (0..nodes).map(node).collect(),
            invocations: BTreeMap::new(),
            script: Box::new(|_, _| Deed::Accept),
            calls: Vec::new(),
            open_answers: 0,
            look: None,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What becomes of each call, by its number from 0 and its nodes.
    pub(crate) fn script(self, script: impl Fn(usize, &[String]) -> Deed + Send + 'static) -> Self {
        self.lock().script = Box::new(script);
        self
    }

    /// What every look is answered with from now on; none is an answer in order.
    pub(crate) fn answer_looks(&self, reply: Option<Reply>) {
        self.lock().look = reply;
    }

    /// So many answers about each invocation say that it is still running.
    pub(crate) fn open_answers(self, count: usize) -> Self {
        self.lock().open_answers = count;
        self
    }

    /// Gives a node some trouble, or takes it away.
    pub(crate) fn trouble(&self, node: usize, trouble: Option<Trouble>) {
        self.change(node, |node| node.trouble = trouble);
    }

    pub(crate) fn change(&self, node: usize, change: impl FnOnce(&mut Node)) {
        change(self.lock().nodes.get_mut(&format!("n-{node}")).expect("a node of the fleet"));
    }

    /// The nodes of each call that came in.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        self.lock().calls.clone()
    }

    /// A file on a node.
    pub(crate) fn file(&self, node: usize, path: &str) -> Option<Placed> {
        self.lock().nodes[&format!("n-{node}")].files.get(path).cloned()
    }

    /// How often each node wrote the file.
    pub(crate) fn writes(&self, path: &str) -> BTreeMap<String, usize> {
        let state = self.lock();
        let writes = |node: &Node| node.files.get(path).map_or(0, |file| file.writes);
        state.nodes.iter().map(|(id, node)| (id.clone(), writes(node))).collect()
    }

    pub(crate) fn form(&self, invoke_id: &str) -> BTreeMap<String, String> {
        self.lock().invocations[invoke_id].form.clone()
    }

    /// A server with this fleet behind it.
    pub(crate) fn serve(&self) -> Server {
        let fleet = self.clone();
        Server::with(move |request, _| fleet.answer(request)).also_serving("SendFile")
    }

    /// A home whose profile calls the server, with a file `app.conf` in it.
    pub(crate) fn home(server: &Server) -> Home {
        let home = Home::for_server(server).file("app.conf", "workers = 8\n");
        crate::support::cli::mode(&home.path().join("app.conf"), 0o644);
        home
    }

    fn answer(&self, request: &Request) -> Reply {
        let key_id = request.header("authorization").and_then(|header| header.split("Credential=").nth(1));
        let key_id = key_id.and_then(|rest| rest.split(',').next()).unwrap_or_default();
        match request.header("x-acs-action") {
            Some("SendFile") => self.send_file(&request.form(), key_id),
            _ => self.describe(&request.form()["InvokeId"], key_id),
        }
    }

    fn send_file(&self, form: &BTreeMap<String, String>, key_id: &str) -> Reply {
        let mut state = self.lock();
        let nodes: Vec<String> = serde_json::from_str(&form["NodeIdList"]).expect("NodeIdList is a JSON array");
        let number = state.calls.len();
        state.calls.push(nodes.clone());
        match (state.script)(number, &nodes) {
            Deed::Only(reply) => reply,
            deed => {
                if let Some((code, message)) = refusal(form, &nodes) {
                    return Reply::error(403, code, message);
                }
                let outcome = |node: &String| {
                    let (status, code, info) = deliver(state.nodes.get_mut(node), form);
                    (node.clone(), status, code, info)
                };
                let nodes = nodes.iter().map(outcome).collect();
                let id = format!("t-{number}");
                let invocation = Invocation { key_id: key_id.to_owned(), form: form.clone(), nodes, asked: 0 };
                state.invocations.insert(id.clone(), invocation);
                match deed {
                    Deed::CarryOut(reply) => reply,
                    _ => Reply::ok(json!({ "InvokeId": id, "RequestId": REQUEST_ID })),
                }
            }
        }
    }

    fn describe(&self, id: &str, key_id: &str) -> Reply {
        let mut state = self.lock();
        if let Some(reply) = &state.look {
            return reply.clone();
        }
        let open_answers = state.open_answers;
        let stuck: BTreeSet<String> = with(&state.nodes, Trouble::Stuck);
        let unlisted: BTreeSet<String> = with(&state.nodes, Trouble::Unlisted);
        let Some(invocation) = state.invocations.get_mut(id).filter(|known| known.key_id == key_id) else {
            return Reply::ok(crate::support::answers::no_record());
        };
        invocation.asked += 1;
        let is_early = invocation.asked <= open_answers;
        let mut nodes: Vec<Value> = Vec::new();
        let mut counts = [0; 3];
        for (node, status, code, info) in invocation.nodes.iter().filter(|(node, ..)| !unlisted.contains(node)) {
            let is_open = is_early || stuck.contains(node);
            let (status, code, info) = if is_open { ("Running", "", "") } else { (*status, *code, *info) };
            counts[match status {
                "Running" => 0,
                "Success" => 1,
                _ => 2,
            }] += 1;
            nodes.push(json!({
                "NodeId": node, "InvocationStatus": status, "ErrorCode": code, "ErrorInfo": info,
                "CreationTime": "2026-01-02T03:04:05Z", "StartTime": "2026-01-02T03:04:06Z",
                "UpdateTime": "2026-01-02T03:04:09Z", "FinishTime": if is_open { "" } else { "2026-01-02T03:04:09Z" },
            }));
        }
        let [open, success, failed] = counts;
        let status = match (open, success, failed) {
            (1.., ..) => "Running",
            (_, _, 0) => "Success",
            (_, 0, _) => "Failed",
            _ => "PartialFailed",
        };
        let form = &invocation.form;
        let field = |name: &str, default: &str| form.get(name).map_or(default, String::as_str).to_owned();
        Reply::ok(json!({
            "RequestId": REQUEST_ID,
            "TotalCount": 1,
            "Invocations": { "Invocation": [{
                "InvocationStatus": status, "Name": field("Name", ""), "TargetDir": field("TargetDir", ""),
                "Content": field("Content", ""), "ContentType": "PlainText",
                "Description": field("Description", ""), "FileMode": field("FileMode", "0644"),
                "FileOwner": field("FileOwner", "root"), "FileGroup": field("FileGroup", "root"),
                "Overwrite": form.get("Overwrite").is_some_and(|word| word == "true"),
                "NodeCount": invocation.nodes.len(), "CreationTime": "2026-01-02T03:04:05Z",
                "InvokeNodes": { "InvokeNode": nodes },
            }]},
        }))
    }
}

fn with(nodes: &BTreeMap<String, Node>, trouble: Trouble) -> BTreeSet<String> {
    nodes.iter().filter(|(_, node)| node.trouble == Some(trouble)).map(|(id, _)| id.clone()).collect()
}

/// What the service refuses, as its sibling documents it.
fn refusal(form: &BTreeMap<String, String>, nodes: &[String]) -> Option<(&'static str, &'static str)> {
    let long = |name: &str, most: usize| form.get(name).is_some_and(|text| text.chars().count() > most);
    if form["Content"].len() > 32_768 {
        return Some(("FileSize.ExceedLimit", "The file is too large."));
    }
    if form.get("ContentType").map(String::as_str) == Some("Base64")
        && BASE64_STANDARD.decode(&form["Content"]).is_err()
    {
        return Some(("FileContent.DecodeError", "The content is no Base64."));
    }
    if long("Name", 255) {
        return Some(("FileName.ExceedLimit", "The name is too long."));
    }
    if long("Description", 512) {
        return Some(("FileDesc.ExceedLimit", "The description is too long."));
    }
    if nodes.len() > 50 {
        return Some(("InstanceIds.ExceedLimit", "Too many nodes."));
    }
    None
}

/// What the agent of a node does, in its order, and how the service reports it.
fn deliver(node: Option<&mut Node>, form: &BTreeMap<String, String>) -> (&'static str, &'static str, &'static str) {
    let Some(node) = node else { return ("Invalid", "NodeNotExists", "the specified instance does not exists") };
    match node.trouble {
        Some(Trouble::Released) => return ("Aborted", "NodeReleased", "the specified instance has been released"),
        Some(Trouble::NotRunning) => {
            return ("Aborted", "NodeNotRunning", "the node is not running when create task");
        }
        Some(Trouble::AgentSilent) => {
            return ("Aborted", "ClientNotResponse", "the aliyun service in the instance does not response");
        }
        Some(Trouble::AgentUpgrading) => {
            return ("Aborted", "ClientIsUpgrading", "the aliyun service in the node is upgrading now");
        }
        Some(Trouble::DiskFull) => return ("Failed", "FileCreateFail", "Unexpected error during creating"),
        Some(Trouble::FolderIsFile) => return ("Invalid", "FilePathInvalid", "File path is invalid"),
        Some(Trouble::Says { status, code, info, has_file: false }) => return (status, code, info),
        _ => {}
    }
    let invalid = |code, info| ("Invalid", code, info);
    if form["Name"].is_empty() || form["Name"].contains('/') {
        return invalid("FileNameInvalid", "File name is invalid");
    }
    let Ok(content) = BASE64_STANDARD.decode(&form["Content"]) else {
        return invalid("FileContentInvalid", "File content error");
    };
    if content.is_empty() {
        return invalid("FileContentInvalid", "File content is empty");
    }
    let mode = form.get("FileMode").map_or("0644", String::as_str);
    let Some(mode) = u32::from_str_radix(mode, 8).ok().filter(|_| matches!(mode.len(), 3 | 4)) else {
        return invalid("FileAuthorityInvalid", "Mode is invalid");
    };
    let path = format!("{}/{}", form["TargetDir"].trim_end_matches('/'), form["Name"]);
    let overwrites = form.get("Overwrite").is_some_and(|word| word == "true");
    let old = node.files.get(&path).cloned();
    if old.is_some() && !overwrites {
        return invalid("FileAlreadyExists", "File already exists");
    }
    let owner = form.get("FileOwner").map_or("root", String::as_str);
    let group = form.get("FileGroup").map_or("root", String::as_str);
    let is_cut = node.trouble == Some(Trouble::DiskFullMeanwhile);
    let content = if is_cut { content[..content.len() / 2].to_vec() } else { content };
    let placed = Placed {
        content,
        mode: mode & 0o777,
        owner: old.as_ref().map_or("root".to_owned(), |old| old.owner.clone()),
        group: old.as_ref().map_or("root".to_owned(), |old| old.group.clone()),
        writes: old.map_or(0, |old| old.writes) + 1,
    };
    let placed = node.files.entry(path).insert_entry(placed).into_mut();
    if is_cut {
        return ("Failed", "FileCreateFail", "Unexpected error during creating");
    }
    if (owner, group) != ("root", "root") {
        if !node.users.contains(owner) {
            return invalid("AccountNotExists", "Owner not exists");
        }
        if !node.users.contains(group) {
            return invalid("UserGroupNotExists", "Group not exists");
        }
        (placed.owner, placed.group) = (owner.to_owned(), group.to_owned());
    }
    match node.trouble {
        Some(Trouble::Says { status, code, info, .. }) => (status, code, info),
        _ => ("Success", "", ""),
    }
}
