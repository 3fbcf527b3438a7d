//! Whether a terminal shows what is typed into it.

#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The echo of the terminal on stdin, switched off; and how the terminal was before, to be put back.
#[derive(Clone)]
pub struct Echo {
    #[cfg(unix)]
    before: Option<Termios>,
}

impl Echo {
    /// Switches it off. To be done before the question is written, or a quick answer would show.
    #[cfg(unix)]
    pub fn off() -> Self {
        let before = tcgetattr(std::io::stdin()).ok();
        if let Some(before) = &before {
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &quiet);
        }
        Echo { before }
    }

    /// Elsewhere the library that reads switches it off in time.
    #[cfg(not(unix))]
    pub fn off() -> Self {
        Echo {}
    }

    /// Puts the terminal back to how it was. May be done twice.
    pub fn restore(&self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}
