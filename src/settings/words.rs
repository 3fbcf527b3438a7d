//! Settings as words: their names, and the one parser and range check of each.

use super::{Environment, Origin, Setting};
use crate::eflo::EndpointType;
use crate::fault::Fault;
use jiff::fmt::friendly::SpanParser;
use std::collections::BTreeMap;
use std::time::Duration;

/// A setting that a flag, a variable and a config file can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Region,
    Endpoint,
    EndpointType,
    Output,
    Interval,
    Timeout,
    Grace,
    Retries,
    ConnectTimeout,
    RequestTimeout,
    CaFile,
    StsEndpoint,
    MetadataEndpoint,
}

impl Key {
    /// Every one, in the order in which people read them.
    pub const ALL: [Key; 13] = [
        Key::Region,
        Key::Endpoint,
        Key::EndpointType,
        Key::Output,
        Key::Interval,
        Key::Timeout,
        Key::Grace,
        Key::Retries,
        Key::ConnectTimeout,
        Key::RequestTimeout,
        Key::CaFile,
        Key::StsEndpoint,
        Key::MetadataEndpoint,
    ];

    /// Its key in the config file. The metadata endpoint has none, for a machine has one.
    pub fn config_key(self) -> Option<&'static str> {
        Some(self.names().0).filter(|_| self != Key::MetadataEndpoint)
    }

    /// What messages call it.
    pub fn name(self) -> String {
        self.names().0.replace('_', " ")
    }

    /// Its variable.
    pub const fn variable(self) -> &'static str {
        self.names().1
    }

    /// Its flag; an endpoint type and the endpoints of others have none.
    pub const fn flag(self) -> &'static str {
        self.names().2
    }

    /// The official CLI's variable for it.
    const fn official_variable(self) -> Option<&'static str> {
        match self {
            Key::Region => Some("ALIBABA_CLOUD_REGION_ID"),
            Key::Endpoint => Some("ALIBABA_CLOUD_ENDPOINT"),
            Key::EndpointType => Some("ALIBABA_CLOUD_ENDPOINT_TYPE"),
            Key::StsEndpoint => Some("ALIBABA_CLOUD_STS_ENDPOINT"),
            _ => None,
        }
    }

    const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Key::Region => ("region", "EFLOCTL_REGION", "--region"),
            Key::Endpoint => ("endpoint", "EFLOCTL_ENDPOINT", "--endpoint"),
            Key::EndpointType => ("endpoint_type", "EFLOCTL_ENDPOINT_TYPE", ""),
            Key::Output => ("output", "EFLOCTL_OUTPUT", "--output"),
            Key::Interval => ("interval", "EFLOCTL_INTERVAL", "--interval"),
            Key::Timeout => ("timeout", "EFLOCTL_TIMEOUT", "--timeout"),
            Key::Grace => ("grace", "EFLOCTL_GRACE", "--grace"),
            Key::Retries => ("retries", "EFLOCTL_RETRIES", "--retries"),
            Key::ConnectTimeout => ("connect_timeout", "EFLOCTL_CONNECT_TIMEOUT", "--connect-timeout"),
            Key::RequestTimeout => ("request_timeout", "EFLOCTL_REQUEST_TIMEOUT", "--request-timeout"),
            Key::CaFile => ("ca_file", "EFLOCTL_CA_FILE", "--ca-file"),
            Key::StsEndpoint => ("sts_endpoint", "EFLOCTL_STS_ENDPOINT", ""),
            Key::MetadataEndpoint => ("metadata_endpoint", "EFLOCTL_METADATA_ENDPOINT", ""),
        }
    }

    /// A word that is refused, as it may be shown.
    pub fn shown(self, word: &str) -> String {
        let word = match self {
            Key::Endpoint | Key::StsEndpoint | Key::MetadataEndpoint => crate::rpc::Endpoint::without_login(word),
            _ => word.into(),
        };
        crate::text::shortened(&word)
    }

    /// Whether a word can be its value.
    ///
    /// # Errors
    /// Why not, as a half-sentence.
    pub fn check(self, word: &str) -> Result<(), String> {
        match self {
            Key::Region => region(word).map(drop),
            Key::Endpoint | Key::StsEndpoint | Key::MetadataEndpoint => crate::rpc::Endpoint::parse(word).map(drop),
            Key::EndpointType => endpoint_type(word).map(drop),
            Key::Output => output(word).map(drop),
            Key::Interval => interval(word).map(drop),
            Key::Timeout | Key::Grace => parse_duration(word).map(drop),
            Key::Retries => retries(word).map(drop),
            Key::ConnectTimeout | Key::RequestTimeout => limit(word).map(drop),
            Key::CaFile => Ok(()),
        }
    }
}

/// One layer of settings: what one place says.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(BTreeMap<Key, Word>);

#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) origin: Origin,
}

impl Words {
    pub(super) fn set(&mut self, key: Key, text: &str, origin: Origin) {
        self.0.insert(key, Word { text: text.to_owned(), origin });
    }

    pub(super) fn get(&self, key: Key) -> Option<&Word> {
        self.0.get(&key)
    }

    /// What efloctl's own variables say.
    pub(super) fn of_variables(environment: &Environment) -> Self {
        Self::of(environment, |key| Some(key.variable()))
    }

    /// What the variables of the official CLI say, which count last.
    pub(super) fn of_official_variables(environment: &Environment) -> Self {
        Self::of(environment, Key::official_variable)
    }

    fn of(environment: &Environment, name: impl Fn(Key) -> Option<&'static str>) -> Self {
        let mut words = Words::default();
        for key in Key::ALL {
            if let Some((name, value)) = name(key).and_then(|name| Some((name, environment.variable(name)?))) {
                words.set(key, value, Origin::Variable(name));
            }
        }
        words
    }
}

/// How an answer is written.
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
    /// Whether its reader is a program that reads JSON.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }

    /// The word that people write.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Tsv => "tsv",
            Self::Ids => "ids",
            Self::Raw => "raw",
        }
    }
}

pub(super) fn output(word: &str) -> Result<OutputFormat, String> {
    <OutputFormat as clap::ValueEnum>::from_str(word, false)
        .map_err(|_| "is not one of table, json, jsonl, tsv, ids, raw".to_owned())
}

/// The format in effect, of those that a command has: one that a flag asks for must be among them.
pub(super) fn choose_output(
    given: Option<Setting<OutputFormat>>,
    command: &str,
    formats: &[OutputFormat],
) -> Result<OutputFormat, Fault> {
    match given {
        Some(Setting { value, .. }) if formats.contains(&value) => Ok(value),
        Some(Setting { value, origin: Origin::Flag(_) }) => {
            let words: Vec<&str> = formats.iter().map(|format| format.word()).collect();
            Err(Fault::usage(format!("{command} has no output {}", value.word()))
                .hint(format!("it has {}", words.join(", "))))
        }
        _ => Ok(OutputFormat::Table),
    }
}

/// The format in effect where no config file is read: by flag or by variable.
///
/// # Errors
/// As for one that is; a variable that names no format.
pub fn output_without_file(
    flag: Option<&str>,
    environment: &Environment,
    command: &str,
    formats: &[OutputFormat],
) -> Result<OutputFormat, Fault> {
    environment.check()?;
    let by_flag = flag.map(|word| (word, Origin::Flag(Key::Output.flag())));
    let by_variable =
        || Some((environment.variable(Key::Output.variable())?, Origin::Variable(Key::Output.variable())));
    let given = match by_flag.or_else(by_variable) {
        None => None,
        Some((word, origin)) => match output(word) {
            Ok(value) => Some(Setting { value, origin }),
            Err(why) => return Err(Fault::config(format!("output \"{}\" ({origin}) {why}", crate::text::safe(word)))),
        },
    };
    choose_output(given, command, formats)
}

pub(super) fn region(word: &str) -> Result<String, String> {
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if word.is_empty() || word.len() > 63 || !word.chars().all(is_label) {
        return Err("is not a region, such as cn-wulanchabu".to_owned());
    }
    Ok(word.to_owned())
}

pub(super) fn endpoint_type(word: &str) -> Result<EndpointType, String> {
    match word {
        "public" => Ok(EndpointType::Public),
        "vpc" => Ok(EndpointType::Vpc),
        _ => Err("is neither public nor vpc".to_owned()),
    }
}

/// A number with its unit: `500ms`, `5s`, `1h30m`; 0 may stand alone.
///
/// # Errors
/// Why the word is no duration, as a half-sentence.
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

pub(super) fn interval(word: &str) -> Result<Duration, String> {
    let interval = parse_duration(word)?;
    let range = Duration::from_secs(1)..=Duration::from_secs(300);
    if range.contains(&interval) { Ok(interval) } else { Err("is not from 1s to 5m".to_owned()) }
}

/// A time limit of a request, which cannot be without end.
pub(super) fn limit(word: &str) -> Result<Duration, String> {
    let limit = parse_duration(word)?;
    if limit.is_zero() { Err("would leave no time at all".to_owned()) } else { Ok(limit) }
}

pub(super) fn retries(word: &str) -> Result<u32, String> {
    let retries = word.parse().ok().filter(|retries| *retries <= 100);
    retries.ok_or_else(|| "is not a whole number from 0 to 100".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse_duration("0"), Ok(Duration::ZERO));
        assert!(parse_duration("5").unwrap_err().contains("no unit; write 5s"));
        for word in ["", "s", "-5s", "1d", "five", "5 parsecs"] {
            assert!(parse_duration(word).is_err(), "{word}");
        }
    }

    #[test]
    fn ranges_hold() {
        assert!(interval("1s").is_ok() && interval("5m").is_ok());
        assert!(interval("999ms").is_err() && interval("301s").is_err() && interval("0").is_err());
        assert!(retries("0").is_ok() && retries("101").is_err() && retries("-1").is_err());
        assert!(limit("0").is_err());
        assert!(region("cn-wulanchabu").is_ok() && region("cn.evil/").is_err() && region("").is_err());
    }

    #[test]
    fn a_format_that_a_command_lacks_is_refused_only_when_a_flag_asks() {
        let given = |origin| Some(Setting { value: OutputFormat::Ids, origin });
        let formats = [OutputFormat::Table, OutputFormat::Json];
        assert!(choose_output(given(Origin::Flag("--output")), "watch", &formats).is_err());
        for origin in [Origin::Variable("EFLOCTL_OUTPUT"), Origin::File("config.toml".into())] {
            assert_eq!(choose_output(given(origin), "watch", &formats).unwrap(), OutputFormat::Table);
        }
    }
}
