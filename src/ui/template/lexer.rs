//! Splits a template into pieces: text, and the tokens between `{{` and `}}` (Go's `text/template/parse`, `lex.go`).

/// A text between two actions, or an action.
pub enum Piece {
    Text(String),
    Comment,
    Action(Vec<Token>),
}

/// A token of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub kind: TokenKind,
    /// Whether there is space before it: `a .B` is two operands, `a.B` is one.
    pub spaced: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// A keyword or a function.
    Word(String),
    /// `.Name`, without the dot.
    Field(String),
    /// `$` or `$name`.
    Variable(String),
    Text(String),
    Int(i128),
    Float(f64),
    /// One of `. | , ( ) =`, and `:` for `:=`.
    Mark(char),
}

impl TokenKind {
    /// Its name in an error.
    pub fn shown(&self) -> String {
        match self {
            TokenKind::Word(word) => format!("<{word}>"),
            TokenKind::Field(name) => format!("<.{name}>"),
            TokenKind::Variable(name) => format!("<{name}>"),
            TokenKind::Text(text) => format!("{text:?}"),
            TokenKind::Int(int) => format!("\"{int}\""),
            TokenKind::Float(float) => format!("\"{float}\""),
            TokenKind::Mark(':') => "\":=\"".to_owned(),
            TokenKind::Mark(mark) => format!("\"{mark}\""),
        }
    }
}

/// Splits a template. Text is trimmed next to `{{-` and `-}}`.
pub fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut trim = false;
    loop {
        let (before, action) = match rest.split_once("{{") {
            Some((before, action)) => (before, Some(action)),
            None => (rest, None),
        };
        let mut before = if trim { before.trim_start() } else { before };
        let mut inside = action.unwrap_or_default();
        if let Some(after) = inside.strip_prefix('-').filter(|after| after.starts_with(is_space)) {
            inside = after;
            before = before.trim_end();
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        if action.is_none() {
            return Ok(pieces);
        }
        let (piece, after) = match inside.trim_start_matches(is_space).strip_prefix("/*") {
            Some(comment) => (Piece::Comment, after_comment(comment)?),
            None => tokens(inside).map(|(tokens, after)| (Piece::Action(tokens), after))?,
        };
        (rest, trim) = after;
        pieces.push(piece);
    }
}

/// The text after an action, and whether space at its start is trimmed.
type After<'a> = (&'a str, bool);

fn after_comment(comment: &str) -> Result<After<'_>, String> {
    let (_, after) = comment.split_once("*/").ok_or("unclosed comment")?;
    end(after).ok_or_else(|| "comment ends before closing delimiter".to_owned())
}

/// The text after `}}` or ` -}}`, if `rest` starts with one of them.
fn end(rest: &str) -> Option<After<'_>> {
    if let Some(after) = rest.strip_prefix("}}") {
        return Some((after, false));
    }
    let trimmed = rest.trim_start_matches(is_space);
    let after = trimmed.strip_prefix("-}}").filter(|_| trimmed.len() < rest.len())?;
    Some((after, true))
}

fn tokens(inside: &str) -> Result<(Vec<Token>, After<'_>), String> {
    let mut tokens = Vec::new();
    let mut rest = inside;
    loop {
        if let Some(after) = end(rest) {
            return Ok((tokens, after));
        }
        let trimmed = rest.trim_start_matches(is_space);
        let spaced = trimmed.len() < rest.len();
        if let Some(after) = end(trimmed) {
            return Ok((tokens, after));
        }
        let (kind, after) = token(trimmed)?;
        // `1.Field` and `"a""b"` are errors.
        if matches!(
            kind,
            TokenKind::Text(_) | TokenKind::Int(_) | TokenKind::Float(_) | TokenKind::Word(_)
        ) && !after.starts_with(|c: char| is_space(c) || "),|.:=}".contains(c))
            && !after.is_empty()
        {
            return Err(format!("bad character {:?}", after.chars().next().unwrap_or_default()));
        }
        tokens.push(Token { kind, spaced });
        rest = after;
    }
}

/// The first token of `rest`, which does not start with space.
fn token(rest: &str) -> Result<(TokenKind, &str), String> {
    let Some(first) = rest.chars().next() else {
        return Err("unclosed action".to_owned());
    };
    let named = |rest: &str| rest.find(|c: char| !is_letter(c)).unwrap_or(rest.len());
    let kind = match first {
        '"' => {
            let length = quoted(rest, '"')?;
            return Ok((TokenKind::Text(unquote(&rest[1..length - 1])?), &rest[length..]));
        }
        '\'' => {
            let length = quoted(rest, '\'').map_err(|_| "unterminated character constant")?;
            let text = unquote(&rest[1..length - 1])?;
            let mut chars = text.chars();
            let (Some(only), None) = (chars.next(), chars.next()) else {
                return Err(format!("malformed character constant: {}", &rest[..length]));
            };
            return Ok((TokenKind::Int(u32::from(only).into()), &rest[length..]));
        }
        '`' => {
            let length = rest[1..].find('`').ok_or("unterminated raw quoted string")?;
            return Ok((TokenKind::Text(rest[1..=length].to_owned()), &rest[length + 2..]));
        }
        '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            let length = named(&rest[1..]);
            return Ok(match length {
                0 => (TokenKind::Mark('.'), &rest[1..]),
                _ => (TokenKind::Field(rest[1..=length].to_owned()), &rest[1 + length..]),
            });
        }
        '$' => {
            let length = 1 + named(&rest[1..]);
            return Ok((TokenKind::Variable(rest[..length].to_owned()), &rest[length..]));
        }
        ':' => match rest.strip_prefix(":=") {
            Some(after) => return Ok((TokenKind::Mark(':'), after)),
            None => return Err("expected :=".to_owned()),
        },
        '|' | ',' | '(' | ')' | '=' => TokenKind::Mark(first),
        '0'..='9' | '.' | '+' | '-' => return number(rest),
        first if is_letter(first) => {
            let length = named(rest);
            return Ok((TokenKind::Word(rest[..length].to_owned()), &rest[length..]));
        }
        '}' => return Err("unexpected \"}\" in command".to_owned()),
        other => return Err(format!("unexpected {other:?} in command")),
    };
    Ok((kind, &rest[first.len_utf8()..]))
}

/// The length in bytes of the constant at the start of `rest`, its quotes included.
fn quoted(rest: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => break,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Ok(at + 1),
            _ => {}
        }
    }
    Err("unterminated quoted string".to_owned())
}

/// Replaces Go's escapes. `\x41` and `\101` are bytes in Go; here they are the character with that number, since text
/// is UTF-8.
fn unquote(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        let letter = after.next().ok_or(BAD_ESCAPE)?;
        let from_letter = &rest[at + 1..];
        rest = after.as_str();
        if letter.is_digit(8) {
            rest = from_letter;
        }
        let mut number = |digits: usize, radix: u32| {
            let number = rest
                .get(..digits)
                .and_then(|text| u32::from_str_radix(text, radix).ok());
            rest = rest.get(digits..).unwrap_or_default();
            number.and_then(char::from_u32)
        };
        let c = match letter {
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            '\\' | '"' | '\'' => Some(letter),
            '0'..='7' => number(3, 8),
            'x' => number(2, 16),
            'u' => number(4, 16),
            'U' => number(8, 16),
            _ => None,
        };
        out.push(c.ok_or(BAD_ESCAPE)?);
    }
    out.push_str(rest);
    Ok(out)
}

const BAD_ESCAPE: &str = "invalid syntax in quoted string";

/// Parses a number in Go's syntax: `7`, `-1`, `0x1F`, `0o17`, `0b11`, `1_000`, `1.5`, `1e3`.
fn number(rest: &str) -> Result<(TokenKind, &str), String> {
    let mut length = rest.find(|c: char| !"+-".contains(c)).unwrap_or(rest.len()).min(1);
    let hexadecimal = rest[length..].starts_with("0x") || rest[length..].starts_with("0X");
    let mut before = ' ';
    for c in rest[length..].chars() {
        let exponent = !hexadecimal && matches!(before, 'e' | 'E') && matches!(c, '+' | '-');
        if !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || exponent) {
            break;
        }
        length += 1;
        before = c;
    }
    let (written, after) = rest.split_at(length);
    let bad = || format!("bad number syntax: {written:?}");
    let digits = written.replace('_', "").to_ascii_lowercase();
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let based = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, base)| Some((digits.strip_prefix(prefix)?, base)));
    let octal = || digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|digit| digit.is_ascii_digit());
    let whole = match based {
        Some((digits, base)) => Some(i64::from_str_radix(digits, base).map_err(|_| bad())?),
        None if octal() => Some(i64::from_str_radix(digits, 8).map_err(|_| bad())?),
        None => digits.parse().ok(),
    };
    let kind = match whole {
        Some(whole) => TokenKind::Int(sign * i128::from(whole)),
        None => TokenKind::Float(sign as f64 * digits.parse::<f64>().map_err(|_| bad())?),
    };
    Ok((kind, after))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_letter(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
