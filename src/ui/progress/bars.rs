//! On a terminal: a line for each layer that changes in place.
//!
//! Nothing is drawn but from a call to `step`: a thread that redraws by itself would still be there when a container is
//! started, and user namespaces are entered by processes with one thread only.

use crate::progress::{Progress, Step};
use crate::text::safe;
use crate::ui::print;
use crate::ui::progress::lines::Lines;
use crate::ui::progress::pace::Pace;
use crate::ui::progress::status;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Between two drawings of one bar, unless its step changes.
const PAUSE: Duration = Duration::from_millis(50);
const FRAMES_PER_SECOND: u8 = 20;

/// Bars on stderr while layers come. When all have come their last lines, in the layers' order, take the bars' place,
/// as stable lines: wherever stdout goes (`lamel pull x > log`), and however many more layers there are than the
/// terminal has rows.
pub struct Bars {
    target: Box<dyn Fn() -> ProgressDrawTarget + Send + Sync>,
    lines: Lines,
    drawn: Mutex<Drawn>,
}

/// What is on the screen: nothing before layers are known, and after all have come.
#[derive(Default)]
struct Drawn {
    screen: Option<MultiProgress>,
    layers: Vec<Layer>,
    /// So many of the first layers have a line that stays.
    done: usize,
}

struct Layer {
    name: String,
    bar: ProgressBar,
    pace: Pace,
    /// The line that stays.
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

    /// Shows a layer's new line; all last lines, when this was the last of them.
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
    /// Prints something above the bars.
    fn print(&self, print: impl FnOnce()) {
        match &self.screen {
            Some(screen) => screen.suspend(print),
            None => print(),
        }
    }

    /// The last lines, once there is one for each layer; the bars are gone then.
    fn last_lines(&mut self) -> Option<Vec<String>> {
        // An archive may hold a great many layers: those that have come are not looked at again.
        let mut others = self.layers[self.done..].iter();
        if let Some(done) = others.position(|layer| layer.done.is_none()) {
            self.done += done;
            return None;
        }
        let lines = self.layers.iter().map(|layer| layer.done.clone()).collect();
        if let (Some(_), Some(screen)) = (&lines, &self.screen) {
            // What cannot be cleared now would not be drawn either.
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

    fn bars(screen: &Screen) -> Bars {
        let screen = screen.clone();
        let target = move || ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), 255);
        let bars = Bars::on(Box::new(target), Lines::None);
        bars.layers(&["aaaaaaaaaaaa".into(), "bbbbbbbbbbbb".into()]);
        bars
    }

    #[test]
    fn layers_are_shown_in_their_order_while_they_come() {
        let screen = Screen::default();
        let bars = bars(&screen);
        bars.step(1, Step::Complete);
        bars.step(0, Step::Verifying);
        let expected = ["aaaaaaaaaaaa: Verifying", "bbbbbbbbbbbb: Pull complete"];
        assert_eq!(screen.lines(), expected);
    }

    #[test]
    fn when_all_have_come_the_bars_make_way_for_the_last_lines_in_order() {
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

    /// If all lines were looked at with each, this would not end within the suite.
    #[test]
    fn two_hundred_thousand_layers_come_one_by_one() {
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
