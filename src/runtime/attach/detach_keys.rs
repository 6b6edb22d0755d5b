//! The keys that leave a container's terminal while its command goes on.

use anyhow::{Result, bail};
use std::str::FromStr;

/// Docker's own.
const DEFAULT: [u8; 2] = [0x10, 0x11];
/// What `ctrl-` makes of these is below the space, in order.
const CONTROL: &[u8] = b"@abcdefghijklmnopqrstuvwxyz[\\]^_";

/// A sequence of keys, as bytes; none where there is to be no way out.
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

    /// Keys between commas: a character, `ctrl-` and a character, or `DEL`; nothing at all for none.
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

/// Looks for the keys in what is typed.
pub struct Lookout {
    keys: Vec<u8>,
    /// How many of them were typed last, and are kept back.
    matched: usize,
}

impl Lookout {
    pub fn new(keys: &DetachKeys) -> Lookout {
        Lookout {
            keys: keys.0.clone(),
            matched: 0,
        }
    }

    /// Adds to `passed` what of `typed` is for the container; true where the keys are complete. What may be their beginning
    /// is kept back until it turns out not to be.
    pub fn pass(&mut self, typed: &[u8], passed: &mut Vec<u8>) -> bool {
        if self.keys.is_empty() {
            passed.extend_from_slice(typed);
            return false;
        }
        for byte in typed {
            while self.matched > 0 && self.keys[self.matched] != *byte {
                // The longest end of what is kept back that is a beginning of the keys stays.
                let kept = &self.keys[..self.matched];
                let shorter = (1..=self.matched).find(|drop| self.keys.starts_with(&kept[*drop..]));
                let drop = shorter.unwrap_or(self.matched);
                passed.extend_from_slice(&kept[..drop]);
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

    /// Nothing more is typed: what was kept back.
    pub fn rest(&mut self) -> &[u8] {
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

    /// What came through, and whether the keys were found.
    fn typed(keys: &str, pieces: &[&str]) -> (String, bool) {
        let mut lookout = Lookout::new(&keys.parse().unwrap());
        let mut passed = Vec::new();
        let found = pieces.iter().any(|piece| lookout.pass(piece.as_bytes(), &mut passed));
        if !found {
            passed.extend_from_slice(lookout.rest());
        }
        (String::from_utf8(passed).unwrap(), found)
    }

    #[test]
    fn keys_are_found_wherever_they_are_split_and_nothing_else_is_lost() {
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
