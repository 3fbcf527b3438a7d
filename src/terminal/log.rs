//! `-v` and `-vv`: efloctl's own log on stderr, never that of its libraries, some of which log secrets.

use super::Terminal;
use super::screen::Screen;
use log::{LevelFilter, Log, Metadata, Record};
use std::sync::{Arc, Mutex};

struct Logger(Arc<Mutex<Screen>>);

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("efloctl")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let level = record.level().as_str().to_ascii_lowercase();
        let line = format!("efloctl: {level}: {}", crate::text::safe(&record.args().to_string()));
        if let Ok(mut screen) = self.0.lock() {
            screen.print(&line);
        }
    }

    fn flush(&self) {}
}

/// Starts the log. `verbosity` is the number of `-v`: 0 logs nothing, 1 what is done, more the requests too.
pub fn start_log(terminal: &Terminal, verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::Info,
        _ => LevelFilter::Debug,
    };
    if log::set_boxed_logger(Box::new(Logger(Arc::clone(&terminal.screen)))).is_ok() {
        log::set_max_level(level);
    }
}
