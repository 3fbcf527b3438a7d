//! Reads the recipes out of their topic, as far as their shells need it. Only what stands there is ever run.

const PIPELINES: &str = include_str!("../../../src/cli/topics/pipelines.md");

/// The blocks of a language below a heading.
pub(super) fn blocks(heading: &str, language: &str) -> Vec<&'static str> {
    let below = PIPELINES.split(&format!("\n## {heading}\n")).nth(1).expect(heading);
    let section = below.split("\n##").next().unwrap_or_default();
    let fence = format!("\n```{language}\n");
    let blocks = section.split(&fence).skip(1).map(|block| block.split("```").next().unwrap_or_default());
    let blocks: Vec<&str> = blocks.collect();
    assert!(!blocks.is_empty(), "no {language} below {heading}");
    blocks
}

/// The one block of a language below a heading.
pub(super) fn block(heading: &str, language: &str) -> &'static str {
    let [block] = blocks(heading, language)[..] else { panic!("one block below {heading}") };
    block
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

/// What is indented below a key, as it stands there but for that indentation.
pub(super) fn below(block: &str, key: &str) -> Vec<String> {
    let mut lines = block.lines().skip_while(|line| line.trim_start_matches([' ', '-']) != key);
    let at = depth(lines.next().unwrap_or_else(|| panic!("no {key} in:\n{block}")));
    let lines: Vec<&str> = lines.take_while(|line| line.len() - line.trim_start().len() > at).collect();
    let indentation = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
    lines.iter().map(|line| line[indentation..].to_owned()).collect()
}

/// The items of a list below a key. Each is a plain scalar, so it may hold nothing that would make it another thing.
pub(super) fn list(block: &str, key: &str) -> Vec<String> {
    let item = |line: String| {
        let item = line.strip_prefix("- ").unwrap_or_else(|| panic!("no item: {line}")).to_owned();
        let is_plain =
            !item.contains(": ") && !item.contains(" #") && !item.starts_with(['"', '\'', '&', '*', '|', '>']);
        assert!(is_plain, "YAML takes this for something else: {item}");
        item
    };
    below(block, key).into_iter().map(item).collect()
}

/// The names and values below a key, with what is between them.
pub(super) fn pairs(lines: &[String], between: &str) -> Vec<(String, String)> {
    let pair = |line: &String| {
        let (name, value) = line.split_once(between).unwrap_or_else(|| panic!("no {between:?} in {line}"));
        (name.to_owned(), value.to_owned())
    };
    lines.iter().map(pair).collect()
}

/// The value of a key that stands on a line of its own.
pub(super) fn value<'a>(block: &'a str, key: &str) -> &'a str {
    let value = |line: &'a str| line.trim_start_matches([' ', '-']).strip_prefix(key)?.strip_prefix(": ");
    block.lines().find_map(value).unwrap_or_else(|| panic!("no {key} in:\n{block}"))
}
