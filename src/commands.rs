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
mod finish;
mod foreign;
mod help;
mod init;
mod man;
mod next_step;
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
    Command, ConfigCommand, ERRORS_FORMATS, LOOKUP_FORMATS, NODES_FORMATS, STATUS_FORMATS, WATCH_FORMATS,
};
use crate::fault::{Fault, Kind};
use crate::output::{Page, fault_text};
use crate::settings::{self, Environment, Flags, OutputFormat, Settings};
use crate::terminal::{ColorChoice, Terminal};
use finish::{Finish, UNWRITTEN};
use std::cell::Cell;
use std::rc::Rc;

/// What a command works with.
struct Context {
    terminal: Rc<Terminal>,
    environment: Environment,
    /// Whether a failure is to be a line of JSON, as far as is known by now.
    as_json: Cell<bool>,
}

impl Context {
    /// What stdout is.
    fn page(&self) -> Page {
        Page { width: self.terminal.out_width(), colour: self.terminal.out.colour }
    }

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
    let page = Page { width: terminal.err_width(), colour: terminal.err.colour };
    terminal.error(&fault_text(fault, page));
    crate::exit::code_of(fault.kind)
}

/// Runs a command and gives the exit code. What ended it before it had an answer is told here.
pub fn run(command: Command, terminal: &Rc<Terminal>) -> u8 {
    let environment = Environment::of_process();
    let as_json = Cell::new(asks_for_json(&command, &environment));
    let context = Context { terminal: Rc::clone(terminal), environment, as_json };
    let ended = match command {
        Command::Status(args) => status::status(&args, &context),
        Command::Errors(args) => errors::errors(&args, &context),
        Command::Watch(args) => watch::watch(&args, &context),
        Command::Nodes(args) => nodes::nodes(&args, &context),
        Command::Send(args) => send::send(&args, &context),
        Command::Resend(args) => resend::resend(&args, &context),
        Command::Sent(args) => sent::sent(&args, &context),
        Command::Explain(args) => explain::explain(&args, &context),
        Command::Demo(args) => demo::demo(&args, &context),
        Command::Doctor(args) => doctor::doctor(&args, &context),
        Command::Config(args) => match args.command {
            ConfigCommand::Path { config } => config::path(config.as_deref(), &context),
            ConfigCommand::List { place, output } => config::list(&place, output.as_deref(), &context),
            ConfigCommand::Show { connection, output } => config::show(&connection, output.as_deref(), &context),
            ConfigCommand::Init(args) => init::init(&args, &context),
        },
        Command::Completions(args) => completions::completions(args.shell, &context),
        Command::Man(args) => man::man(&args.folder, &context),
        Command::Help(args) => help::help(&args, &context),
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
fn asks_for_json(command: &Command, environment: &Environment) -> bool {
    let (flag, formats) = match command {
        Command::Status(args) => (&args.output, STATUS_FORMATS),
        Command::Errors(args) => (&args.output, ERRORS_FORMATS),
        Command::Watch(args) => (&args.output, WATCH_FORMATS),
        Command::Demo(args) => (&args.output, WATCH_FORMATS),
        Command::Nodes(args) => (&args.output, NODES_FORMATS),
        Command::Explain(args) => (&args.output, LOOKUP_FORMATS),
        Command::Doctor(args) => (&args.output, LOOKUP_FORMATS),
        Command::Send(args) => (&args.wait.output, WATCH_FORMATS),
        Command::Resend(args) => (&args.wait.output, WATCH_FORMATS),
        Command::Sent(args) => (&args.output, LOOKUP_FORMATS),
        Command::Config(args) => match &args.command {
            ConfigCommand::List { output, .. } | ConfigCommand::Show { output, .. } => (output, LOOKUP_FORMATS),
            ConfigCommand::Path { .. } | ConfigCommand::Init(_) => return false,
        },
        Command::Completions(_) | Command::Man(_) | Command::Help(_) => return false,
    };
    let flags = Flags::default().with(&settings::OUTPUT, flag.as_deref());
    let settings = Settings::without_files(flags, environment.clone());
    settings.and_then(|settings| settings.output(formats)).is_ok_and(OutputFormat::is_json)
}
