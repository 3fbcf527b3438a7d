//! One short file a command, and the wiring they share: the only place where settings, credentials, feeds, outputs
//! and the terminal meet.

mod completions;
mod config;
mod connect;
mod demo;
mod doctor;
mod explain;
mod init;
mod look;
mod report;
mod watch;

use crate::cli::{Command, ConfigCommand};
use crate::exit;
use crate::fault::{Fault, Kind};
use crate::settings::{Environment, OutputFormat};
use crate::terminal::Terminal;
use std::rc::Rc;

/// What a command works with.
struct Context {
    terminal: Rc<Terminal>,
    environment: Environment,
}

/// Runs a command and gives the exit code. What ended it before it had an answer is told here.
pub fn run(command: Command, terminal: &Rc<Terminal>) -> u8 {
    let context = Context { terminal: Rc::clone(terminal), environment: Environment::of_process() };
    let as_json = wants_json(&command, &context.environment);
    let ended = match command {
        Command::Status(args) => look::status(&args, &context),
        Command::Errors(args) => look::errors(&args, &context),
        Command::Watch(args) => watch::watch(&args, &context),
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
    };
    let code = ended.unwrap_or_else(|error| {
        let fault = error.downcast::<Fault>().unwrap_or_else(|error| Fault::new(Kind::Output, format!("{error:#}")));
        report::tell(&fault, as_json, terminal);
        exit::code_of(fault.kind)
    });
    report::written(code, as_json, terminal)
}

/// Whether a failure is to be a line of JSON, as far as that can be told before any file is read.
fn wants_json(command: &Command, environment: &Environment) -> bool {
    let flag = match command {
        Command::Status(args) => args.output.as_deref(),
        Command::Errors(args) => args.output.as_deref(),
        Command::Watch(args) => args.output.as_deref(),
        Command::Explain(args) => args.output.as_deref(),
        Command::Demo(args) => args.output.as_deref(),
        Command::Doctor(args) => args.output.as_deref(),
        Command::Config(args) => match &args.command {
            ConfigCommand::List { output, .. } | ConfigCommand::Show { output, .. } => output.as_deref(),
            ConfigCommand::Path { .. } | ConfigCommand::Init(_) => None,
        },
        Command::Completions(_) => None,
    };
    let word = flag.or_else(|| environment.variable(crate::settings::Key::Output.variable()));
    word.is_some_and(|word| [OutputFormat::Json, OutputFormat::Jsonl].iter().any(|format| format.word() == word))
}
