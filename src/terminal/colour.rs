//! Decides whether a stream gets colour: by the flag, else by NO_COLOR, CLICOLOR_FORCE and CLICOLOR, else by whether it
//! is a terminal.

/// Says what `--color` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// Tells whether a stream gets colour. `variable` gives a variable that is set and not empty.
pub(super) fn is_wanted(choice: ColorChoice, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
        ColorChoice::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto => {
            is_terminal
                && variable("CLICOLOR").is_none_or(|value| value != "0")
                && variable("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_flag_comes_before_variables_and_those_before_the_terminal() {
        type Case = (ColorChoice, bool, &'static [(&'static str, &'static str)], bool);
        let cases: [Case; 10] = [
            (ColorChoice::Auto, true, &[], true),
            (ColorChoice::Auto, false, &[], false),
            (ColorChoice::Always, false, &[("NO_COLOR", "1")], true),
            (ColorChoice::Never, true, &[("CLICOLOR_FORCE", "1")], false),
            (ColorChoice::Auto, true, &[("NO_COLOR", "0")], false),
            (ColorChoice::Auto, false, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
            (ColorChoice::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (ColorChoice::Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (ColorChoice::Auto, true, &[("CLICOLOR", "0")], false),
            (ColorChoice::Auto, true, &[("TERM", "dumb")], false),
        ];
        for (choice, is_terminal, set, wanted) in cases {
            let variable = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(is_wanted(choice, is_terminal, variable), wanted, "{choice:?} {is_terminal} {set:?}");
        }
    }
}
