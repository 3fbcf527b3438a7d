//! The settings that flags, variables and config files can give: what each is called there, what it is where none of
//! them gives it, and the one parser that reads it.

use crate::eflo::EndpointType;
use crate::rpc::Endpoint;
use crate::terminal::ProgressMode;
use jiff::fmt::friendly::SpanParser;
use std::path::PathBuf;
use std::time::Duration;

/// Defines a setting whose values are of one type.
pub struct Definition<T> {
    pub any: AnySetting,
    /// Reads a word, or says why it cannot be one, as a half-sentence.
    parse: fn(&str) -> Result<T, String>,
}

/// Says of a setting of any type what it is called, and what it is where nothing gives it.
#[derive(Debug)]
pub struct AnySetting {
    /// Names its key in the config file. Its flag, if it has one, is the same with `-` for `_`.
    pub key: &'static str,
    pub variable: &'static str,
    /// Lists the official CLI's variables for it, of which the first that is set counts.
    pub official: &'static [&'static str],
    pub built_in: Option<&'static str>,
    /// Says, as a half-sentence, why a word cannot be its value, if it cannot.
    pub check: fn(&str) -> Result<(), String>,
}

impl AnySetting {
    /// Gives what messages call it.
    pub fn shown(&self) -> String {
        self.key.replace('_', " ")
    }
}

impl<T> Definition<T> {
    /// Reads a word without the blanks and line ends around it. (`Settings::path` takes paths as they are.)
    pub fn read(&self, word: &str) -> Result<T, String> {
        (self.parse)(word.trim())
    }
}

/// Defines settings, in the order in which people read them: for each its type, its key, its parser, the official CLI's
/// variables for it, and its built-in word. Its own variable follows from its name.
macro_rules! settings {
    ($($(#[$about:meta])* $name:ident: $type:ty = $key:literal, $parse:expr, $official:expr, $built_in:expr;)+) => {
        $($(#[$about])* pub static $name: Definition<$type> = Definition {
            any: AnySetting {
                key: $key,
                variable: concat!("EFLOCTL_", stringify!($name)),
                official: &$official,
                built_in: $built_in,
                check: |word| $name.read(word).map(drop),
            },
            parse: $parse,
        };)+

        /// Lists every setting.
        pub const ALL: [&AnySetting; [$($key),+].len()] = [$(&$name.any),+];
    };
}

settings! {
    REGION: String = "region", region,
        ["ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID", "ALICLOUD_REGION_ID"], None;
    ENDPOINT: Endpoint = "endpoint", Endpoint::parse, ["ALIBABA_CLOUD_ENDPOINT"], None;
    ENDPOINT_TYPE: EndpointType = "endpoint_type", endpoint_type,
        ["ALIBABA_CLOUD_ENDPOINT_TYPE", "ALIBABACLOUD_ENDPOINT_TYPE", "ALICLOUD_ENDPOINT_TYPE"], Some("public");
    OUTPUT: OutputFormat = "output", one_of, [], Some("table");
    PROGRESS: ProgressMode = "progress", one_of, [], Some("auto");
    NODE_NAMES: PathBuf = "node_names", |word| Ok(word.into()), [], None;
    /// Sets the time from the start of one poll to the start of the next.
    INTERVAL: Duration = "interval", interval, [], Some("5s");
    /// Limits how long a watch may take. Zero is no limit.
    TIMEOUT: Duration = "timeout", parse_duration, [], Some("30m");
    /// Limits how long an id may be unknown at first.
    GRACE: Duration = "grace", parse_duration, [], Some("30s");
    RETRIES: u32 = "retries", retries, [], Some("4");
    CONNECT_TIMEOUT: Duration = "connect_timeout", limit, [], Some("10s");
    REQUEST_TIMEOUT: Duration = "request_timeout", limit, [], Some("60s");
    /// Names a file with certificates to trust besides the platform's.
    CA_FILE: PathBuf = "ca_file", |word| Ok(word.into()), [], None;
    STS_ENDPOINT: Endpoint = "sts_endpoint", Endpoint::parse, ["ALIBABA_CLOUD_STS_ENDPOINT"], None;
    /// Has no key in the config file, for a machine has one address for its metadata.
    METADATA_ENDPOINT: Endpoint = "metadata_endpoint", metadata_endpoint, [], Some("http://100.100.100.200");
}

/// Gives the settings that a config file can have.
pub(super) fn in_files() -> impl Iterator<Item = &'static AnySetting> {
    ALL.into_iter().filter(|setting| setting.key != METADATA_ENDPOINT.any.key)
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

fn one_of<T: clap::ValueEnum>(word: &str) -> Result<T, String> {
    T::from_str(word, false).map_err(|_| {
        let words = T::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
        let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
        format!("is not one of {}", words.join(", "))
    })
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
            if let Some(word) = setting.built_in {
                assert_eq!((setting.check)(word), Ok(()), "{}", setting.key);
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
