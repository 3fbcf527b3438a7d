//! Every setting from every place that can give it, each place against all that count after it.

use super::*;
use crate::exit::code_of;
use crate::fault::Hint;

/// A place that can give a setting, in the order in which the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Flag,
    Variable,
    Profile,
    Defaults,
    OfficialVariable,
    OfficialProfile,
}

use Layer::*;

const LAYERS: [Layer; 6] = [Flag, Variable, Profile, Defaults, OfficialVariable, OfficialProfile];

/// A setting: its name in the config file, two words for it, and what is in effect when no place says a word.
type Named = (Key, &'static str, [&'static str; 2], &'static str);

const TABLE: [Named; 11] = [
    (Key::Region, "region", ["cn-beijing", "cn-shanghai"], "none"),
    (Key::Endpoint, "endpoint", ["one.example.com", "two.example.com"], "none"),
    (Key::EndpointType, "endpoint_type", ["vpc", "public"], "public"),
    (Key::Output, "output", ["json", "tsv"], "table"),
    (Key::Interval, "interval", ["7s", "1m"], "5s"),
    (Key::Timeout, "timeout", ["1h30m", "0"], "30m"),
    (Key::Grace, "grace", ["0", "2m"], "30s"),
    (Key::Retries, "retries", ["0", "9"], "4"),
    (Key::ConnectTimeout, "connect_timeout", ["1s", "500ms"], "10s"),
    (Key::RequestTimeout, "request_timeout", ["5m", "45s"], "60s"),
    (Key::CaFile, "ca_file", ["/etc/one.pem", "/etc/two.pem"], "none"),
];

/// A row of the table with its names in every place.
struct Row {
    key: Key,
    config_key: &'static str,
    flag: Option<String>,
    variable: String,
    official_variable: Option<&'static str>,
    words: [&'static str; 2],
    built_in: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.into_iter().map(|(key, config_key, words, built_in)| Row {
        key,
        config_key,
        flag: (key != Key::EndpointType).then(|| format!("--{}", config_key.replace('_', "-"))),
        variable: format!("EFLOCTL_{}", config_key.to_uppercase()),
        official_variable: match key {
            Key::Region => Some("ALIBABA_CLOUD_REGION_ID"),
            Key::Endpoint => Some("ALIBABA_CLOUD_ENDPOINT"),
            Key::EndpointType => Some("ALIBABA_CLOUD_ENDPOINT_TYPE"),
            _ => None,
        },
        words,
        built_in,
    })
}

impl Row {
    fn layers(&self) -> Vec<Layer> {
        let has = |layer: &Layer| match layer {
            Flag => self.flag.is_some(),
            Variable | Profile | Defaults => true,
            OfficialVariable => self.official_variable.is_some(),
            OfficialProfile => self.key == Key::Region,
        };
        LAYERS.into_iter().filter(has).collect()
    }

    /// Settings in which each of these places says its word.
    fn settings(&self, says: impl Fn(Layer) -> Option<&'static str>) -> Settings {
        let key = self.config_key;
        let line = |layer| says(layer).map_or_else(String::new, |word| format!("{key} = \"{word}\"\n"));
        let region = says(OfficialProfile).filter(|_| self.key == Key::Region).unwrap_or_default();
        let mut home = Home::new()
            .config(&format!(
                "default_profile = \"p\"\n[defaults]\n{}[profiles.other]\n{key} = \"{}\"\n[profiles.p]\n{}",
                line(Defaults),
                self.words[0],
                line(Profile)
            ))
            .official(&format!(r#"{{"current":"o","profiles":[{{"name":"o","region_id":"{region}"}}]}}"#));
        for (layer, name) in [(Variable, Some(self.variable.as_str())), (OfficialVariable, self.official_variable)] {
            if let Some((name, word)) = name.zip(says(layer)) {
                home = home.variable(name, word);
            }
        }
        // The type of an endpoint shows in the endpoint of a region alone.
        let region = (self.key == Key::EndpointType).then_some("cn-hangzhou");
        home.load(Flags::default().with(self.key, says(Flag)).with(Key::Region, region)).unwrap()
    }

    /// What is in effect, told as the words in the table are.
    fn in_effect(&self, settings: &Settings) -> String {
        let duration = |setting: Result<Setting<Duration>, Fault>| self.spelt(setting.unwrap().value);
        match self.key {
            Key::Region => settings.region().unwrap().map_or_else(|| "none".to_owned(), |region| region.value),
            Key::Endpoint => {
                let endpoint = settings.endpoint().map(|endpoint| endpoint.value.to_string());
                endpoint.map_or_else(|_| "none".to_owned(), |endpoint| endpoint["https://".len()..].to_owned())
            }
            Key::EndpointType => {
                let endpoint = settings.endpoint().unwrap().value.to_string();
                let is_vpc = endpoint == "https://eflo-controller-vpc.cn-hangzhou.aliyuncs.com";
                if is_vpc { "vpc" } else { "public" }.to_owned()
            }
            Key::Output => {
                use OutputFormat::{Json, Table, Tsv};
                settings.output("status", &[Table, Json, Tsv]).unwrap().word().to_owned()
            }
            Key::Interval => duration(settings.interval()),
            Key::Timeout => duration(settings.timeout()),
            Key::Grace => duration(settings.grace()),
            Key::Retries => settings.retries().unwrap().value.to_string(),
            Key::ConnectTimeout => duration(settings.connect_timeout()),
            Key::RequestTimeout => duration(settings.request_timeout()),
            Key::CaFile => {
                let file = settings.ca_file().unwrap();
                file.map_or_else(|| "none".to_owned(), |file| file.value.to_str().unwrap().to_owned())
            }
            Key::StsEndpoint | Key::MetadataEndpoint => {
                unreachable!("they show in where a key is asked for, which the tests of credentials look at")
            }
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
            60_000 if self.key == Key::RequestTimeout => "60s",
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
        let word = settings.read(self.key, |word| Ok(word.to_owned())).unwrap();
        word.map_or_else(|| "built in".to_owned(), |word| word.origin.to_string())
    }

    /// How the place is told of.
    fn told(&self, layer: Layer) -> &str {
        match layer {
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
fn of_every_setting_the_first_place_that_says_a_word_counts() {
    for row in rows() {
        for layer in row.layers() {
            for [first, later] in [row.words, [row.words[1], row.words[0]]] {
                let says = |at: Layer| match at.cmp(&layer) {
                    std::cmp::Ordering::Less => None,
                    std::cmp::Ordering::Equal => Some(first),
                    std::cmp::Ordering::Greater => Some(later),
                };
                let settings = row.settings(says);
                let name = row.config_key;
                assert_eq!(row.in_effect(&settings), first, "{name}: {layer:?} says {first}, all after it {later}");
                let origin = row.origin(&settings);
                assert!(origin.starts_with(row.told(layer)), "{name} of {layer:?} is told as {origin}");
            }
        }
        let silent = row.settings(|_| None);
        assert_eq!(row.in_effect(&silent), row.built_in, "{}: built in", row.config_key);
        assert_eq!(row.origin(&silent), "built in", "{}", row.config_key);
    }
    let keys: Vec<Key> = rows().map(|row| row.key).collect();
    let others = [Key::StsEndpoint, Key::MetadataEndpoint];
    assert_eq!([keys, others.to_vec()].concat(), Key::ALL, "no setting is left out");
}

#[test]
fn a_variable_that_is_set_but_empty_is_unset() {
    for row in rows() {
        let says = |layer| match layer {
            Variable => Some(""),
            Profile => Some(row.words[0]),
            _ => None,
        };
        assert_eq!(row.in_effect(&row.settings(says)), row.words[0], "{}", row.variable);
        let empty = row.settings(|layer| [Variable, OfficialVariable].contains(&layer).then_some(""));
        assert_eq!(row.in_effect(&empty), row.built_in, "{}", row.config_key);
    }
}

#[test]
fn only_the_word_that_counts_is_read() {
    let home = Home::new().variable("EFLOCTL_INTERVAL", "5").variable("EFLOCTL_REGION", "no region");
    let flags = Flags::default().with(Key::Interval, Some("9s"));
    assert_eq!(home.load(flags).unwrap().interval().unwrap().value, Duration::from_secs(9));
    let fault = home.settings().interval().unwrap_err();
    assert_eq!(code_of(fault.kind), 2);
    assert!(fault.message.contains("interval \"5\" (EFLOCTL_INTERVAL) has no unit"), "{fault}");
    assert_eq!(code_of(home.settings().region().unwrap_err().kind), 2);
}

#[test]
fn the_endpoint_is_the_one_given_else_that_of_region_and_type() {
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
    assert!(without_region.settings().region().unwrap().is_none());
}

#[test]
fn the_tilde_of_a_file_in_the_config_is_the_home() {
    let home = Home::new().config("[defaults]\nca_file = \"~/corp.pem\"\n");
    let file = home.settings().ca_file().unwrap().unwrap();
    assert_eq!(file.value, home.folder.path().join("corp.pem"));
}
