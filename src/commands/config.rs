//! `config`: a first config file, where it is, which profiles there are, and the settings in effect. A secret is never
//! shown, and stands on no command line.

use super::{Context, connect};
use crate::cli::{ConnectionArgs, InitArgs, ProfileArgs};
use crate::exit;
use crate::fault::{Fault, Hint, Kind};
use crate::files::{read_small, write_whole};
use crate::output::{named_json, profiles, settings_table};
use crate::settings::{self, Config, FirstProfile, OutputFormat, ProfileSummary, Settings, first_config};
use crate::signals;
use crate::system::{self, Echo};
use crate::text::safe;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

/// Runs `config path`.
pub(super) fn path(flag: Option<&Path>, context: &Context) -> anyhow::Result<u8> {
    let (path, _) = Config::path(flag, &context.environment)?;
    context.terminal.answer(|out| path_line(&path, context, out));
    Ok(exit::SUCCESS)
}

/// Writes a path: as it is for a script that opens it, safe to show on a terminal.
pub(super) fn path_line(path: &Path, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let shown = path.to_string_lossy();
    match context.terminal.stdout().width {
        Some(_) => writeln!(out, "{}", safe(&shown)),
        None => writeln!(out, "{}", path.display()),
    }
}

/// Runs `config list`.
pub(super) fn list(place: &ProfileArgs, context: &Context) -> anyhow::Result<u8> {
    let settings = connect::settings(place.flags(), context)?;
    let format = context.format(&settings)?;
    let lines = settings.profiles();
    let unreadable = settings.official.profiles().err();
    if let Some(fault) = &unreadable {
        context.terminal.warn(&fault.message);
    }
    if format == OutputFormat::Json {
        context.terminal.answer(|out| named_json("profiles", &lines, out));
    } else if lines.is_empty() {
        let shown = &settings.config.shown;
        let others = if unreadable.is_some() { "no other profiles" } else { "no profiles" };
        let told = format!("efloctl: there are {others}; efloctl config init writes a first one to {shown}");
        context.terminal.progress(&told);
    } else {
        context.terminal.answer(|out| profiles(&lines, context.terminal.stdout(), out));
    }
    Ok(exit::SUCCESS)
}

/// Runs `config show`.
pub(super) fn show(connection: &ConnectionArgs, context: &Context) -> anyhow::Result<u8> {
    let settings = connect::settings(connection.flags(), context)?;
    let format = context.format(&settings)?;
    let lines = settings.shown()?;
    context.terminal.answer(|out| match format {
        OutputFormat::Json => named_json("settings", &lines, out),
        _ => settings_table(&lines, context.terminal.stdout(), out),
    });
    Ok(exit::SUCCESS)
}

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
    let text = Answers { args, context, is_asking: io::stdin().is_terminal() }.config()?;
    let unwritten = |e: io::Error| Fault::new(Kind::Output, format!("{shown} cannot be written: {e}"));
    system::make_folder(path.parent().unwrap_or(Path::new("."))).map_err(unwritten)?;
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

/// Finds out what the file is to hold: from flags, else from whoever sits at the terminal.
struct Answers<'a> {
    args: &'a InitArgs,
    context: &'a Context,
    /// Whether somebody is there to be asked.
    is_asking: bool,
}

impl Answers<'_> {
    /// Gives the text of the config file.
    fn config(&self) -> Result<String, Fault> {
        let profile = self.answer(self.args.profile.as_deref(), "profile name", Some("ops"))?;
        let official = self.official_profile()?;
        let known = self.args.region.as_ref().or(official.as_ref().and_then(|official| official.region.as_ref()));
        let region = self.answer(known.map(String::as_str), "region, such as cn-wulanchabu", None)?;
        settings::REGION.read(&region).map_err(|why| Fault::usage(format!("region \"{}\" {why}", safe(&region))))?;
        let first = match official {
            Some(official) => FirstProfile::Official { region, aliyun_profile: official.name },
            None => FirstProfile::Own {
                region,
                access_key_id: self.answer(self.args.access_key_id.as_deref(), "AccessKey id", None)?,
                access_key_secret: self.secret()?,
            },
        };
        Ok(first_config(&profile, &first))
    }

    /// Gives the profile of the official CLI whose key is to be used, if one is: that of the flag, or one that is
    /// chosen.
    fn official_profile(&self) -> Result<Option<ProfileSummary>, Fault> {
        let given = &self.args.aliyun_profile;
        if given.is_none() && (!self.is_asking || self.args.access_key_id.is_some()) {
            return Ok(None);
        }
        let profiles = match Settings::official_profiles(self.context.environment.clone()) {
            Err(fault) if given.is_none() => {
                self.context.terminal.warn(&fault.message);
                Vec::new()
            }
            profiles => profiles?,
        };
        let wanted = match given {
            Some(wanted) => wanted.clone(),
            None if profiles.is_empty() => return Ok(None),
            None => {
                let names: Vec<_> = profiles.iter().map(|official| safe(&official.name)).collect();
                self.context.terminal.say(&format!("the official CLI has profiles: {}", names.join(", ")));
                match self.answer(None, "use one of them (its name), or enter an AccessKey (empty)", Some(""))? {
                    none if none.is_empty() => return Ok(None),
                    wanted => wanted,
                }
            }
        };
        let found = profiles.into_iter().find(|official| official.name == wanted);
        let missing = || Fault::usage(format!("the official CLI has no profile {}", safe(&wanted)));
        found.ok_or_else(|| missing().hint(Hint::AliyunProfiles)).map(Some)
    }

    /// Gives what is given, else what somebody answers, else what is usual.
    fn answer(&self, given: Option<&str>, what: &str, usual: Option<&str>) -> Result<String, Fault> {
        if let Some(given) = given {
            return Ok(given.to_owned());
        }
        let mut answer = String::new();
        if self.is_asking {
            let usual = usual.filter(|usual| !usual.is_empty()).map(|usual| format!(" [{usual}]"));
            self.context.terminal.prompt(&format!("{what}{}: ", usual.unwrap_or_default()));
            answer = read_line()?;
        }
        match (answer.trim(), usual) {
            ("", Some(usual)) => Ok(usual.to_owned()),
            ("", None) => Err(Fault::usage(format!("no {} is given", what.split(',').next().unwrap_or(what)))
                .hint("give --region and --access-key-id and the secret on standard input, or --aliyun-profile")),
            (answer, _) => Ok(answer.to_owned()),
        }
    }

    /// Reads the secret from standard input. It is not shown while somebody types it.
    fn secret(&self) -> Result<String, Fault> {
        let secret = if self.is_asking { self.ask_unseen("AccessKey secret (not shown): ")? } else { read_line()? };
        match secret.trim() {
            "" => Err(Fault::usage("no AccessKey secret was given").hint("write it to standard input, in one line")),
            secret => Ok(secret.to_owned()),
        }
    }

    /// Asks a question whose answer the terminal does not show. A signal that ends the process meanwhile puts the
    /// terminal back first.
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

/// Reads a line of standard input.
fn read_line() -> Result<String, Fault> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(unread)?;
    Ok(line)
}

fn unread(e: io::Error) -> Fault {
    Fault::usage(format!("standard input cannot be read: {e}"))
}
