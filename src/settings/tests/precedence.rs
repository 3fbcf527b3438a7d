//! Every setting from every place that can give it, each place against all that count after it.

use super::*;
use crate::exit::code_of;
use crate::fault::Hint;
use std::time::Duration;

/// A place that can give a setting, in the order in which the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Flag,
    Variable,
    Profile,
    Defaults,
    OfficialVariable,
    OfficialProfile,
}

use Source::*;

const SOURCES: [Source; 6] = [Flag, Variable, Profile, Defaults, OfficialVariable, OfficialProfile];

/// A setting: its key in the config file, two words for it, and what is in effect when no place says a word.
type Line = (&'static str, [&'static str; 2], &'static str);

const TABLE: [Line; 13] = [
    ("region", ["cn-beijing", "cn-shanghai"], "none"),
    ("endpoint", ["one.example.com", "two.example.com"], "none"),
    ("endpoint_type", ["vpc", "public"], "public"),
    ("output", ["json", "tsv"], "table"),
    ("progress", ["plain", "live"], "auto"),
    ("node_names", ["/etc/one.tsv", "none"], "none"),
    ("interval", ["7s", "1m"], "5s"),
    ("timeout", ["1h30m", "0"], "30m"),
    ("grace", ["0", "2m"], "30s"),
    ("retries", ["0", "9"], "4"),
    ("connect_timeout", ["1s", "500ms"], "10s"),
    ("request_timeout", ["5m", "45s"], "60s"),
    ("ca_file", ["/etc/one.pem", "/etc/two.pem"], "none"),
];

/// A row of the table with its names in every place.
struct Row {
    key: &'static str,
    flag: Option<String>,
    variable: String,
    official_variable: Option<&'static str>,
    words: [&'static str; 2],
    built_in: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.into_iter().map(|(key, words, built_in)| Row {
        key,
        flag: (key != "endpoint_type").then(|| format!("--{}", key.replace('_', "-"))),
        variable: format!("EFLOCTL_{}", key.to_uppercase()),
        official_variable: match key {
            "region" => Some("ALIBABA_CLOUD_REGION_ID"),
            "endpoint" => Some("ALIBABA_CLOUD_ENDPOINT"),
            "endpoint_type" => Some("ALIBABA_CLOUD_ENDPOINT_TYPE"),
            _ => None,
        },
        words,
        built_in,
    })
}

impl Row {
    fn sources(&self) -> Vec<Source> {
        let has = |source: &Source| match source {
            Flag => self.flag.is_some(),
            Variable | Profile | Defaults => true,
            OfficialVariable => self.official_variable.is_some(),
            OfficialProfile => self.key == "region",
        };
        SOURCES.into_iter().filter(has).collect()
    }

    /// Settings in which each of these places says its word.
    fn settings(&self, says: impl Fn(Source) -> Option<&'static str>) -> Settings {
        let key = self.key;
        let line = |source| says(source).map_or_else(String::new, |word| format!("{key} = \"{word}\"\n"));
        let region = says(OfficialProfile).filter(|_| self.key == "region").unwrap_or_default();
        let mut home = Home::new()
            .config(&format!(
                "default_profile = \"p\"\n[defaults]\n{}[profiles.other]\n{key} = \"{}\"\n[profiles.p]\n{}",
                line(Defaults),
                self.words[0],
                line(Profile)
            ))
            .official(&format!(r#"{{"current":"o","profiles":[{{"name":"o","region_id":"{region}"}}]}}"#));
        for (source, name) in [(Variable, Some(self.variable.as_str())), (OfficialVariable, self.official_variable)] {
            if let Some((name, word)) = name.zip(says(source)) {
                home = home.variable(name, word);
            }
        }
        // The type of an endpoint shows in the endpoint of a region alone.
        let region = (self.key == "endpoint_type").then_some("cn-hangzhou");
        let flags = Flags::default().with(&REGION, region);
        home.load(match says(Flag) {
            Some(word) => self.flags(flags, word),
            None => flags,
        })
        .unwrap()
    }

    fn flags(&self, flags: Flags, word: &str) -> Flags {
        let word = Some(word);
        match self.key {
            "region" => flags.with(&REGION, word),
            "endpoint" => flags.with(&ENDPOINT, word),
            "output" => flags.with(&OUTPUT, word),
            "progress" => flags.with(&PROGRESS, word),
            "node_names" => flags.with(&NODE_NAMES, word),
            "interval" => flags.with(&INTERVAL, word),
            "timeout" => flags.with(&TIMEOUT, word),
            "grace" => flags.with(&GRACE, word),
            "retries" => flags.with(&RETRIES, word),
            "connect_timeout" => flags.with(&CONNECT_TIMEOUT, word),
            "request_timeout" => flags.with(&REQUEST_TIMEOUT, word),
            "ca_file" => flags.with(&CA_FILE, word),
            other => panic!("{other} has no flag"),
        }
    }

    /// What is in effect, told as the words in the table are.
    fn in_effect(&self, settings: &Settings) -> String {
        let duration = |definition| self.spelt(settings.value(definition).unwrap());
        let path = |definition| settings.path(definition).map_or("none".to_owned(), |path| path.display().to_string());
        match self.key {
            "region" => settings.get(&REGION).unwrap().map_or_else(|| "none".to_owned(), |region| region.value),
            "endpoint" => {
                let endpoint = settings.endpoint().map(|endpoint| endpoint.value.to_string());
                endpoint.map_or_else(|_| "none".to_owned(), |endpoint| endpoint["https://".len()..].to_owned())
            }
            "endpoint_type" => {
                let endpoint = settings.endpoint().unwrap().value.to_string();
                let is_vpc = endpoint == "https://eflo-controller-vpc.cn-hangzhou.aliyuncs.com";
                if is_vpc { "vpc" } else { "public" }.to_owned()
            }
            "output" => {
                use OutputFormat::{Json, Table, Tsv};
                let format = settings.output(&[Table, Json, Tsv]).unwrap();
                format!("{format:?}").to_lowercase()
            }
            "progress" => format!("{:?}", settings.value(&PROGRESS).unwrap()).to_lowercase(),
            "node_names" => path(&NODE_NAMES),
            "interval" => duration(&INTERVAL),
            "timeout" => duration(&TIMEOUT),
            "grace" => duration(&GRACE),
            "retries" => settings.value(&RETRIES).unwrap().to_string(),
            "connect_timeout" => duration(&CONNECT_TIMEOUT),
            "request_timeout" => duration(&REQUEST_TIMEOUT),
            "ca_file" => path(&CA_FILE),
            other => unreachable!("{other}"),
        }
    }

    /// The one of the table's words that means this duration.
    fn spelt(&self, duration: Duration) -> String {
        let word = match duration.as_millis() {
            0 => "0",
            500 => "500ms",
            1_000 => "1s",
            5_000 => "5s",
            7_000 => "7s",
            10_000 => "10s",
            30_000 => "30s",
            45_000 => "45s",
            60_000 if self.key == "request_timeout" => "60s",
            60_000 => "1m",
            120_000 => "2m",
            300_000 => "5m",
            1_800_000 => "30m",
            5_400_000 => "1h30m",
            other => panic!("{other} ms is no word of the table"),
        };
        word.to_owned()
    }

    fn origin(&self, settings: &Settings) -> String {
        let setting = ALL.into_iter().find(|setting| setting.key == self.key).unwrap();
        settings.word(setting).map_or_else(|| "built in".to_owned(), |word| word.origin.to_string())
    }

    /// How the place is told of.
    fn told(&self, source: Source) -> &str {
        match source {
            Flag => self.flag.as_deref().unwrap(),
            Variable => &self.variable,
            Profile => "profile p, ~/.config/efloctl/config.toml:",
            Defaults => "[defaults], ~/.config/efloctl/config.toml:3",
            OfficialVariable => self.official_variable.unwrap(),
            OfficialProfile => "profile o of ~/.aliyun/config.json",
        }
    }
}

#[test]
fn setting_precedence_of_every_layer() {
    for row in rows() {
        for source in row.sources() {
            for [first, later] in [row.words, [row.words[1], row.words[0]]] {
                let says = |at: Source| match at.cmp(&source) {
                    std::cmp::Ordering::Less => None,
                    std::cmp::Ordering::Equal => Some(first),
                    std::cmp::Ordering::Greater => Some(later),
                };
                let settings = row.settings(says);
                let name = row.key;
                assert_eq!(row.in_effect(&settings), first, "{name}: {source:?} says {first}, all after it {later}");
                let origin = row.origin(&settings);
                assert!(origin.starts_with(row.told(source)), "{name} of {source:?} is told as {origin}");
            }
        }
        let silent = row.settings(|_| None);
        assert_eq!(row.in_effect(&silent), row.built_in, "{}: built in", row.key);
        assert_eq!(row.origin(&silent), "built in", "{}", row.key);
    }
    let keys = rows().map(|row| row.key);
    // The last two show in where a key is asked for, which the tests of credentials look at.
    let keys: Vec<&str> = keys.chain(["sts_endpoint", "metadata_endpoint"]).collect();
    assert_eq!(keys, ALL.map(|setting| setting.key), "no setting is left out");
}

#[test]
fn empty_variable_is_unset() {
    for row in rows() {
        let says = |source| match source {
            Variable => Some(""),
            Profile => Some(row.words[0]),
            _ => None,
        };
        assert_eq!(row.in_effect(&row.settings(says)), row.words[0], "{}", row.variable);
        let empty = row.settings(|source| [Variable, OfficialVariable].contains(&source).then_some(""));
        assert_eq!(row.in_effect(&empty), row.built_in, "{}", row.key);
    }
}

#[test]
fn only_the_layer_in_effect_is_parsed() {
    let home = Home::new().variable("EFLOCTL_INTERVAL", "5").variable("EFLOCTL_REGION", "no region");
    let flags = Flags::default().with(&INTERVAL, Some("9s"));
    assert_eq!(home.load(flags).unwrap().value(&INTERVAL).unwrap(), Duration::from_secs(9));
    let fault = home.settings().value(&INTERVAL).unwrap_err();
    assert_eq!(code_of(fault.kind), 2);
    assert!(fault.message.contains("interval \"5\" (EFLOCTL_INTERVAL) has no unit"), "{fault}");
    assert_eq!(code_of(home.settings().get(&REGION).unwrap_err().kind), 2);
}

#[test]
fn endpoint_is_given_or_from_region_and_type() {
    let host = |home: &Home| home.settings().endpoint().map(|endpoint| endpoint.value.to_string());
    let none = Home::new();
    let fault = host(&none).unwrap_err();
    assert_eq!(code_of(fault.kind), 2);
    assert_eq!(fault.hint.as_deref(), Some(&Hint::NoRegion));
    let region = none.variable("ALIBABA_CLOUD_REGION_ID", "cn-beijing");
    assert_eq!(host(&region).unwrap(), "https://eflo-controller.cn-beijing.aliyuncs.com");
    let vpc = region.variable("ALIBABA_CLOUD_ENDPOINT_TYPE", "vpc");
    assert_eq!(host(&vpc).unwrap(), "https://eflo-controller-vpc.cn-beijing.aliyuncs.com");
    let given = vpc.variable("EFLOCTL_ENDPOINT", "localhost:8443");
    assert_eq!(host(&given).unwrap(), "https://localhost:8443", "whatever region and type say");
    let without_region = Home::new().variable("ALIBABA_CLOUD_ENDPOINT", "localhost:8443");
    assert_eq!(host(&without_region).unwrap(), "https://localhost:8443", "no region is needed then");
    assert!(without_region.settings().get(&REGION).unwrap().is_none());
}

#[test]
fn tilde_in_the_config_file_is_the_home() {
    let home = Home::new().config("[defaults]\nca_file = \"~/corp.pem\"\n");
    let file = home.settings().path(&CA_FILE).unwrap();
    assert_eq!(file, home.folder.path().join("corp.pem"));
}

#[test]
fn endpoint_and_a_nearer_region_that_differ_are_refused_naming_both_origins() {
    const HOST: &str = "eflo-controller.cn-wulanchabu.aliyuncs.com";
    let config =
        format!("default_profile = \"p\"\n[defaults]\nendpoint = \"{HOST}\"\n[profiles.p]\nregion = \"cn-beijing\"\n");
    let region = |home: &Home, region| home.load(Flags::default().with(&REGION, region)).unwrap();
    let of_file = Home::new().config(&config);
    let target = region(&of_file, None).location().unwrap();
    assert_eq!((target.region.as_deref(), target.host.as_deref()), (Some("cn-wulanchabu"), Some(HOST)), "one source");
    let by_variable = Home::new().variable("ALIBABA_CLOUD_ENDPOINT", HOST);
    for home in [&of_file, &by_variable] {
        let fault = region(home, Some("cn-shanghai")).endpoint().unwrap_err();
        assert!(
            fault.message.contains("cn-shanghai (--region)") && fault.message.contains("cn-wulanchabu ("),
            "{fault}"
        );
        assert!(region(home, Some("cn-wulanchabu")).endpoint().is_ok());
    }
    let elsewhere = Home::new().config("[defaults]\nendpoint = \"gateway.example.com\"\n");
    let target = region(&elsewhere, Some("cn-shanghai")).location().unwrap();
    assert_eq!(target.region.as_deref(), Some("cn-shanghai"), "a host that names no region may be in any");
}
