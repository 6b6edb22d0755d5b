//! The detach keys: what a user types to leave a container's terminal while its command goes on.

use anyhow::{Result, bail};
use std::str::FromStr;

/// Docker's own.
const DEFAULT: [u8; 2] = [0x10, 0x11];
/// The characters that `ctrl-` turns into the control characters 0x00 to 0x1f, in their order.
const CONTROL: &[u8] = b"@abcdefghijklmnopqrstuvwxyz[\\]^_";

/// A sequence of keys, as bytes. Empty: the user cannot detach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetachKeys(Vec<u8>);

impl Default for DetachKeys {
    /// `ctrl-p,ctrl-q`
    fn default() -> DetachKeys {
        DetachKeys(DEFAULT.into())
    }
}

impl FromStr for DetachKeys {
    type Err = anyhow::Error;

    /// Keys separated by commas: a character, `ctrl-` and a character, or `DEL`. An empty text disables detaching.
    fn from_str(text: &str) -> Result<DetachKeys> {
        if text.is_empty() {
            return Ok(DetachKeys(Vec::new()));
        }
        text.split(',').map(key).collect::<Result<_>>().map(DetachKeys)
    }
}

fn key(name: &str) -> Result<u8> {
    let control = |key: &str| match key.as_bytes() {
        [key] => CONTROL.iter().position(|known| known == key),
        _ => None,
    };
    match (name.as_bytes(), name.strip_prefix("ctrl-").and_then(control)) {
        ([key], _) => Ok(*key),
        (_, Some(code)) => Ok(code as u8),
        _ if name == "DEL" => Ok(0x7f),
        _ => bail!("unknown detach key {name:?}: a character, ctrl-CHARACTER and DEL are known"),
    }
}

/// Finds the detach keys in what is typed.
pub struct DetachKeyMatcher {
    keys: Vec<u8>,
    /// How many of the keys were typed last; they are held back.
    matched: usize,
}

impl DetachKeyMatcher {
    pub fn new(keys: &DetachKeys) -> DetachKeyMatcher {
        DetachKeyMatcher {
            keys: keys.0.clone(),
            matched: 0,
        }
    }

    /// Appends to `passed` the part of `typed` that is for the container. Returns true when the keys are complete. What
    /// may be their beginning is held back until another key shows that it is not.
    pub fn feed(&mut self, typed: &[u8], passed: &mut Vec<u8>) -> bool {
        if self.keys.is_empty() {
            passed.extend_from_slice(typed);
            return false;
        }
        for byte in typed {
            while self.matched > 0 && self.keys[self.matched] != *byte {
                // The longest suffix of the held-back keys that is a prefix of the keys stays held back.
                let held = &self.keys[..self.matched];
                let shorter = (1..=self.matched).find(|drop| self.keys.starts_with(&held[*drop..]));
                let drop = shorter.unwrap_or(self.matched);
                passed.extend_from_slice(&held[..drop]);
                self.matched -= drop;
            }
            if self.keys[self.matched] != *byte {
                passed.push(*byte);
                continue;
            }
            self.matched += 1;
            if self.matched == self.keys.len() {
                return true;
            }
        }
        false
    }

    /// Releases what is held back, at the end of the input.
    pub fn take_held_back(&mut self) -> &[u8] {
        &self.keys[..std::mem::take(&mut self.matched)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_as_docker_names_them() {
        let keys = |text: &str| text.parse::<DetachKeys>().unwrap().0;
        assert_eq!(keys("ctrl-p,ctrl-q"), DEFAULT);
        assert_eq!(keys("ctrl-@,ctrl-\\,ctrl-_,a,DEL,Z"), b"\x00\x1c\x1fa\x7fZ");
        assert_eq!(keys(""), b"");
        for bad in ["ctrl-", "ctrl-P", "ctrl-pp", "ab", "a,,b", "é"] {
            assert!(bad.parse::<DetachKeys>().is_err(), "{bad}");
        }
    }

    /// What is passed to the container, and whether the keys were found.
    fn typed(keys: &str, pieces: &[&str]) -> (String, bool) {
        let mut matcher = DetachKeyMatcher::new(&keys.parse().unwrap());
        let mut passed = Vec::new();
        let found = pieces.iter().any(|piece| matcher.feed(piece.as_bytes(), &mut passed));
        if !found {
            passed.extend_from_slice(matcher.take_held_back());
        }
        (String::from_utf8(passed).unwrap(), found)
    }

    #[test]
    fn keys_are_found_across_reads_and_no_other_key_is_lost() {
        for (keys, pieces, passed, found) in [
            ("a,b", &["xab"][..], "x", true),
            ("a,b", &["xa", "b"], "x", true),
            ("a,b", &["aab"], "a", true),
            ("a,b", &["a", "c", "a"], "aca", false),
            ("a,a,b", &["aaab"], "a", true),
            ("a,b,a,c", &["ababac"], "ab", true),
            ("a,b,a,c", &["abab", "x"], "ababx", false),
            ("", &["a\u{10}\u{11}"], "a\u{10}\u{11}", false),
        ] {
            assert_eq!(typed(keys, pieces), (passed.into(), found), "{keys} {pieces:?}");
        }
    }
}
