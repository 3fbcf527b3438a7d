//! `man`: a page for each command, with all that its help tells, whole and the same each time. Topics are in `topics`.

use std::collections::BTreeSet;
use std::fs;

use super::golden::golden;
use super::support::cli::Home;

/// The pages, by the names of their files.
fn pages(home: &Home, folder: &str) -> Vec<(String, String)> {
    let mut names: Vec<String> = fs::read_dir(home.path().join(folder))
        .expect("the folder")
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), home.read(&format!("{folder}/{name}")))).collect()
}

/// A page as it reads: without requests of its own, nor escapes.
fn text(page: &str) -> String {
    let mut text = page.replace("\\-", "-").replace("\\*(Aq", "'");
    for font in ["\\fB", "\\fI", "\\fR"] {
        text = text.replace(font, "");
    }
    text
}

fn section<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n.SH {name}\n")).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split("\n.SH ").next().unwrap()
}

/// The commands that the help knows, each with its path.
fn commands(path: Vec<String>, found: &mut Vec<Vec<String>>) {
    let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
    let help = Home::new().run(&words).code(0).out;
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = list.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|name| !name.is_empty());
    for name in names.filter(|name| *name != "help") {
        commands([path.clone(), vec![name.to_owned()]].concat(), found);
    }
    found.push(path);
}

fn written() -> (Home, Vec<(String, String)>) {
    let home = Home::new();
    let run = home.run(&["man", "deep/pages"]).code(0);
    let pages = pages(&home, "deep/pages");
    let told = format!("{} manual pages are in deep/pages\n", pages.len());
    assert_eq!((run.out.as_str(), run.err), ("", told));
    (home, pages)
}

#[test]
fn man_has_a_page_for_every_command() {
    let (_home, pages) = written();
    let mut all = Vec::new();
    commands(Vec::new(), &mut all);
    for path in all {
        let name = [vec!["efloctl".to_owned()], path.clone()].concat().join("-");
        let (_, page) = pages.iter().find(|(file, _)| *file == format!("{name}.1")).unwrap_or_else(|| panic!("{name}"));
        let page = text(page);
        let title = format!(".TH {} 1 \"\" \"efloctl {}\"", name.to_uppercase(), env!("CARGO_PKG_VERSION"));
        assert!(page.lines().any(|line| line.starts_with(&title)), "{page}");

        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let long = Home::new().run(&[words.as_slice(), &["--help"]].concat()).code(0).out;
        let about = long.lines().next().unwrap();
        // The help wraps, a page does not.
        assert!(section(&page, "NAME").starts_with(&format!("{name} - {about}")), "{page}");
        assert!(
            section(&page, "SYNOPSIS").contains(&["efloctl"].into_iter().chain(words).collect::<Vec<_>>().join(" "))
        );

        let (usage, examples) = long.split_once("\nExamples:\n").unwrap();
        let examples = examples.split("\n\nExit codes").next().unwrap().split("\n\nTopics").next().unwrap();
        for line in examples.trim_end().lines() {
            assert!(section(&page, "EXAMPLES").contains(line), "{name}: {line}");
        }
        let options = usage.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
        let options: BTreeSet<&str> =
            options.filter_map(|line| line.split([' ', ',']).find(|w| w.starts_with("--"))).collect();
        assert!(options.contains("--color"), "{usage}");
        for option in options {
            let option = option.trim_end_matches("...");
            let heads: Vec<&str> = page.lines().skip_while(|line| !line.starts_with(".SH OPTIONS")).collect();
            assert!(heads.iter().any(|line| line.split([' ', ',']).any(|word| word == option)), "{name}: {option}");
        }
    }
}

#[test]
fn man_exit_codes_are_those_of_the_help() {
    let (_home, pages) = written();
    let help = Home::new().run(&["--help"]).code(0).out;
    let (_, codes) = help.split_once("\nExit codes, the first that applies:\n").unwrap();
    let codes: Vec<String> = codes
        .lines()
        .map(|line| line.trim().split_once("  ").unwrap())
        .map(|(code, meaning)| format!(".TP\n{code}\n{meaning}"))
        .collect();
    for file in ["efloctl.1", "efloctl-status.1", "efloctl-errors.1", "efloctl-watch.1"] {
        let (_, page) = pages.iter().find(|(name, _)| name == file).unwrap();
        assert!(section(&text(page), "\"EXIT STATUS\"").contains(&codes.join("\n")), "{file}");
    }
}

#[test]
fn man_pages_are_reproducible_and_replace_old_ones() {
    let (home, first) = written();
    let home = home.file("deep/pages/efloctl.1", "of an older version").file("deep/pages/other.1", "not ours");
    home.run(&["man", "deep/pages", "-q"]).code(0);
    let mut second = pages(&home, "deep/pages");
    second.retain(|(name, _)| name != "other.1");
    assert_eq!(first, second);
    assert_eq!(home.read("deep/pages/other.1"), "not ours");
    let (_, list) = first.iter().find(|(name, _)| name == "efloctl-config-list.1").unwrap();
    golden("man-config-list", &list.replace(env!("CARGO_PKG_VERSION"), "0.0.0"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(home.path().join("deep/pages/efloctl.1")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    }
}

#[test]
fn man_variables_and_files_are_those_that_are_read() {
    let (_home, pages) = written();
    let (_, page) = pages.iter().find(|(name, _)| name == "efloctl.1").unwrap();
    let page = text(page);
    let texts = [include_str!("../../src/cli/topics/settings.md"), include_str!("../../src/cli/topics/credentials.md")];
    let text = texts.concat();
    let told = text.split(|c: char| !c.is_ascii_uppercase() && c != '_').filter(|word| word.starts_with("EFLOCTL_"));
    // A name that stands for the beginning of all ends in a line.
    let told: BTreeSet<&str> = told.filter(|word| !word.ends_with('_')).collect();
    assert!(told.len() > 10);
    for variable in told {
        assert!(section(&page, "ENVIRONMENT").lines().any(|line| line == variable), "{variable}");
    }
    for file in ["~/.config/efloctl/config.toml", "~/.aliyun/config.json", "~/.alibabacloud/credentials.ini"] {
        assert!(section(&page, "FILES").contains(file));
    }
}

#[test]
fn man_folder_that_cannot_be_made_exits_2() {
    let home = Home::new().file("taken", "a file");
    for folder in ["taken", "taken/below"] {
        let run = home.run(&["man", folder]).code(2);
        assert_eq!(run.out, "");
        assert!(run.err.contains(&format!("the folder {folder} cannot be made: ")), "{run}");
        assert!(run.err.contains("name one that you may write into"), "{run}");
    }
    home.run(&["man"]).code(2);
    assert_eq!(home.read("taken"), "a file");
}

#[test]
fn man_page_that_cannot_be_written_leaves_no_half_file() {
    let home = Home::new().file("pages/efloctl-watch.1/in the way", "");
    let run = home.run(&["man", "pages"]).code(5);
    assert!(run.err.contains("the page efloctl-watch.1 cannot be written into pages: "), "{run}");
    assert!(run.err.contains("name a folder that you may write into"), "{run}");
    let names = fs::read_dir(home.path().join("pages")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| name.to_str().unwrap().starts_with("efloctl")), "a temporary file was left");
}

/// Where the tools of manual pages are, they have nothing to say against ours.
#[cfg(unix)]
#[test]
fn man_pages_are_sound_to_groff() {
    let (home, pages) = written();
    let check = home.program("sh").args(["-c", "command -v groff >/dev/null || echo none"]).run();
    if check.out == "none\n" {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "\nSKIPPED: there is no groff here, so no page is looked at by it\n");
        return;
    }
    for (file, _) in pages {
        let run =
            home.program("groff").args(["-man", "-ww", "-Tutf8", "-z", &format!("deep/pages/{file}")]).run().code(0);
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{file}");
    }
}
