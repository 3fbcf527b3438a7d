//! The reference that ships with the program: a text for each topic, which `help` draws and `man` writes as a page.
//!
//! The texts are Markdown, of which they use little: headings, paragraphs, lists, tables, and blocks of code.

use crate::terminal::paint;
use crate::text::{padded, wrapped, wrapped_below};
use clap_complete::CompletionCandidate;
use owo_colors::Style;
use std::io::{self, Write};
use textwrap::core::display_width;

/// Describes a topic of `efloctl help`. Its text begins with its title.
pub struct Topic {
    pub name: &'static str,
    text: &'static str,
}

/// Lists every topic. No topic has the name of a command.
pub const TOPICS: [Topic; 9] = [
    Topic { name: "exit-codes", text: include_str!("topics/exit-codes.md") },
    Topic { name: "output", text: include_str!("topics/output.md") },
    Topic { name: "settings", text: include_str!("topics/settings.md") },
    Topic { name: "credentials", text: include_str!("topics/credentials.md") },
    Topic { name: "verdict", text: include_str!("topics/verdict.md") },
    Topic { name: "pipelines", text: include_str!("topics/pipelines.md") },
    Topic { name: "sending", text: include_str!("topics/sending.md") },
    Topic { name: "permissions", text: include_str!("topics/permissions.md") },
    Topic { name: "promises", text: include_str!("topics/promises.md") },
];

/// Finds a topic by its name.
pub fn find(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

/// Gives the names of all topics, for a sentence.
pub fn names() -> String {
    TOPICS.each_ref().map(|topic| topic.name).join(", ")
}

/// Gives what the Tab key offers where a topic may stand.
pub(super) fn candidates() -> Vec<CompletionCandidate> {
    TOPICS.iter().map(|topic| CompletionCandidate::new(topic.name).help(Some(topic.title().into()))).collect()
}

/// Describes a block of a topic's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    Heading(String),
    Paragraph(String),
    Item(String),
    /// Lines that are shown as they are, however wide.
    Code(Vec<&'static str>),
    /// The titles of the columns, and the rows.
    Table(Vec<String>, Vec<Vec<String>>),
}

impl Topic {
    /// Gives what the topic is about, in a few words.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// Gives the text below the title.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut lines = self.text.lines().skip(1).peekable();
        while let Some(line) = lines.next() {
            if line.starts_with("```") {
                blocks.push(Block::Code(lines.by_ref().take_while(|line| !line.starts_with("```")).collect()));
            } else if let Some(title) = line.strip_prefix("## ") {
                blocks.push(Block::Heading(title.to_owned()));
            } else if line.starts_with('|') {
                // The line below the titles is only a rule.
                lines.next();
                let rows = std::iter::from_fn(|| lines.next_if(|line| line.starts_with('|'))).map(cells).collect();
                blocks.push(Block::Table(cells(line), rows));
            } else if !line.is_empty() {
                let is_more = |line: &&str| !line.is_empty() && !line.starts_with("- ") && !line.starts_with("```");
                let more = std::iter::from_fn(|| lines.next_if(is_more)).map(str::trim);
                let whole = std::iter::once(line).chain(more).collect::<Vec<_>>().join(" ");
                blocks.push(match whole.strip_prefix("- ") {
                    Some(item) => Block::Item(item.to_owned()),
                    None => Block::Paragraph(whole),
                });
            }
        }
        blocks
    }

    /// Writes the topic for a screen of this many columns.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn draw(&self, width: usize, colour: bool, out: &mut dyn Write) -> io::Result<()> {
        let strong = |text: &str| paint(colour, text, Style::new().bold());
        let heading = |title: &str| wrapped(title, width).iter().map(|line| strong(line)).collect::<Vec<_>>();
        heading(self.title()).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        let mut was_item = false;
        for block in self.blocks() {
            let is_item = matches!(block, Block::Item(_));
            if !(is_item && was_item) {
                writeln!(out)?;
            }
            was_item = is_item;
            let lines = match block {
                Block::Heading(title) => heading(&title),
                Block::Paragraph(text) => wrapped(&shown(&text, colour), width),
                Block::Item(text) => wrapped_below(&format!("- {}", shown(&text, colour)), width, "  "),
                Block::Code(lines) => lines.iter().map(|line| format!("    {line}").trim_end().to_owned()).collect(),
                Block::Table(titles, rows) => {
                    let row = |row: &Vec<String>| row.iter().map(|cell| shown(cell, colour)).collect();
                    table(&titles, &rows.iter().map(row).collect::<Vec<_>>(), width)
                }
            };
            lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        }
        Ok(())
    }
}

/// Gives the lines of a table: in columns, of which the last is wrapped, or each row as a list if there is no room.
fn table(titles: &[String], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let all = || std::iter::once(titles).chain(rows.iter().map(Vec::as_slice));
    let last = titles.len() - 1;
    let words = all().flat_map(|row| row[last].split(' '));
    let narrowest = words.map(display_width).max().unwrap_or_default().max(20);
    let widths: Vec<usize> =
        (0..last).map(|at| all().map(|row| display_width(&row[at])).max().unwrap_or_default() + 2).collect();
    let before: usize = 2 + widths.iter().sum::<usize>();
    let mut lines = Vec::new();
    if before + narrowest > width {
        for row in rows {
            let mut cells = titles.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            let (_, first) = cells.next().unwrap_or((&titles[0], &row[0]));
            lines.extend(wrapped_below(&format!("  {first}"), width, "  "));
            for (title, cell) in cells {
                lines.extend(wrapped_below(&format!("      {title}: {cell}"), width, "        "));
            }
        }
        return lines;
    }
    for row in all() {
        let columns: String = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
        for (at, text) in wrapped(&row[last], width - before).iter().enumerate() {
            let columns = if at == 0 { columns.clone() } else { " ".repeat(before - 2) };
            lines.push(format!("  {columns}{text}").trim_end().to_owned());
        }
    }
    lines
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// Gives the text as a screen shows it: with colour, words in backquotes are coloured instead.
fn shown(text: &str, colour: bool) -> String {
    if !colour {
        return text.to_owned();
    }
    let part = |(at, part): (usize, &str)| paint(at % 2 == 1, part, Style::new().cyan());
    text.split('`').enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    fn drawn(topic: &Topic, width: usize) -> String {
        let mut out = Vec::new();
        topic.draw(width, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn topics_are_not_named_as_commands_are() {
        let command = command();
        for topic in TOPICS {
            assert!(command.find_subcommand(topic.name).is_none(), "{}", topic.name);
            assert!(topic.text.starts_with("# ") && topic.title().len() > 8, "{}", topic.name);
        }
    }

    #[test]
    fn topics_fit_the_terminal_but_for_code_and_long_words() {
        for topic in TOPICS {
            for width in [40, 60, 80, 100] {
                for line in drawn(&topic, width).lines().filter(|line| !line.starts_with("    ")) {
                    let is_one_word = !line.trim().trim_start_matches("- ").contains(' ');
                    assert!(display_width(line) <= width || is_one_word, "{} at {width}: {line}", topic.name);
                }
            }
        }
    }

    #[test]
    fn topics_keep_every_word_however_narrow() {
        for topic in TOPICS {
            let texts = [30, 200].map(|width| drawn(&topic, width));
            let is_mark = |word: &&str| !["#", "##", "|", "-", "---"].contains(word);
            let mut lines = topic.text.lines().peekable();
            while let Some(line) = lines.next() {
                // The titles of a table's first columns are not needed where each row is a list.
                let is_title = lines.peek().is_some_and(|below| below.starts_with("| ---"));
                for word in line.split_whitespace().filter(is_mark) {
                    let is_kept = |text: &String| text.contains(word) || line.starts_with("```") || is_title;
                    assert!(texts.iter().all(is_kept), "{} loses {word}", topic.name);
                }
            }
        }
    }

    #[test]
    fn topic_lines_are_at_most_120_wide() {
        for topic in TOPICS {
            let mut is_code = false;
            for line in topic.text.lines() {
                is_code ^= line.starts_with("```");
                assert!(is_code || line.chars().count() <= 120, "{}: {line}", topic.name);
            }
        }
    }
}
