//! `config init`: a first config file, from a few answers or flags. The secret never stands on a command line.

use super::Context;
use super::config::path_line;
use crate::cli::InitArgs;
use crate::exit;
use crate::fault::{Fault, Hint, Kind};
use crate::files::{read_small, write_whole};
use crate::settings::{self, AnySetting, Config, FirstKey, FirstProfile, ProfileSummary, Settings, first_config};
use crate::signals;
use crate::system::{self, Echo};
use crate::text::safe;
use std::io::{BufRead, IsTerminal};
use std::path::Path;

/// Runs `config init`.
pub(super) fn init(args: &InitArgs, context: &Context) -> anyhow::Result<u8> {
    let (path, _) = Config::path(args.config.as_deref(), &context.environment)?;
    let shown = context.environment.shown(&path);
    if path.exists() && !path.is_file() {
        return Err(Fault::usage(format!("{shown} is no plain file, and nothing can be put in its place"))
            .hint("name another file with --config")
            .into());
    }
    if path.exists() && !args.force {
        return Err(Fault::usage(format!("{shown} is there already"))
            .hint("edit it, or let --force replace it; a copy is kept")
            .into());
    }
    let answers = Answers { args, context, is_asking: std::io::stdin().is_terminal() };
    let text = answers.file()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let unwritten = |e: std::io::Error| Fault::new(Kind::Output, format!("{shown} cannot be written: {e}"));
    make_folder(folder).map_err(unwritten)?;
    if path.exists() {
        let copy = path.with_added_extension("bak");
        let old = read_small(&path).map_err(unwritten)?;
        write_whole(&copy, &old, 0o600).map_err(unwritten)?;
        context.terminal.progress(&format!("the old file is kept as {}", context.environment.shown(&copy)));
    }
    write_whole(&path, text.as_bytes(), 0o600).map_err(unwritten)?;
    context.terminal.answer(|out| path_line(&path, context, out));
    context.terminal.progress("efloctl doctor checks whether it works");
    Ok(exit::SUCCESS)
}

/// Makes the folder for the file, for its owner alone where it is new.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    system::folder_for_owner_alone(builder.recursive(true)).create(folder)
}

struct Answers<'a> {
    args: &'a InitArgs,
    context: &'a Context,
    /// Whether somebody is there to be asked.
    is_asking: bool,
}

impl Answers<'_> {
    fn file(&self) -> Result<String, Fault> {
        let profile = self.or_ask(self.args.profile.as_deref(), "profile name", Some("ops"))?;
        let official = self.official_profile()?;
        let region = match (&self.args.region, &official) {
            (Some(region), _) => region.clone(),
            (None, Some(ProfileSummary { region: Some(region), .. })) => region.clone(),
            (None, _) => self.or_ask(None, "region, such as cn-wulanchabu", None)?,
        };
        settings::REGION.check(&region).map_err(|why| Fault::usage(format!("region \"{}\" {why}", safe(&region))))?;
        let key = match official {
            Some(named) => FirstKey::Official { aliyun_profile: named.name },
            None => FirstKey::Own {
                access_key_id: self.or_ask(self.args.access_key_id.as_deref(), "AccessKey id", None)?,
                access_key_secret: self.secret()?,
            },
        };
        Ok(first_config(&profile, &FirstProfile { region, key }))
    }

    /// A profile of the official CLI to lean on, with its region: the one that a flag names, or one that is chosen.
    fn official_profile(&self) -> Result<Option<ProfileSummary>, Fault> {
        let profiles = Settings::official_profiles(self.context.environment.clone());
        if let Some(wanted) = &self.args.aliyun_profile {
            let found = profiles?.into_iter().find(|named| named.name == *wanted);
            let missing =
                || Fault::usage(format!("the official CLI has no profile {}", safe(wanted))).hint(Hint::AliyunProfiles);
            return found.ok_or_else(missing).map(Some);
        }
        if !self.is_asking || self.args.access_key_id.is_some() {
            return Ok(None);
        }
        let profiles = profiles.unwrap_or_else(|fault| {
            self.context.terminal.warn(&fault.message);
            Vec::new()
        });
        if profiles.is_empty() {
            return Ok(None);
        }
        let names: Vec<_> = profiles.iter().map(|named| safe(&named.name)).collect();
        self.context.terminal.say(&format!("the official CLI has profiles: {}", names.join(", ")));
        let answer = self.ask("use one of them (its name), or enter an AccessKey (empty)", Some(""))?;
        if answer.is_empty() {
            return Ok(None);
        }
        let found = profiles.into_iter().find(|named| named.name == answer);
        found.ok_or_else(|| Fault::usage(format!("the official CLI has no profile {}", safe(&answer)))).map(Some)
    }

    fn or_ask(&self, given: Option<&str>, what: &str, usual: Option<&str>) -> Result<String, Fault> {
        match (given, usual) {
            (Some(given), _) => Ok(given.to_owned()),
            (None, _) if self.is_asking => self.ask(what, usual),
            (None, Some(usual)) => Ok(usual.to_owned()),
            (None, None) => Err(Fault::usage(format!("no {} is given", what.split(',').next().unwrap_or(what)))
                .hint("give --region and --access-key-id and the secret on standard input, or --aliyun-profile")),
        }
    }

    fn ask(&self, what: &str, usual: Option<&str>) -> Result<String, Fault> {
        let usual_shown = usual.filter(|usual| !usual.is_empty()).map(|usual| format!(" [{usual}]"));
        self.context.terminal.prompt(&format!("{what}{}: ", usual_shown.unwrap_or_default()));
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(unread)?;
        match (line.trim(), usual) {
            ("", Some(usual)) => Ok(usual.to_owned()),
            ("", None) => Err(Fault::usage(format!("no {what} was entered"))),
            (answer, _) => Ok(answer.to_owned()),
        }
    }

    /// The secret: from standard input where nobody is asked, without an echo where somebody is.
    fn secret(&self) -> Result<String, Fault> {
        let secret = if self.is_asking {
            self.ask_unseen("AccessKey secret (not shown): ")?
        } else {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map_err(unread)?;
            line
        };
        match secret.trim() {
            "" => Err(Fault::usage("no AccessKey secret was given").hint("write it to standard input, in one line")),
            secret => Ok(secret.to_owned()),
        }
    }

    /// Asks without an echo. A signal that ends the process meanwhile puts the terminal back first.
    fn ask_unseen(&self, question: &str) -> Result<String, Fault> {
        let echo = Echo::off();
        let mut signals = signals::listen();
        std::thread::spawn({
            let echo = echo.clone();
            move || {
                if let Some(signal) = signals.blocking_recv() {
                    echo.restore();
                    signals::end_at_once(signal);
                }
            }
        });
        self.context.terminal.prompt(question);
        let read = echo.read_line();
        echo.restore();
        read.map_err(unread)
    }
}

fn unread(e: std::io::Error) -> Fault {
    Fault::usage(format!("standard input cannot be read: {e}"))
}
