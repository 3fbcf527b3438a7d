//! The lines at the bottom of a terminal that are redrawn in place; only they ever are.

use super::screen::Screen;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::RefCell;

/// Often enough to seem alive; more would only load the terminal.
const REDRAWS_A_SECOND: u8 = 10;

/// Some lines that are redrawn in place, none at first.
pub struct Live {
    lines: Option<MultiProgress>,
    bars: RefCell<Vec<ProgressBar>>,
}

impl Live {
    /// `is_alive`: whether stderr is a terminal that can be redrawn. Otherwise nothing is ever shown.
    pub(super) fn new(is_alive: bool) -> Self {
        let target = || ProgressDrawTarget::term_like_with_hz(Box::new(Screen::default()), REDRAWS_A_SECOND);
        Live { lines: is_alive.then(|| MultiProgress::with_draw_target(target())), bars: RefCell::default() }
    }

    /// Whether lines can be redrawn.
    pub fn is_alive(&self) -> bool {
        self.lines.is_some()
    }

    /// Shows these lines in place of the last ones. None may be wider than the terminal less what Ctrl-C echoes, or
    /// the terminal would break it and the wrong rows would be erased.
    pub fn show(&self, lines: &[String]) {
        let Some(multi) = &self.lines else { return };
        let mut bars = self.bars.borrow_mut();
        while bars.len() > lines.len() {
            if let Some(bar) = bars.pop() {
                bar.finish_and_clear();
                multi.remove(&bar);
            }
        }
        while bars.len() < lines.len() {
            let style = ProgressStyle::with_template("{msg}").expect("a fixed template");
            bars.push(multi.add(ProgressBar::new_spinner().with_style(style)));
        }
        for (bar, line) in bars.iter().zip(lines) {
            bar.set_message(line.clone());
            bar.tick();
        }
    }

    /// Takes the lines away.
    pub fn clear(&self) {
        self.show(&[]);
    }

    /// Does something to the terminal while the lines are out of the way.
    pub(super) fn suspend<R>(&self, act: impl FnOnce() -> R) -> R {
        match &self.lines {
            Some(lines) => lines.suspend(act),
            None => act(),
        }
    }

    /// A handle for the log, which outlives every borrow.
    pub(super) fn handle(&self) -> Option<MultiProgress> {
        self.lines.clone()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.clear();
    }
}
