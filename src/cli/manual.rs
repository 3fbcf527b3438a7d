//! The manual pages, from the same definitions as the command line: a page for each command, as `git-log(1)` is,
//! and one for each topic of the reference.
//!
//! What the library makes of the options is taken as it is. Examples, exit codes, variables and files have their own
//! sections under the names that manual pages have for them; the library would run their lines together. No page
//! holds a date, so that the same program always writes the same pages.

use super::command;
use super::topics::{Block, TOPICS, Topic};
use crate::output::EXIT_CODES;
use crate::settings::{ALL, AnySetting};
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::io;

/// Files that are read though no flag names them.
const FILES: [(&str, &str); 3] = [
    ("~/.config/efloctl/config.toml", "profiles and settings; efloctl config init writes a first one"),
    ("~/.aliyun/config.json", "profiles of the official CLI"),
    ("~/.alibabacloud/credentials.ini", "credentials of the official SDKs"),
];

/// Variables that set no setting of a profile.
const VARIABLES: [(&str, &str); 5] = [
    ("EFLOCTL_CONFIG", "the config file, as --config"),
    ("EFLOCTL_PROFILE", "the profile, as --profile"),
    ("HTTPS_PROXY, NO_PROXY", "the proxy to go through, and the hosts that need none"),
    ("NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "whether there is colour, unless --color says so"),
    ("EFLOCTL_COMPLETE", "set by the completion scripts; to be left unset"),
];

/// Describes a page of the manual.
pub struct ManualPage {
    pub file: String,
    pub text: String,
}

/// Gives every page, the program's own first.
///
/// # Errors
/// When writing to memory fails, which it does not.
pub fn manual_pages() -> io::Result<Vec<ManualPage>> {
    let mut command = command().mut_subcommand("help", |help| help.hide(true));
    command.build();
    let mut pages = Vec::new();
    add(&command, &mut pages)?;
    pages.extend(TOPICS.iter().map(topic_page));
    Ok(pages)
}

/// Adds the page of a command, and those of its subcommands.
fn add(command: &Command, pages: &mut Vec<ManualPage>) -> io::Result<()> {
    let man = Man::new(command.clone());
    let mut text = Vec::new();
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    let name = command.get_bin_name().unwrap_or_default().replace(' ', "-");
    let mut roff = Roff::new();
    if matches!(command.get_name(), "efloctl" | "status" | "errors" | "watch") {
        roff.control("SH", ["EXIT STATUS"]).text([roman("The first that applies, from the top:")]);
        terms(&mut roff, EXIT_CODES.map(|code| (code.word, code.meaning)));
    }
    if name == "efloctl" {
        roff.control("SH", ["ENVIRONMENT"]);
        terms(&mut roff, VARIABLES);
        terms(&mut roff, ALL.map(|setting| variable(command, setting)));
        roff.control("SH", ["FILES"]);
        terms(&mut roff, FILES);
    }
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in command.get_after_long_help().map(ToString::to_string).unwrap_or_default().lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    pages.push(page(&name, &String::from_utf8_lossy(&text), roff));
    let mut shown = command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set());
    shown.try_for_each(|subcommand| add(subcommand, pages))
}

/// Gives a topic as a page. Of a row of a table the first cell is a term, and the others stand below it.
fn topic_page(topic: &Topic) -> ManualPage {
    let name = format!("efloctl-{}", topic.name);
    let mut roff = Roff::new();
    roff.control("SH", ["NAME"]).text([roman(format!("{name} - {}", topic.title()))]);
    // Long names of tests and variables would tear holes into lines of equal width.
    roff.control("SH", ["DESCRIPTION"]).control("ad", ["l"]);
    for block in topic.blocks() {
        match block {
            Block::Heading(title) => roff.control("SH", [title.to_uppercase().as_str()]),
            Block::Paragraph(text) => roff.control("PP", []).text([roman(plain(&text))]),
            Block::Item(text) => roff.control("IP", ["-", "2"]).text([roman(plain(&text))]),
            Block::Code(lines) => {
                roff.control("PP", []).control("RS", ["4"]).control("nf", []);
                for line in lines {
                    roff.text([roman(line)]);
                }
                roff.control("fi", []).control("RE", [])
            }
            Block::Table(titles, rows) => {
                let term = |row: &Vec<String>| {
                    let rest = titles.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty());
                    let rest: Vec<String> = match titles.len() {
                        2 => rest.map(|(_, cell)| cell.clone()).collect(),
                        _ => rest.map(|(title, cell)| format!("{title}: {cell}")).collect(),
                    };
                    (plain(&row[0]), plain(&rest.join("; ")))
                };
                terms(&mut roff, rows.iter().map(term))
            }
        };
    }
    page(&name, "", roff)
}

/// Gives the text without backquotes.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// Gives a page with these sections. The library repeats its preamble in each of its own: here it stands once.
fn page(name: &str, of_library: &str, mut sections: Roff) -> ManualPage {
    if name != "efloctl" {
        sections.control("SH", ["SEE ALSO"]).text([bold("efloctl"), roman("(1)")]);
    }
    let preamble = Roff::new().render();
    let text = [of_library, &sections.render()].concat().replace(&preamble, "");
    let (title, version) = (name.to_uppercase(), env!("CARGO_PKG_VERSION"));
    let text = format!("{preamble}.TH {title} 1 \"\" \"efloctl {version}\" \"efloctl manual\"\n{text}");
    ManualPage { file: format!("{name}.1"), text }
}

/// Gives the variable of a setting, and what it sets.
fn variable(command: &Command, setting: &AnySetting) -> (String, String) {
    let flag = setting.key.replace('_', "-");
    let has_flag = command.get_subcommands().flat_map(Command::get_arguments).any(|arg| arg.get_long() == Some(&flag));
    let flag = if has_flag { format!(", as --{flag}") } else { String::new() };
    (setting.variable.to_owned(), format!("the {}{flag}", setting.shown()))
}

/// Adds a list of terms, each with what it means.
fn terms<T: Into<String>>(roff: &mut Roff, terms: impl IntoIterator<Item = (T, T)>) -> &mut Roff {
    for (term, meaning) in terms {
        roff.control("TP", []).text([bold(term.into())]).text([roman(meaning.into())]);
    }
    roff
}
