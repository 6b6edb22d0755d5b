//! On a terminal: a line for each layer that changes in place.
//!
//! Nothing is drawn but from a call to `step`: a thread that redraws by itself would still be there when a container is started,
//! and user namespaces are entered by processes with one thread only.

use super::{Lines, status};
use crate::progress::{Progress, Step};
use crate::ui::{print, safe};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Between two drawings of one bar, unless its step changes.
const PAUSE: Duration = Duration::from_millis(50);
const FRAMES_PER_SECOND: u8 = 20;

/// Bars on stderr; a layer's last line stays in its place. Where lines are results and stdout is no terminal (`lamel pull x > log`),
/// they go there instead.
pub struct Bars {
    screen: MultiProgress,
    lines: Lines,
    /// Last lines stay on the screen with the bars.
    stay: bool,
    layers: Mutex<Vec<Layer>>,
}

struct Layer {
    name: String,
    bar: ProgressBar,
    drawn: Option<(Instant, Discriminant<Step>)>,
}

impl Bars {
    pub fn new(lines: Lines) -> Bars {
        let target = ProgressDrawTarget::stderr_with_hz(FRAMES_PER_SECOND);
        let stay = lines == Lines::Aside || std::io::stdout().is_terminal();
        Bars::on(target, lines, stay)
    }

    fn on(target: ProgressDrawTarget, lines: Lines, stay: bool) -> Bars {
        Bars {
            screen: MultiProgress::with_draw_target(target),
            lines,
            stay,
            layers: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Layer>> {
        self.layers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of bars that have come to their end, so that what is printed next comes below them.
    fn settle(&self, layers: &mut Vec<Layer>) {
        if layers.iter().all(|layer| layer.bar.is_finished()) {
            layers.clear();
        }
    }
}

impl Progress for Bars {
    fn line(&self, text: &str) {
        self.settle(&mut self.lock());
        self.screen.suspend(|| self.lines.print(&safe::text(text)));
    }

    fn layers(&self, names: &[String]) {
        let style = ProgressStyle::with_template("{msg}").expect("a template of one placeholder is valid");
        let mut layers = self.lock();
        self.settle(&mut layers);
        *layers = names
            .iter()
            .map(|name| Layer {
                name: name.clone(),
                bar: self.screen.add(ProgressBar::new(0).with_style(style.clone())),
                drawn: None,
            })
            .collect();
    }

    fn step(&self, index: usize, step: Step) {
        let mut layers = self.lock();
        let Some(layer) = layers.get_mut(index) else {
            return;
        };
        let (now, kind) = (Instant::now(), discriminant(&step));
        if layer
            .drawn
            .is_some_and(|(then, last)| last == kind && now - then < PAUSE)
        {
            return;
        }
        layer.drawn = Some((now, kind));
        let line = status::line(&layer.name, step, columns());
        match (status::is_last(step), self.stay) {
            (false, _) => layer.bar.set_message(line),
            (true, true) => layer.bar.finish_with_message(line),
            (true, false) => {
                layer.bar.finish_and_clear();
                self.screen.suspend(|| self.lines.print(&line));
            }
        }
    }

    fn warn(&self, text: &str) {
        self.screen.suspend(|| print::warning(safe::text(text)));
    }
}

/// The terminal's width now: it may be resized while a layer comes.
fn columns() -> usize {
    match rustix::termios::tcgetwinsize(std::io::stderr()) {
        Ok(size) if size.ws_col > 0 => size.ws_col.into(),
        _ => 80,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::TermLike;
    use std::io;
    use std::sync::Arc;

    const WIDTH: usize = 80;

    /// A terminal that remembers the lines on it.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<(Vec<String>, usize)>>);

    impl Screen {
        fn lines(&self) -> Vec<String> {
            let lines = self.0.lock().unwrap().0.clone();
            let mut lines: Vec<String> = lines.iter().map(|line| line.trim_end().to_owned()).collect();
            while lines.last().is_some_and(String::is_empty) {
                lines.pop();
            }
            lines
        }

        /// Like a terminal's, the cursor waits behind the last column, and the next character goes to the next line.
        fn write(&self, text: &str) {
            let (lines, row) = &mut *self.0.lock().unwrap();
            for c in text.chars() {
                lines.resize(lines.len().max(*row + 2), String::new());
                if c == '\n' || lines[*row].chars().count() == WIDTH {
                    *row += 1;
                }
                if c != '\n' {
                    lines[*row].push(c);
                }
            }
        }
    }

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            WIDTH as u16
        }
        fn move_cursor_up(&self, n: usize) -> io::Result<()> {
            let row = &mut self.0.lock().unwrap().1;
            *row = row.saturating_sub(n);
            Ok(())
        }
        fn move_cursor_down(&self, n: usize) -> io::Result<()> {
            self.write(&"\n".repeat(n));
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write(&format!("{text}\n"));
            Ok(())
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.write(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            let (lines, row) = &mut *self.0.lock().unwrap();
            if let Some(line) = lines.get_mut(*row) {
                line.clear();
            }
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn bars(screen: &Screen, stay: bool) -> Bars {
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), 255);
        let bars = Bars::on(target, Lines::Result, stay);
        bars.layers(&["aaaaaaaaaaaa".into(), "bbbbbbbbbbbb".into()]);
        bars
    }

    #[test]
    fn finished_layers_stay_in_their_order() {
        let screen = Screen::default();
        let bars = bars(&screen, true);
        bars.step(1, Step::Waiting);
        bars.step(0, Step::Exists);
        bars.step(1, Step::Complete);
        bars.settle(&mut bars.lock());
        drop(bars);
        assert_eq!(
            screen.lines(),
            ["aaaaaaaaaaaa: Already exists", "bbbbbbbbbbbb: Pull complete"]
        );
    }

    #[test]
    fn bars_vanish_where_the_result_goes_elsewhere_and_when_the_work_breaks_off() {
        let screen = Screen::default();
        let bars = bars(&screen, false);
        bars.step(0, Step::Complete);
        bars.step(1, Step::Verifying);
        drop(bars);
        assert!(screen.lines().is_empty(), "{:?}", screen.lines());
    }

    #[test]
    fn the_same_step_is_not_drawn_each_time() {
        let screen = Screen::default();
        let bars = bars(&screen, true);
        bars.step(0, Step::Downloading { done: 1, total: 100 });
        let drawn = bars.lock()[0].drawn;
        bars.step(0, Step::Downloading { done: 2, total: 100 });
        assert_eq!(bars.lock()[0].drawn, drawn);
        bars.step(0, Step::Verifying);
        assert_ne!(bars.lock()[0].drawn, drawn);
        assert_eq!(bars.lock()[0].bar.message(), "aaaaaaaaaaaa: Verifying");
    }
}
