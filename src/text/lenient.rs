//! JSON as the API writes it: any field may be of any type, and a key may stand twice.

use super::Text;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Error;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Reads the JSON of a field: a string, a number or a boolean is its text; null, blank text, a list and an object are
/// `None`.
///
/// # Errors
/// When it is no JSON.
pub fn lenient(json: &str) -> Result<Option<Text<'_>>, Error> {
    let in_quotes = json.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let text = match (in_quotes, json.as_bytes().first()) {
        // Nearly every text is without escapes, and a fleet has many.
        (Some(text), _) if !text.contains('\\') => Cow::Borrowed(text),
        (Some(_), _) => serde_json::from_str::<JsonString<'_>>(json)?.0,
        (None, Some(b'n' | b'[' | b'{')) => return Ok(None),
        (None, _) => Cow::Borrowed(json),
    };
    Ok(Some(Text::new(text)).filter(|text| !text.is_empty()))
}

/// Holds a field that [`lenient`] reads.
#[derive(Default)]
pub struct Lenient(pub Option<Text<'static>>);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?;
        let text = lenient(json.get()).map_err(D::Error::custom)?;
        Ok(Lenient(text.map(Text::into_owned)))
    }
}

/// Reads a string without a copy where it has no escapes.
#[derive(serde::Deserialize)]
struct JsonString<'a>(#[serde(borrow)] Cow<'a, str>);

/// Hands over each field of an object, its name and the JSON of its value; a key that stands twice, twice. Null is an
/// object without fields.
///
/// # Errors
/// When it is no object, or the first error of `act`.
pub fn each_field<'j>(json: &'j str, act: impl FnMut(&str, &'j str) -> Result<(), Error>) -> Result<(), Error> {
    struct Fields<F>(F);

    impl<'de, F: FnMut(&str, &'de str) -> Result<(), Error>> Visitor<'de> for Fields<F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
            while let Some((name, value)) = map.next_entry::<JsonString<'de>, &RawValue>()? {
                (self.0)(&name.0, value.get()).map_err(A::Error::custom)?;
            }
            Ok(())
        }
    }

    let mut json = serde_json::Deserializer::from_str(json);
    json.deserialize_any(Fields(act))?;
    json.end()
}
