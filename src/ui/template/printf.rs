//! `printf`: Go's `fmt.Sprintf`, for the values that templates have.

use crate::ui::template::number;
use crate::ui::template::number::{significant, with_exponent};
use crate::ui::template::value::Value;

/// The largest width or precision: far wider than any line, and still little memory.
const MAX_WIDTH: usize = 1 << 16;

/// The flags, width and precision between `%` and the verb.
#[derive(Default)]
struct Flags {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// Formats the arguments. As in Go, an argument that does not fit its verb is no error: the text says so
/// (`%!d(string=x)`).
pub fn printf(format: &str, args: &[Value<'_>]) -> String {
    let mut out = String::new();
    let mut args = args.iter();
    let mut rest = format;
    while let Some((before, directive)) = rest.split_once('%') {
        out.push_str(before);
        let (flags, after) = Flags::parse(directive, &mut args);
        let mut chars = after.chars();
        let Some(verb) = chars.next() else {
            return out + "%!(NOVERB)";
        };
        rest = chars.as_str();
        match verb {
            '%' => out.push('%'),
            verb => match args.next() {
                Some(value) => out += &flags.padded(verb, value, flags.shown(verb, value)),
                None => out += &format!("%!{verb}(MISSING)"),
            },
        }
    }
    out.push_str(rest);
    let extra: Vec<String> = args
        .map(|value| format!("{}={}", value.kind(), value.shown(false)))
        .collect();
    match extra.is_empty() {
        true => out,
        false => format!("{out}%!(EXTRA {})", extra.join(", ")),
    }
}

impl Flags {
    /// Parses the flags at the start of `directive`, and returns the rest after them. A `*` takes its number from
    /// `args`.
    fn parse<'t, 'v>(directive: &'t str, args: &mut impl Iterator<Item = &'v Value<'v>>) -> (Flags, &'t str) {
        let mut flags = Flags::default();
        let mut rest = directive;
        while let Some(flag) = rest.chars().next() {
            match flag {
                '-' => flags.minus = true,
                '+' => flags.plus = true,
                '#' => flags.sharp = true,
                ' ' => flags.space = true,
                '0' => flags.zero = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        let mut number = |rest: &'t str| -> (Option<usize>, &'t str) {
            if let Some(rest) = rest.strip_prefix('*') {
                let number = args
                    .next()
                    .and_then(Value::int)
                    .and_then(|int| usize::try_from(int).ok());
                return (number.map(|number| number.min(MAX_WIDTH)), rest);
            }
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let number = match digits {
                0 => None,
                _ => Some(rest[..digits].parse().unwrap_or(MAX_WIDTH).min(MAX_WIDTH)),
            };
            (number, &rest[digits..])
        };
        (flags.width, rest) = number(rest);
        if let Some(after) = rest.strip_prefix('.') {
            let (precision, after) = number(after);
            flags.precision = Some(precision.unwrap_or(0));
            rest = after;
        }
        (flags, rest)
    }

    /// Formats the value without padding.
    fn shown(&self, verb: char, value: &Value<'_>) -> String {
        let each = |values: &mut dyn Iterator<Item = String>| values.collect::<Vec<_>>().join(" ");
        match (verb, value) {
            ('T', value) => value.kind().to_owned(),
            ('v', Value::Text(text)) if self.sharp => quoted(text),
            ('v', Value::Int(int)) => self.signed(*int, int.unsigned_abs().to_string()),
            ('v', value) => value.shown(self.plus || self.sharp),
            ('s' | 'q' | 'x' | 'X' | 'd', Value::List(items)) => {
                let mut shown = Value::items(items).iter().map(|item| self.shown(verb, item));
                format!("[{}]", each(&mut shown))
            }
            ('s' | 'q' | 'x' | 'X' | 'd', Value::Map(map)) => {
                let entries = map.map(Value::entries).unwrap_or_default();
                let mut shown = entries.iter().map(|(key, value)| {
                    let key = self.shown(verb, &Value::Text((*key).into()));
                    format!("{key}:{}", self.shown(verb, value))
                });
                format!("map[{}]", each(&mut shown))
            }
            ('s' | 'q' | 'x' | 'X' | 'd', Value::Struct(this)) => {
                let mut shown = this.all().into_iter().map(|(_, value)| self.shown(verb, &value));
                format!("{{{}}}", each(&mut shown))
            }
            ('s' | 'q' | 'x' | 'X', Value::Duration(_) | Value::Time(_)) if verb != 'x' || value.int().is_none() => {
                self.shown(verb, &value.shown(false).into())
            }
            ('s', Value::Text(text)) => self.cut(text).to_owned(),
            ('q', Value::Text(text)) => quoted(self.cut(text)),
            ('x', Value::Text(text)) => self.cut(text).bytes().map(|byte| format!("{byte:02x}")).collect(),
            ('X', Value::Text(text)) => self.cut(text).bytes().map(|byte| format!("{byte:02X}")).collect(),
            ('t', Value::Bool(bool)) => bool.to_string(),
            ('e' | 'E' | 'f' | 'F' | 'g' | 'G', Value::Float(float)) => self.float(verb, *float),
            (verb, value) => match value.int().and_then(|int| self.int(verb, int)) {
                Some(shown) => shown,
                None => format!("%!{verb}({})", misfit(value)),
            },
        }
    }

    fn int(&self, verb: char, int: i128) -> Option<String> {
        let size = int.unsigned_abs();
        let prefix = |prefix: &str| if self.sharp { prefix.to_owned() } else { String::new() };
        let character = || u32::try_from(int).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
        Some(match verb {
            'd' => self.signed(int, size.to_string()),
            'b' => self.signed(int, prefix("0b") + &format!("{size:b}")),
            'o' => self.signed(int, prefix("0") + &format!("{size:o}")),
            'O' => self.signed(int, format!("0o{size:o}")),
            'x' => self.signed(int, prefix("0x") + &format!("{size:x}")),
            'X' => self.signed(int, prefix("0X") + &format!("{size:X}")),
            'c' => character().to_string(),
            'q' => format!("{:?}", character()),
            'U' => format!("U+{size:04X}"),
            _ => return None,
        })
    }

    fn float(&self, verb: char, float: f64) -> String {
        let text = match (verb, self.precision) {
            ('e', precision) => with_exponent(format!("{:.*e}", precision.unwrap_or(6), float.abs()), 'e'),
            ('E', precision) => with_exponent(format!("{:.*e}", precision.unwrap_or(6), float.abs()), 'E'),
            ('f' | 'F', precision) => format!("{:.*}", precision.unwrap_or(6), float.abs()),
            (_, None) => number::float(float.abs()),
            (_, Some(digits)) => significant(float.abs(), digits.max(1)),
        };
        self.signed(if float.is_sign_negative() { -1 } else { 1 }, text)
    }

    /// Adds the sign of `number` to its `digits`.
    fn signed(&self, number: i128, digits: String) -> String {
        let digits = match self.precision {
            Some(least) if !digits.contains('.') => format!("{digits:0>least$}"),
            _ => digits,
        };
        match () {
            () if number < 0 => format!("-{digits}"),
            () if self.plus => format!("+{digits}"),
            () if self.space => format!(" {digits}"),
            () => digits,
        }
    }

    /// Cuts a text to the precision, in characters.
    fn cut<'t>(&self, text: &'t str) -> &'t str {
        let end = self.precision.and_then(|most| text.char_indices().nth(most));
        end.map_or(text, |(end, _)| &text[..end])
    }

    /// Pads to the width: with spaces, or with zeros after the sign of a number.
    fn padded(&self, verb: char, value: &Value<'_>, shown: String) -> String {
        let Some(missing) = self.width.and_then(|width| width.checked_sub(shown.chars().count())) else {
            return shown;
        };
        let is_number = matches!(value, Value::Int(_) | Value::Float(_)) && !matches!(verb, 'c' | 'q' | 'U' | 'T');
        match (self.minus, self.zero) {
            (true, _) => shown + &" ".repeat(missing),
            (false, true) if is_number => {
                let sign = shown.find(|c: char| !"+- ".contains(c)).unwrap_or(0);
                format!("{}{}{}", &shown[..sign], "0".repeat(missing), &shown[sign..])
            }
            (false, true) => "0".repeat(missing) + &shown,
            (false, false) => " ".repeat(missing) + &shown,
        }
    }
}

/// The value in the text that stands for a verb that does not fit.
fn misfit(value: &Value<'_>) -> String {
    match value {
        Value::Missing | Value::Nil => "<nil>".to_owned(),
        value => format!("{}={}", value.kind(), value.shown(false)),
    }
}

/// Quotes a text as Go's `%q` does.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\x07' => out += "\\a",
            '\x08' => out += "\\b",
            '\x0c' => out += "\\f",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            '\x0b' => out += "\\v",
            c if c.is_control() && u32::from(c) < 0x80 => out += &format!("\\x{:02x}", u32::from(c)),
            c if c.is_control() => out += &format!("\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out + "\""
}
