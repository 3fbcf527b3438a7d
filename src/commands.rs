//! One short file a command, and the wiring they share: the only place where settings, credentials, feeds, outputs
//! and the terminal meet.

mod ask;
mod completions;
mod config;
mod connect;
mod demo;
mod demo_send;
mod doctor;
mod errors;
mod explain;
mod feed;
mod finish;
mod foreign;
mod help;
mod ids;
mod init;
mod man;
mod next_step;
mod node_names;
mod nodes;
mod resend;
mod send;
mod sending;
mod sends;
mod sent;
mod status;
mod watch;
mod watch_end;

use crate::cli::{
    CliCommand, ConfigCommand, ERRORS_FORMATS, LOOKUP_FORMATS, NODES_FORMATS, STATUS_FORMATS, WATCH_FORMATS,
};
use crate::fault::{Fault, Kind};
use crate::output::fault_text;
use crate::settings::{self, Environment, Flags, OutputFormat, Settings};
use crate::terminal::{ColorChoice, Terminal};
use finish::{Finish, UNWRITTEN};
use std::cell::Cell;
use std::rc::Rc;

/// What every command works with.
struct Context {
    terminal: Rc<Terminal>,
    environment: Environment,
    /// Whether failures are told as a line of JSON, as far as is known by now.
    as_json: Cell<bool>,
}

impl Context {
    /// The output format in effect. From now on failures are told in its way.
    fn format(&self, settings: &Settings, formats: &[OutputFormat]) -> Result<OutputFormat, Fault> {
        let format = settings.output(formats)?;
        self.as_json.set(format.is_json());
        Ok(format)
    }

    /// The same for a command that reads no config file.
    fn format_without_file(&self, flag: Option<&str>, formats: &[OutputFormat]) -> Result<OutputFormat, Fault> {
        let flags = Flags::default().with(&settings::OUTPUT, flag);
        self.format(&Settings::without_files(flags, self.environment.clone())?, formats)
    }
}

/// Tells what is wrong with the command line and gives the exit code.
pub fn refuse(fault: &Fault, color: ColorChoice) -> u8 {
    let terminal = Terminal::new(color, false);
    terminal.error(&fault_text(fault, terminal.stderr()));
    crate::exit::code_of(fault.kind)
}

/// Runs a command and gives the exit code. What ended it before it had an answer is told here.
pub fn run(command: CliCommand, terminal: &Rc<Terminal>) -> u8 {
    let environment = Environment::of_process();
    let as_json = Cell::new(asks_for_json(&command, &environment));
    let context = Context { terminal: Rc::clone(terminal), environment, as_json };
    let ended = match command {
        CliCommand::Status(args) => status::status(&args, &context),
        CliCommand::Errors(args) => errors::errors(&args, &context),
        CliCommand::Watch(args) => watch::watch(&args, &context),
        CliCommand::Nodes(args) => nodes::nodes(&args, &context),
        CliCommand::Send(args) => send::send(&args, &context),
        CliCommand::Resend(args) => resend::resend(&args, &context),
        CliCommand::Sent(args) => sent::sent(&args, &context),
        CliCommand::Explain(args) => explain::explain(&args, &context),
        CliCommand::Demo(args) => demo::demo(&args, &context),
        CliCommand::Doctor(args) => doctor::doctor(&args, &context),
        CliCommand::Config(args) => match args.command {
            ConfigCommand::Path { config } => config::path(config.as_deref(), &context),
            ConfigCommand::List { place, output } => config::list(&place, output.as_deref(), &context),
            ConfigCommand::Show { connection, output } => config::show(&connection, output.as_deref(), &context),
            ConfigCommand::Init(args) => init::init(&args, &context),
        },
        CliCommand::Completions(args) => completions::completions(args.shell, &context),
        CliCommand::Man(args) => man::man(&args.folder, &context),
        CliCommand::Help(args) => help::help(&args, &context),
    };
    let code = ended.unwrap_or_else(|error| {
        let fault = error.downcast::<Fault>().unwrap_or_else(|error| Fault::new(Kind::Output, format!("{error:#}")));
        let finish = Finish::with(fault);
        finish.tell(&context);
        finish.code
    });
    // What the command has not told itself.
    let mut finish = Finish::of_code(code);
    finish.unwritten(UNWRITTEN, terminal.take_failure());
    finish.tell(&context);
    finish.code
}

/// Whether flag or variable ask for JSON: what is known before any file is read.
fn asks_for_json(command: &CliCommand, environment: &Environment) -> bool {
    let (flag, formats) = match command {
        CliCommand::Status(args) => (&args.output, STATUS_FORMATS),
        CliCommand::Errors(args) => (&args.output, ERRORS_FORMATS),
        CliCommand::Watch(args) => (&args.wait.output, WATCH_FORMATS),
        CliCommand::Demo(args) => (&args.output, WATCH_FORMATS),
        CliCommand::Nodes(args) => (&args.output, NODES_FORMATS),
        CliCommand::Explain(args) => (&args.output, LOOKUP_FORMATS),
        CliCommand::Doctor(args) => (&args.output, LOOKUP_FORMATS),
        CliCommand::Send(args) => (&args.wait.output, WATCH_FORMATS),
        CliCommand::Resend(args) => (&args.wait.output, WATCH_FORMATS),
        CliCommand::Sent(args) => (&args.output, LOOKUP_FORMATS),
        CliCommand::Config(args) => match &args.command {
            ConfigCommand::List { output, .. } | ConfigCommand::Show { output, .. } => (output, LOOKUP_FORMATS),
            ConfigCommand::Path { .. } | ConfigCommand::Init(_) => return false,
        },
        CliCommand::Completions(_) | CliCommand::Man(_) | CliCommand::Help(_) => return false,
    };
    let flags = Flags::default().with(&settings::OUTPUT, flag.as_deref());
    let settings = Settings::without_files(flags, environment.clone());
    settings.and_then(|settings| settings.output(formats)).is_ok_and(OutputFormat::is_json)
}
