//! The Tab key in bash, zsh, fish and elvish themselves: each in a terminal, with the committed file in its place,
//! reached as people's shells reach it.

use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use super::support::cli::{Home, PROGRAM};
use super::support::pty::Pty;

/// How a shell finds the completion.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// By itself, at the first Tab.
    Loaded,
    /// Sourced by the file that it reads at its start.
    Sourced,
}

const PROMPT: &str = "ready>";

/// Prints its words as it gets them.
const SHOW: &str = "show() { printf '<%s>' \"$@\"; echo; }";

fn committed(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(file)
}

/// Whether the shell is there. A test that does nothing says so where it is seen, and CI must have all.
fn is_here(shell: &str) -> bool {
    let path = std::env::var_os("PATH").expect("a PATH");
    let found = std::env::split_paths(&path).any(|folder| folder.join(shell).is_file());
    if !found {
        let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!in_ci || shell == "elvish", "CI has no {shell}, so its completion is not tested");
        // Not caught with what a passing test prints.
        let _ = writeln!(std::io::stderr(), "\nSKIPPED: there is no {shell} here, so its completion is not tested\n");
    }
    found
}

/// Starts the shell in this home, with the program in its PATH.
fn start(home: &Home, shell: &str, way: Way, variables: &[(&str, &str)]) -> Pty {
    let write = |file: &str, text: String| {
        let file = home.path().join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    let folder = committed("");
    let folder = folder.display();
    let args: &[&str] = match shell {
        "bash" => {
            // As bash-completion loads a file at the first Tab, and asks for another try by 124.
            let load = match way {
                Way::Sourced => format!("source {folder}/efloctl.bash"),
                Way::Loaded => format!("load() {{ source {folder}/efloctl.bash && return 124; }}; complete -D -F load"),
            };
            let quiet = "bell-style none\nset show-all-if-ambiguous on\nset enable-bracketed-paste off\n\
                         set page-completions off\nset completion-query-items 0";
            write("inputrc", format!("set {quiet}\n"));
            write("bashrc", format!("PS1='{PROMPT} '\n{SHOW}\n{load}\n"));
            &["--noprofile", "--rcfile", "bashrc", "-i"]
        }
        "zsh" => {
            let load = match way {
                Way::Sourced => (String::new(), format!("source {folder}/_efloctl")),
                Way::Loaded => (format!("fpath=({folder} $fpath)"), String::new()),
            };
            let (before, behind) = load;
            write(
                ".zshrc",
                format!("PS1='{PROMPT} '\n{SHOW}\n{before}\nautoload -Uz compinit && compinit -u\n{behind}\n"),
            );
            &["-d", "-i"]
        }
        "fish" => {
            let text = std::fs::read_to_string(committed("efloctl.fish")).unwrap();
            match way {
                Way::Loaded => write(".config/fish/completions/efloctl.fish", text),
                Way::Sourced => write(".config/fish/conf.d/efloctl.fish", text),
            }
            let prompt = format!("function fish_prompt; echo -n '{PROMPT} '; end");
            let show = "function show; printf '<%s>' $argv; echo; end";
            write(
                ".config/fish/config.fish",
                format!("{prompt}\n{show}\nset fish_greeting\nset fish_autosuggestion_enabled 0\n"),
            );
            &["-i"]
        }
        _ => {
            let text = std::fs::read_to_string(committed("efloctl.elv")).unwrap();
            write("rc.elv", format!("{text}\nset edit:prompt = {{ print '{PROMPT} ' }}\nset edit:rprompt = {{ }}\n"));
            &["-rc", "rc.elv"]
        }
    };
    let program = Path::new(PROGRAM).parent().expect("a folder");
    let path = std::env::var_os("PATH").expect("a PATH");
    let path = std::env::join_paths([program.to_owned()].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let own = home.path().to_str().expect("a path");
    let inputrc = format!("{own}/inputrc");
    let mut all = vec![("PATH", path.to_str().unwrap()), ("ZDOTDIR", own), ("INPUTRC", &inputrc), ("LANG", "C.UTF-8")];
    all.extend(variables);
    let pty = Pty::start_with(home, 150, 60, shell, args, &all);
    pty.wait_for(|screen| screen.ends_with(PROMPT));
    pty
}

/// Types a line and Tab, and waits for all of these words on the screen.
#[track_caller]
fn offers(pty: &mut Pty, typed: &str, words: &[&str]) {
    pty.send(format!("{typed}\t").as_bytes());
    pty.wait_for(|screen| words.iter().all(|word| screen.split_once(PROMPT).unwrap().1.contains(word)));
}

/// The words of the line as the shell takes them, after what was typed was completed by Tab.
#[track_caller]
fn completed(pty: &mut Pty, typed: &str) -> Vec<String> {
    completed_and(pty, typed, "")
}

/// The same with more keys behind the Tab.
#[track_caller]
fn completed_and(pty: &mut Pty, typed: &str, more: &str) -> Vec<String> {
    // To the beginning of the line, before which the words' printer goes.
    pty.send(format!("{typed}\t{more}\x01show \r").as_bytes());
    let is_done = |screen: &str| screen.lines().any(|line| line.contains("<efloctl>")) && screen.ends_with(PROMPT);
    let screen = pty.wait_for(is_done);
    let line = screen.lines().rev().find(|line| line.contains("<efloctl>")).unwrap();
    let (_, words) = line.split_once('<').unwrap();
    let (words, _) = words.rsplit_once('>').unwrap();
    pty.send(b"clear\r");
    pty.wait_for(|screen| screen == PROMPT);
    words.split("><").map(str::to_owned).collect()
}

fn with_profiles() -> Home {
    let config = "[profiles.ops]\nregion = \"cn-beijing\"\n[profiles.opal]\nregion = \"cn-hangzhou\"\n";
    Home::new().config(config).aliyun(r#"{"profiles":[{"name":"laptop","region_id":"cn-shanghai"}]}"#)
}

/// The shells in which words are looked at after Tab.
const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

#[expect(clippy::print_stdout, reason = "shown with a test that fails")]
fn every_shell(test: impl Fn(&str, Way)) {
    for shell in SHELLS.into_iter().filter(|shell| is_here(shell)) {
        for way in [Way::Loaded, Way::Sourced] {
            println!("{shell} {way:?}");
            test(shell, way);
        }
    }
}

#[test]
fn first_tab_offers_the_profiles() {
    let home = with_profiles();
    every_shell(|shell, way| {
        let mut pty = start(&home, shell, way, &[]);
        offers(&mut pty, "efloctl status -p ", &["ops", "opal", "laptop"]);
    });
}

#[test]
fn tab_completes_commands_options_and_values() {
    let home =
        with_profiles().file("recorded.jsonl", "").file("own folder/x", "").file("other.toml", "[profiles.else]\n");
    every_shell(|shell, way| {
        let mut pty = start(&home, shell, way, &[]);
        for (typed, word) in [
            ("efloctl stat", "status"),
            ("efloctl status -p la", "laptop"),
            ("efloctl status --profile=la", "--profile=laptop"),
            ("efloctl status --config other.toml -p el", "else"),
            ("efloctl watch -r cn-wul", "cn-wulanchabu"),
            ("efloctl status --only Tim", "Timeout"),
            ("efloctl status --only Failed,Tim", "Failed,Timeout"),
            ("efloctl explain FileAlr", "FileAlreadyExists"),
            ("efloctl errors -o ta", "table"),
            ("efloctl config init --aliyun-profile l", "laptop"),
            ("efloctl status --from rec", "recorded.jsonl"),
            ("efloctl status --from=rec", "--from=recorded.jsonl"),
            ("efloctl status --from ~/recor", home.path().join("recorded.jsonl").to_str().unwrap()),
            ("efloctl watch x --record rec", "recorded.jsonl"),
            ("efloctl status --ca-file own", "own folder"),
            ("efloctl status --config 'own fo", "own folder"),
            ("efloctl completions el", "elvish"),
            // No file, though one begins so.
            ("efloctl man o", "own folder"),
        ] {
            // Behind a folder a quote may stay open; bash alone closes it.
            let close = if typed.contains('\'') && shell != "bash" { "'" } else { "" };
            let words = completed_and(&mut pty, typed, close);
            // Some take the slash away again.
            assert_eq!(words.last().unwrap().trim_end_matches('/'), word, "{shell} {way:?}: {typed}: {words:?}");
        }
    });
}

#[test]
fn profile_name_with_odd_characters_is_quoted_by_the_shell() {
    let names =
        ["a b$(touch pwned)", "c'd\"e`touch pwned`", "f;touch pwned;", "*", "h\\i&!j", "~root", "k#l{m,n}?[o]", "ü:é"];
    let quoted = names.map(|name| format!("[profiles.{}]\n", serde_json::to_string(name).unwrap()));
    let home = Home::new().config(&quoted.concat());
    every_shell(|shell, way| {
        let mut pty = start(&home, shell, way, &[]);
        for name in names {
            // Enough to tell it from the others, typed as each shell lets it be typed.
            let first = name.chars().next().unwrap();
            let typed = if "*~".contains(first) { format!("\\{first}") } else { first.to_string() };
            let words = completed(&mut pty, &format!("efloctl status -p {typed}"));
            assert_eq!(words[1..], ["status", "-p", name], "{shell} {way:?}");
        }
        assert!(!home.path().join("pwned").exists(), "{shell} {way:?} ran a name");
    });
}

#[test]
fn tab_shows_nothing_for_a_broken_config_file() {
    let home = Home::new().config("[profiles.ops").aliyun(r#"{"profiles":[{"name":"laptop"}]}"#);
    every_shell(|shell, way| {
        let mut pty = start(&home, shell, way, &[]);
        assert_eq!(completed(&mut pty, "efloctl status -p "), ["efloctl", "status", "-p"], "{shell} {way:?}");
        pty.send(b"efloctl status -p \t\x15show efloctl\r");
        let screen = pty.wait_for(|screen| screen.contains("<efloctl>"));
        let shown: Vec<&str> = screen.lines().filter(|line| !line.starts_with(PROMPT)).collect();
        assert!(shown.iter().all(|line| line.starts_with("<efloctl>") || line.is_empty()), "{shell}: {screen}");
    });
}

#[test]
fn tab_makes_no_network_call() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    let home = Home::new().config(&format!(
        "default_profile = \"ops\"\n[profiles.ops]\nregion = \"cn-beijing\"\nendpoint = \"{url}\"\n\
         credentials_uri = \"{url}/key\"\nsts_endpoint = \"{url}\"\n[profiles.opal]\necs_ram_role = true\n"
    ));
    let proxies = [("HTTPS_PROXY", url.as_str()), ("HTTP_PROXY", &url), ("ALL_PROXY", &url)];
    let places = [("EFLOCTL_METADATA_ENDPOINT", url.as_str()), ("ALIBABA_CLOUD_CREDENTIALS_URI", &url)];
    every_shell(|shell, way| {
        let mut pty = start(&home, shell, way, &[&proxies[..], &places].concat());
        for typed in ["efloctl status -p opa", "efloctl doctor -r cn-wul", "efloctl explain FileAlr"] {
            completed(&mut pty, typed);
        }
    });
    nobody.set_nonblocking(true).unwrap();
    let called = nobody.accept().map_err(|e| e.kind());
    assert!(matches!(called, Err(ErrorKind::WouldBlock)), "{called:?}");
}

#[test]
fn elvish_completes_profile_names() {
    if is_here("elvish") {
        let home = with_profiles().file("recorded.jsonl", "");
        let mut pty = start(&home, "elvish", Way::Sourced, &[]);
        offers(&mut pty, "efloctl status -p ", &["ops", "opal", "laptop", "cn-shanghai"]);
        let mut pty = start(&home, "elvish", Way::Sourced, &[]);
        offers(&mut pty, "efloctl status --from rec", &["recorded.jsonl"]);
    }
}
