//! Output held to files under tests/data/golden, so that whatever people and scripts read is seen in
//! review before it changes. `INSTA_UPDATE=always cargo test --test it` writes them anew: read them
//! before you commit them.

use insta::Settings;

/// Holds `text` to the golden file of that name.
#[track_caller]
pub(crate) fn golden(name: &str, text: &str) {
    let mut settings = Settings::new();
    settings.set_snapshot_path("../data/golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
    settings.add_filter(r#""observed_at": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ""#, r#""observed_at": "NOW""#);
    // Windows does not tell who may read a file.
    settings.add_filter("; who else may read it is not looked at here", ", for its owner alone");
    // Each system has its own words and numbers for what went wrong.
    settings.add_filter(r": [A-Z][^:\n]* \(os error \d+\)", ": SYSTEM ERROR");
    // What a watch says of the time it is, and of how long it waits.
    settings.add_filter(r"\b\d\d:\d\d:\d\dZ", "TIME");
    settings.add_filter(r#""(at|observed_at)":( ?)"20[^"]*""#, r#""$1":$2"NOW""#);
    // How long something is ago grows from day to day.
    settings.add_filter(r"\(\d[^)]* ago\)", "(AGE ago)");
    settings.add_filter(r"\b\d{3}d\b", "AGE ");
    settings.add_filter(r"(attempt \d+ in )[0-9.]+m?s", "${1}DELAY");
    settings.add_filter(r#""delay_ms":\d+"#, r#""delay_ms":DELAY"#);
    // The home of a test, wherever the system keeps temporary files.
    settings.add_filter(r#"[^\s"]*[/\\]efloctl-\w{6}"#, "HOME");
    settings.bind(|| insta::assert_snapshot!(name, text));
}
