//! Progress for programs: a JSON object on each line of stdout, in the form of the messages of Docker's API.

use crate::progress::{Progress, Step};
use crate::text::error::chain;
use crate::ui::print;
use crate::ui::progress::pace::Pace;
use crate::ui::progress::status;
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The minimum time between two messages of a layer, unless its step changes.
const PAUSE: Duration = Duration::from_millis(100);

/// A message. Fields that do not apply are left out.
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

/// Prints a message. A closed stdout is ignored: it must not stop a pull.
fn print_message(message: &Message<'_>) {
    let _ = print::line(serde_json::to_string(message).expect("strings and numbers are JSON"));
}

/// Reports a pulled image by its full name and ID.
pub fn pulled(name: &str, id: &str) {
    print_message(&Message {
        aux: Some(Pulled { name, id }),
        ..Message::default()
    });
}

/// Reports why an image could not be pulled.
pub fn failed(error: &anyhow::Error) {
    let text = chain(error);
    print_message(&Message {
        error_detail: Some(Detail { message: &text }),
        error: Some(&text),
        ..Message::default()
    });
}

/// Reports progress as JSON.
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
        print_message(&Message {
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
            print_message(&Message {
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
        print_message(&Message {
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
