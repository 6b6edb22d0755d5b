//! Reading from systemd's journal, through journalctl(1).

use crate::container::log::Entry;
use crate::runtime::attach::streams::Stream;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, SecondsFormat};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

/// The entries of the container with this full ID after the cursor, at most the last `tail`, and the cursor of the last
/// entry.
pub fn read(id: &str, after: Option<&str>, tail: Option<u64>) -> Result<(Vec<Entry>, Option<String>)> {
    let mut command = Command::new("journalctl");
    command.args(["--quiet", "--no-pager", "--all", "--output=json"]);
    if let Some(cursor) = after {
        command.arg(format!("--after-cursor={cursor}"));
    }
    if let Some(records) = tail {
        command.arg(format!("--lines={records}"));
    }
    command.arg(format!("CONTAINER_ID_FULL={id}"));
    let done = match command.stdin(Stdio::null()).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "the container's output is in the journal, and there is no journalctl here to read it: \
             journalctl CONTAINER_ID_FULL={id}"
        ),
        done => done.context("journalctl")?,
    };
    if !done.status.success() {
        bail!("journalctl: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    let values = done
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok());
    let values: Vec<Value> = values.collect();
    let cursor = values
        .last()
        .and_then(|value| value["__CURSOR"].as_str())
        .map(str::to_owned);
    Ok((values.iter().map(entry).collect(), cursor.or(after.map(str::to_owned))))
}

fn entry(value: &Value) -> Entry {
    let mut text = match &value["MESSAGE"] {
        // A message that is not text is an array of bytes.
        Value::Array(bytes) => {
            let bytes = bytes.iter().filter_map(|byte| u8::try_from(byte.as_u64()?).ok());
            String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
        }
        message => message.as_str().unwrap_or_default().to_owned(),
    };
    if value["CONTAINER_PARTIAL_MESSAGE"] != "true" {
        text.push('\n');
    }
    let micros = value["__REALTIME_TIMESTAMP"]
        .as_str()
        .and_then(|micros| micros.parse().ok());
    let time = micros.and_then(DateTime::from_timestamp_micros);
    Entry {
        text,
        stream: match value["PRIORITY"].as_str() {
            Some("3") => Stream::Stderr,
            _ => Stream::Stdout,
        },
        time,
        stamp: time.map_or(String::new(), |time| time.to_rfc3339_opts(SecondsFormat::Nanos, true)),
        attributes: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_come_back_with_stream_and_time() {
        let out = entry(&json!({ "MESSAGE": "hello", "PRIORITY": "6", "__REALTIME_TIMESTAMP": "1700000000123456" }));
        assert_eq!((out.text.as_str(), out.stream), ("hello\n", Stream::Stdout));
        assert_eq!(out.stamp, "2023-11-14T22:13:20.123456000Z");
        let bytes = json!({ "MESSAGE": [104, 255], "PRIORITY": "3", "CONTAINER_PARTIAL_MESSAGE": "true" });
        let error = entry(&bytes);
        assert_eq!((error.text.as_str(), error.stream), ("h\u{fffd}", Stream::Stderr));
    }
}
