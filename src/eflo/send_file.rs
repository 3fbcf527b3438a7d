//! SendFile as it goes over the wire. That a call was accepted says nothing yet about the nodes.

use super::Target;
use super::service::{Request, Service, unreadable};
use crate::fault::Fault;
use crate::rpc::ApiError;
use crate::text::{each_field, lenient, odd_in_id};
use base64::prelude::{BASE64_STANDARD, Engine};

/// Holds a file as the service is told to send it. The content may be a secret, and nothing shows it.
pub struct FileToSend {
    pub target: Target,
    /// Holds the content, always in Base64: any bytes survive, and the answer can be read in one way only.
    content: String,
    pub overwrite: bool,
    /// Limits the time of the delivery to a node, in seconds.
    timeout: String,
}

impl FileToSend {
    /// Takes a file with this content.
    pub fn new(target: Target, content: &[u8], overwrite: bool, timeout: u64) -> Self {
        FileToSend { target, content: BASE64_STANDARD.encode(content), overwrite, timeout: timeout.to_string() }
    }

    /// Gives the form body of a call. `nodes` is the list of node ids as compact JSON.
    fn form<'a>(&'a self, nodes: &'a str) -> Vec<(&'a str, &'a str)> {
        let target = &self.target;
        let mut form = vec![
            ("Content", self.content.as_str()),
            ("ContentType", "Base64"),
            ("Name", &target.name),
            ("NodeIdList", nodes),
            ("Overwrite", if self.overwrite { "true" } else { "false" }),
            ("TargetDir", &target.target_dir),
            ("Timeout", &self.timeout),
        ];
        let optional = [
            ("Description", &target.description),
            ("FileGroup", &target.file_group),
            ("FileMode", &target.file_mode),
            ("FileOwner", &target.file_owner),
        ];
        form.extend(optional.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))));
        form
    }
}

impl Service {
    /// Makes one call that names these nodes and gives its InvokeId. A fault says what became of the call.
    pub async fn send_file(&self, file: &FileToSend, nodes: &[String]) -> Result<String, Fault> {
        let nodes = crate::text::to_json(&nodes);
        let form = file.form(&nodes);
        // Where nothing is overwritten, a second call fails on the file that the first one left.
        let request = Request { action: "SendFile", form: &form, is_idempotent: file.overwrite };
        self.ask(&request, invoke_id).await
    }
}

/// Reads the InvokeId from an answer. Where there is none, nobody knows whether the call was carried out.
fn invoke_id(text: &str) -> Result<String, Fault> {
    let (mut invoke_ids, mut said) = (Vec::new(), ApiError::default());
    each_field(text, |name, value| match name {
        "InvokeId" => {
            invoke_ids.push(lenient(value)?);
            Ok(())
        }
        "Code" | "RequestId" => said.take(name, value),
        _ => Ok(()),
    })
    .map_err(|e| unreadable("SendFile", &e.to_string()))?;
    if invoke_ids.len() > 1 {
        return Err(unreadable("SendFile", "it has several InvokeIds"));
    }
    match invoke_ids.pop().flatten().filter(|id| odd_in_id(id.as_written()).is_none()) {
        Some(id) => Ok(id.as_written().to_owned()),
        None => {
            let unreadable = unreadable("SendFile", "it has no InvokeId");
            Err(Fault { code: said.code, request_id: said.request_id, ..unreadable })
        }
    }
}

#[cfg(test)]
mod tests;
