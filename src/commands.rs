//! One short file a command, and the wiring they share: the only place where settings, credentials, feeds, outputs
//! and the terminal meet.

mod ask;
mod completions;
mod config;
mod connect;
mod demo;
mod demo_send;
mod doctor;
mod explain;
mod feed;
mod finish;
mod help;
mod ids;
mod man;
mod next_step;
mod node_names;
mod nodes;
mod resend;
mod send;
mod sending;
mod sends;
mod sent;
mod watch;
mod watch_end;

use crate::cli::{self, CliCommand, ConfigCommand};
use crate::exit;
use crate::fault::{Fault, Kind};
use crate::settings::{self, Environment, Flags, OutputFormat, Settings};
use crate::terminal::{Terminal, start_log};
use clap::error::ErrorKind;
use finish::{Finish, UNWRITTEN};
use std::cell::Cell;
use std::rc::Rc;

/// Holds what every command works with.
struct Context {
    terminal: Rc<Terminal>,
    environment: Environment,
    /// The output format that was typed.
    output: Option<String>,
    /// The output formats that the command has.
    formats: &'static [OutputFormat],
    /// Whether failures are told as a line of JSON, as far as is known by now.
    as_json: Cell<bool>,
}

impl Context {
    /// Gives the output format in effect. From now on failures are told in its way.
    fn format(&self, settings: &Settings) -> Result<OutputFormat, Fault> {
        let format = settings.output(self.formats)?;
        self.as_json.set(matches!(format, OutputFormat::Json | OutputFormat::Jsonl));
        Ok(format)
    }

    /// Gives the output format as far as it is known without a config file.
    fn format_without_file(&self) -> Result<OutputFormat, Fault> {
        self.format(&Settings::without_files(self.with_output(Flags::default()), self.environment.clone())?)
    }

    /// Adds the output format that was typed to flags.
    fn with_output(&self, flags: Flags) -> Flags {
        flags.with(&settings::OUTPUT, self.output.as_deref())
    }
}

/// Does what the command line asks for, and gives the exit code. What ended it before it had an answer is told here.
pub fn run() -> u8 {
    let color = cli::color();
    let typed = cli::read(color);
    let global = typed.as_ref().map(|cli| &cli.global);
    let (color, is_quiet, verbosity) =
        global.map_or((color, false, 0), |global| (global.color, global.quiet, global.verbose));
    let terminal = Rc::new(Terminal::new(color, is_quiet));
    start_log(&terminal, verbosity);
    let (output, formats) = typed.as_ref().map_or((None, &[][..]), |cli| cli.command.output());
    let (environment, output) = (Environment::of_process(), output.map(str::to_owned));
    let context = Context { terminal, environment, output, formats, as_json: Cell::new(false) };
    let ended = match typed {
        Ok(cli) => run_command(cli.command, &context),
        Err(e) => help_or_mistake(&e, &context),
    };
    let code = ended.unwrap_or_else(|error| {
        let fault = error.downcast::<Fault>().unwrap_or_else(|error| Fault::new(Kind::Output, format!("{error:#}")));
        let finish = Finish::with(fault);
        finish.tell(&context);
        finish.code
    });
    // What the command has not told itself.
    let mut finish = Finish { code, faults: Vec::new() };
    finish.unwritten(UNWRITTEN, context.terminal.take_failure());
    finish.tell(&context);
    finish.code
}

/// Shows the help that was asked for, or gives what is wrong with the command line.
fn help_or_mistake(e: &clap::Error, context: &Context) -> anyhow::Result<u8> {
    if e.use_stderr() && e.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Err(cli::mistake(e).into());
    }
    // The library itself knows which stream the help goes to.
    context.terminal.answer(|_| e.print());
    Ok(if e.use_stderr() { exit::code_of(Kind::Usage) } else { exit::SUCCESS })
}

fn run_command(command: CliCommand, context: &Context) -> anyhow::Result<u8> {
    // A failure is told as JSON from here on where flag or variable say so. What is wrong with them is told later.
    let _ = context.format_without_file();
    match command {
        CliCommand::Status(args) => ask::status(&args, context),
        CliCommand::Errors(args) => ask::errors(&args, context),
        CliCommand::Watch(args) => watch::watch(&args, context),
        CliCommand::Nodes(args) => nodes::nodes(&args, context),
        CliCommand::Send(args) => send::send(&args, context),
        CliCommand::Resend(args) => resend::resend(&args, context),
        CliCommand::Sent(_) => sent::sent(context),
        CliCommand::Explain { words, .. } => explain::explain(&words, context),
        CliCommand::Demo(args) => demo::demo(&args, context),
        CliCommand::Doctor { connection, .. } => doctor::doctor(&connection, context),
        CliCommand::Config(ConfigCommand::Path { config }) => config::path(config.as_deref(), context),
        CliCommand::Config(ConfigCommand::List { place, .. }) => config::list(&place, context),
        CliCommand::Config(ConfigCommand::Show { connection, .. }) => config::show(&connection, context),
        CliCommand::Config(ConfigCommand::Init(args)) => config::init(&args, context),
        CliCommand::Completions { shell } => completions::completions(shell, context),
        CliCommand::Man { folder } => man::man(&folder, context),
        CliCommand::Help { command } => help::help(&command, context),
    }
}
