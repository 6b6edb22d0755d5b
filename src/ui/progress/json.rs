//! For programs: an object a line on stdout, in the shape of the messages of Docker's API.

use crate::progress::{Progress, Step};
use crate::ui::print;
use crate::ui::progress::pace::Pace;
use crate::ui::progress::status;
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Between two messages of one layer, unless its step changes.
const PAUSE: Duration = Duration::from_millis(100);

/// One message; what does not apply is left out.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress_detail: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aux: Option<Pulled<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_detail: Option<Detail<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Amount {
    current: u64,
    total: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Pulled<'a> {
    name: &'a str,
    #[serde(rename = "ID")]
    id: &'a str,
}

#[derive(Serialize)]
struct Detail<'a> {
    message: &'a str,
}

/// That nobody reads it is no reason to stop a pull.
fn say(message: &Message<'_>) {
    let _ = print::line(serde_json::to_string(message).expect("strings and numbers are JSON"));
}

/// Says that an image has come: its full name and its ID.
pub fn pulled(name: &str, id: &str) {
    say(&Message {
        aux: Some(Pulled { name, id }),
        ..Message::default()
    });
}

/// Says why one has not.
pub fn failed(error: &anyhow::Error) {
    let text = format!("{error:#}");
    say(&Message {
        error_detail: Some(Detail { message: &text }),
        error: Some(&text),
        ..Message::default()
    });
}

/// The watcher.
#[derive(Default)]
pub struct Json {
    layers: Mutex<Vec<Layer>>,
}

struct Layer {
    name: String,
    pace: Pace,
}

impl Progress for Json {
    fn line(&self, text: &str) {
        say(&Message {
            status: Some(text),
            ..Message::default()
        });
    }

    fn layers(&self, names: &[String]) {
        let layer = |name: &String| Layer {
            name: name.clone(),
            pace: Pace::default(),
        };
        let mut layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
        *layers = names.iter().map(layer).collect();
    }

    fn mounted(&self, index: usize, from: &str) {
        let layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(layer) = layers.get(index) {
            say(&Message {
                status: Some(&status::mounted(from)),
                id: Some(&layer.name),
                ..Message::default()
            });
        }
    }

    fn step(&self, index: usize, step: Step) {
        let mut layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(layer) = layers.get_mut(index) else {
            return;
        };
        if !layer.pace.shows(step, PAUSE) {
            return;
        }
        say(&Message {
            status: Some(&status::words(step)),
            progress_detail: match step {
                Step::Downloading { done, total }
                | Step::Extracting { done, total }
                | Step::Pushing { done, total } => Some(Amount { current: done, total }),
                _ => None,
            },
            id: Some(&layer.name),
            ..Message::default()
        });
    }

    fn warn(&self, text: &str) {
        print::warning(text);
    }
}
