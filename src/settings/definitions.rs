//! The settings that flags, variables and config files can give: what each is called there, what it is where none of
//! them gives it, and the one parser that reads it.

use crate::eflo::EndpointType;
use crate::rpc::Endpoint;
use jiff::fmt::friendly::SpanParser;
use std::path::PathBuf;
use std::time::Duration;

/// Defines a setting.
pub struct Definition<T> {
    pub names: Names,
    /// Reads a word, or says why it cannot be one, as a half-sentence.
    parse: fn(&str) -> Result<T, String>,
}

/// Says what a setting is called, and what it is where nothing gives it.
#[derive(Debug)]
pub struct Names {
    /// Names its key in the config file. Its flag, if it has one, is the same with `-` for `_`.
    pub key: &'static str,
    pub variable: &'static str,
    /// Lists the official CLI's variables for it, of which the first that is set counts.
    pub official: &'static [&'static str],
    pub built_in: Option<&'static str>,
}

impl Names {
    /// Gives what messages call it.
    pub fn shown(&self) -> String {
        self.key.replace('_', " ")
    }
}

/// Is a setting of any type.
pub trait AnySetting: Sync {
    fn names(&self) -> &Names;

    /// Says, as a half-sentence, why a word cannot be its value, if it cannot.
    fn check(&self, word: &str) -> Result<(), String>;
}

impl<T> AnySetting for Definition<T> {
    fn names(&self) -> &Names {
        &self.names
    }

    fn check(&self, word: &str) -> Result<(), String> {
        self.read(word).map(drop)
    }
}

impl<T> Definition<T> {
    /// Reads a word without the blanks and line ends around it. (`Settings::path` takes paths as they are.)
    pub(super) fn read(&self, word: &str) -> Result<T, String> {
        (self.parse)(word.trim())
    }

    const fn built_in(mut self, word: &'static str) -> Self {
        self.names.built_in = Some(word);
        self
    }

    const fn official(mut self, variables: &'static [&'static str]) -> Self {
        self.names.official = variables;
        self
    }
}

const fn define<T>(key: &'static str, variable: &'static str, parse: fn(&str) -> Result<T, String>) -> Definition<T> {
    Definition { names: Names { key, variable, official: &[], built_in: None }, parse }
}

pub static REGION: Definition<String> = define("region", "EFLOCTL_REGION", region).official(&[
    "ALIBABA_CLOUD_REGION_ID",
    "ALIBABACLOUD_REGION_ID",
    "ALICLOUD_REGION_ID",
]);
pub static ENDPOINT: Definition<Endpoint> =
    define("endpoint", "EFLOCTL_ENDPOINT", Endpoint::parse).official(&["ALIBABA_CLOUD_ENDPOINT"]);
pub static ENDPOINT_TYPE: Definition<EndpointType> = define("endpoint_type", "EFLOCTL_ENDPOINT_TYPE", endpoint_type)
    .official(&["ALIBABA_CLOUD_ENDPOINT_TYPE", "ALIBABACLOUD_ENDPOINT_TYPE", "ALICLOUD_ENDPOINT_TYPE"])
    .built_in("public");
pub static OUTPUT: Definition<OutputFormat> = define("output", "EFLOCTL_OUTPUT", one_of).built_in("table");
pub static PROGRESS: Definition<ProgressMode> = define("progress", "EFLOCTL_PROGRESS", one_of).built_in("auto");
pub static NODE_NAMES: Definition<PathBuf> = define("node_names", "EFLOCTL_NODE_NAMES", path);
/// Sets the time from the start of one poll to the start of the next.
pub static INTERVAL: Definition<Duration> = define("interval", "EFLOCTL_INTERVAL", interval).built_in("5s");
/// Limits how long a watch may take. Zero is no limit.
pub static TIMEOUT: Definition<Duration> = define("timeout", "EFLOCTL_TIMEOUT", parse_duration).built_in("30m");
/// Limits how long an id may be unknown at first.
pub static GRACE: Definition<Duration> = define("grace", "EFLOCTL_GRACE", parse_duration).built_in("30s");
pub static RETRIES: Definition<u32> = define("retries", "EFLOCTL_RETRIES", retries).built_in("4");
pub static CONNECT_TIMEOUT: Definition<Duration> =
    define("connect_timeout", "EFLOCTL_CONNECT_TIMEOUT", limit).built_in("10s");
pub static REQUEST_TIMEOUT: Definition<Duration> =
    define("request_timeout", "EFLOCTL_REQUEST_TIMEOUT", limit).built_in("60s");
/// Names a file with certificates to trust besides the platform's.
pub static CA_FILE: Definition<PathBuf> = define("ca_file", "EFLOCTL_CA_FILE", path);
pub static STS_ENDPOINT: Definition<Endpoint> =
    define("sts_endpoint", "EFLOCTL_STS_ENDPOINT", Endpoint::parse).official(&["ALIBABA_CLOUD_STS_ENDPOINT"]);
/// Has no key in the config file, for a machine has one address for its metadata.
pub static METADATA_ENDPOINT: Definition<Endpoint> =
    define("metadata_endpoint", "EFLOCTL_METADATA_ENDPOINT", metadata_endpoint).built_in("http://100.100.100.200");

/// Lists every setting, in the order in which people read them.
pub const ALL: [&dyn AnySetting; 15] = [
    &REGION,
    &ENDPOINT,
    &ENDPOINT_TYPE,
    &OUTPUT,
    &PROGRESS,
    &NODE_NAMES,
    &INTERVAL,
    &TIMEOUT,
    &GRACE,
    &RETRIES,
    &CONNECT_TIMEOUT,
    &REQUEST_TIMEOUT,
    &CA_FILE,
    &STS_ENDPOINT,
    &METADATA_ENDPOINT,
];

/// Gives the settings that a config file can have.
pub(super) fn in_files() -> impl Iterator<Item = &'static dyn AnySetting> {
    ALL.into_iter().filter(|setting| setting.names().key != METADATA_ENDPOINT.names.key)
}

/// Says how an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// for people
    Table,
    /// one document
    Json,
    /// a line a node or an event
    Jsonl,
    /// tab-separated, no header
    Tsv,
    /// node ids, one a line
    Ids,
    /// the API's own answer, byte for byte
    Raw,
}

impl OutputFormat {
    /// Says whether its reader is a program that reads JSON.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }
}

/// Says how progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ProgressMode {
    /// live on a terminal, unless a pipeline runs it
    Auto,
    /// lines that are redrawn in place
    Live,
    /// a line for each change
    Plain,
}

fn one_of<T: clap::ValueEnum>(word: &str) -> Result<T, String> {
    T::from_str(word, false).map_err(|_| {
        let words = T::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
        let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
        format!("is not one of {}", words.join(", "))
    })
}

/// Takes any word: whether the file is there shows when it is read.
fn path(word: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(word))
}

/// Checks a region's form; any region is accepted, for there may be new ones.
fn region(word: &str) -> Result<String, String> {
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if word.is_empty() || word.len() > 63 || !word.chars().all(is_label) {
        return Err("is not a region: it may hold letters, digits and - alone, as cn-wulanchabu does".to_owned());
    }
    Ok(word.to_owned())
}

fn endpoint_type(word: &str) -> Result<EndpointType, String> {
    match word {
        "public" => Ok(EndpointType::Public),
        "vpc" => Ok(EndpointType::Vpc),
        _ => Err("is neither public nor vpc".to_owned()),
    }
}

fn metadata_endpoint(word: &str) -> Result<Endpoint, String> {
    let usual = Endpoint::ecs_metadata();
    if word == usual.to_string() { Ok(usual) } else { Endpoint::parse(word) }
}

/// Reads a number with its unit, such as `500ms`, `5s` or `1h30m`. 0 may stand alone.
pub fn parse_duration(word: &str) -> Result<Duration, String> {
    if word == "0" {
        return Ok(Duration::ZERO);
    }
    if !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return Err(format!("has no unit; write {word}s for seconds, {word}m for minutes"));
    }
    let parsed = SpanParser::new().parse_unsigned_duration(word);
    parsed.map_err(|_| "is not a duration, such as 500ms, 5s or 1h30m".to_owned())
}

fn interval(word: &str) -> Result<Duration, String> {
    let interval = parse_duration(word)?;
    let range = Duration::from_secs(1)..=Duration::from_secs(300);
    if range.contains(&interval) { Ok(interval) } else { Err("is not from 1s to 5m".to_owned()) }
}

/// Reads the time limit of a request, which cannot be zero.
fn limit(word: &str) -> Result<Duration, String> {
    let limit = parse_duration(word)?;
    if limit.is_zero() { Err("would leave no time at all".to_owned()) } else { Ok(limit) }
}

fn retries(word: &str) -> Result<u32, String> {
    let retries = word.parse().ok().filter(|retries| *retries <= 100);
    retries.ok_or_else(|| "is not a whole number from 0 to 100".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_needs_a_unit() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse_duration("0"), Ok(Duration::ZERO));
        assert!(parse_duration("5").unwrap_err().contains("no unit; write 5s"));
        for word in ["", "s", "-5s", "1d", "five", "5 parsecs"] {
            assert!(parse_duration(word).is_err(), "{word}");
        }
    }

    #[test]
    fn setting_ranges_hold() {
        assert!(INTERVAL.read("1s").is_ok() && INTERVAL.read("5m").is_ok());
        assert!(INTERVAL.read("999ms").is_err() && INTERVAL.read("301s").is_err() && INTERVAL.read("0").is_err());
        assert!(RETRIES.read("0").is_ok() && RETRIES.read("101").is_err() && RETRIES.read("-1").is_err());
        assert!(REQUEST_TIMEOUT.read("0").is_err());
        assert!(REGION.read("cn-wulanchabu").is_ok() && REGION.read("cn.evil/").is_err() && REGION.read("").is_err());
    }

    #[test]
    fn built_in_settings_can_be_parsed() {
        for setting in ALL {
            if let Some(word) = setting.names().built_in {
                assert_eq!(setting.check(word), Ok(()), "{}", setting.names().key);
            }
        }
    }

    #[test]
    fn setting_is_trimmed() {
        assert_eq!(REGION.read("cn-beijing\r\n").unwrap(), "cn-beijing");
        assert_eq!(ENDPOINT.read(" localhost:1\n").unwrap(), ENDPOINT.read("localhost:1").unwrap());
        assert_eq!(INTERVAL.read("\t5s ").unwrap(), Duration::from_secs(5));
    }
}
