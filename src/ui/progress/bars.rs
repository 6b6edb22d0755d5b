//! Progress on a terminal: a line for each layer that changes in place.
//!
//! Bars are drawn only in calls of `step`, never by a thread: such a thread would still exist when a container is
//! started, and a process that enters a user namespace must have a single thread.

use crate::progress::{Progress, Step};
use crate::text::safe;
use crate::ui::print;
use crate::ui::progress::lines::Lines;
use crate::ui::progress::pace::Pace;
use crate::ui::progress::status;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The minimum time between two redraws of a bar, unless its step changes.
const PAUSE: Duration = Duration::from_millis(50);
const FRAMES_PER_SECOND: u8 = 20;

/// Bars on stderr while layers are transferred. When all layers are done, their last lines replace the bars as stable
/// lines, in the layers' order: wherever stdout goes (`lamel pull x > log`), and even with more layers than the
/// terminal has rows.
pub struct Bars {
    target: Box<dyn Fn() -> ProgressDrawTarget + Send + Sync>,
    lines: Lines,
    drawn: Mutex<Drawn>,
}

/// The state of the screen: empty before the layers are known, and after all are done.
#[derive(Default)]
struct Drawn {
    screen: Option<MultiProgress>,
    layers: Vec<Layer>,
    /// The number of layers at the start of the list that are done.
    done: usize,
}

struct Layer {
    name: String,
    bar: ProgressBar,
    pace: Pace,
    /// The last line of the layer, once it is done.
    done: Option<String>,
}

impl Bars {
    pub fn new(lines: Lines) -> Bars {
        Bars::on(
            Box::new(|| ProgressDrawTarget::stderr_with_hz(FRAMES_PER_SECOND)),
            lines,
        )
    }

    fn on(target: Box<dyn Fn() -> ProgressDrawTarget + Send + Sync>, lines: Lines) -> Bars {
        Bars {
            target,
            lines,
            drawn: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Drawn> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows a new line of a layer. Once all layers are done, prints all last lines.
    fn show(&self, mut drawn: MutexGuard<'_, Drawn>, index: usize, line: String, last: bool) {
        let layer = &mut drawn.layers[index];
        layer.done = last.then(|| line.clone());
        layer.bar.set_message(line);
        for line in drawn.last_lines().into_iter().flatten() {
            self.lines.print(&line);
        }
    }
}

impl Drawn {
    /// Prints above the bars.
    fn print(&self, print: impl FnOnce()) {
        match &self.screen {
            Some(screen) => screen.suspend(print),
            None => print(),
        }
    }

    /// Clears the bars and returns the last lines, once all layers are done.
    fn last_lines(&mut self) -> Option<Vec<String>> {
        // Layers that are done are not looked at again: an archive may have very many.
        let mut others = self.layers[self.done..].iter();
        if let Some(done) = others.position(|layer| layer.done.is_none()) {
            self.done += done;
            return None;
        }
        let lines = self.layers.iter().map(|layer| layer.done.clone()).collect();
        if let (Some(_), Some(screen)) = (&lines, &self.screen) {
            // A terminal that cannot be cleared does not show the bars either.
            let _ = screen.clear();
            *self = Drawn::default();
        }
        lines
    }
}

impl Progress for Bars {
    fn line(&self, text: &str) {
        self.lock().print(|| self.lines.print(&safe::text(text)));
    }

    fn layers(&self, names: &[String]) {
        let style = ProgressStyle::with_template("{msg}").expect("a template of one placeholder is valid");
        let screen = MultiProgress::with_draw_target((self.target)());
        let layer = |name: &String| Layer {
            name: name.clone(),
            bar: screen.add(ProgressBar::new(0).with_style(style.clone())),
            pace: Pace::default(),
            done: None,
        };
        let layers = names.iter().map(layer).collect();
        let screen = Some(screen);
        *self.lock() = Drawn {
            screen,
            layers,
            done: 0,
        };
    }

    fn step(&self, index: usize, step: Step) {
        let mut drawn = self.lock();
        let Some(layer) = drawn.layers.get_mut(index) else {
            return;
        };
        if !layer.pace.shows(step, PAUSE) {
            return;
        }
        let line = status::line(&layer.name, step, columns());
        let last = status::is_last(step);
        self.show(drawn, index, line, last);
    }

    fn mounted(&self, index: usize, from: &str) {
        let drawn = self.lock();
        if let Some(layer) = drawn.layers.get(index) {
            let line = format!("{}: {}", safe::text(&layer.name), status::mounted(from));
            self.show(drawn, index, line, true);
        }
    }

    fn warn(&self, text: &str) {
        self.lock().print(|| print::warning(text));
    }
}

/// The current width of the terminal, which may change meanwhile.
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

    /// A terminal that records the lines on it.
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

        /// Wraps like a terminal: after the last column, the next character goes to the next line.
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

    fn bars(screen: &Screen) -> Bars {
        let screen = screen.clone();
        let target = move || ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), 255);
        let bars = Bars::on(Box::new(target), Lines::None);
        bars.layers(&["aaaaaaaaaaaa".into(), "bbbbbbbbbbbb".into()]);
        bars
    }

    #[test]
    fn bars_are_in_the_order_of_the_layers() {
        let screen = Screen::default();
        let bars = bars(&screen);
        bars.step(1, Step::Complete);
        bars.step(0, Step::Verifying);
        let expected = ["aaaaaaaaaaaa: Verifying", "bbbbbbbbbbbb: Pull complete"];
        assert_eq!(screen.lines(), expected);
    }

    #[test]
    fn last_lines_replace_the_bars_when_all_layers_are_done() {
        let screen = Screen::default();
        let bars = bars(&screen);
        bars.step(1, Step::Complete);
        assert_eq!(bars.lock().last_lines(), None);
        bars.lock().layers[0].done = Some("aaaaaaaaaaaa: Already exists".into());
        let last = bars.lock().last_lines().unwrap();
        assert_eq!(last, ["aaaaaaaaaaaa: Already exists", "bbbbbbbbbbbb: Pull complete"]);
        assert!(screen.lines().is_empty(), "{:?}", screen.lines());
        bars.lock().print(|| screen.write("Status"));
        drop(bars);
        assert_eq!(screen.lines(), ["Status"]);
    }

    #[test]
    fn bars_vanish_when_the_work_breaks_off() {
        let screen = Screen::default();
        let bars = bars(&screen);
        bars.step(1, Step::Complete);
        bars.step(0, Step::Verifying);
        drop(bars);
        assert!(screen.lines().is_empty(), "{:?}", screen.lines());
    }

    #[test]
    fn the_same_step_is_not_drawn_each_time() {
        let screen = Screen::default();
        let bars = bars(&screen);
        bars.step(0, Step::Downloading { done: 1, total: 100 });
        let drawn = bars.lock().layers[0].pace;
        bars.step(0, Step::Downloading { done: 2, total: 100 });
        assert_eq!(bars.lock().layers[0].pace, drawn);
        bars.step(0, Step::Verifying);
        assert_ne!(bars.lock().layers[0].pace, drawn);
        assert_eq!(bars.lock().layers[0].bar.message(), "aaaaaaaaaaaa: Verifying");
    }

    /// With quadratic work this would take minutes.
    #[test]
    fn two_hundred_thousand_layers_take_linear_time() {
        let bar = ProgressBar::hidden();
        let layer = |_| Layer {
            name: String::new(),
            bar: bar.clone(),
            pace: Pace::default(),
            done: None,
        };
        let mut drawn = Drawn {
            layers: (0..200_000).map(layer).collect(),
            ..Drawn::default()
        };
        for index in 0..200_000 {
            assert_eq!(drawn.last_lines(), None);
            drawn.layers[index].done = Some("done".into());
        }
        assert_eq!(drawn.last_lines().map(|lines| lines.len()), Some(200_000));
    }
}
