//! Text from images, registries and archives, made safe for a terminal: it can hold escape sequences that move the
//! cursor or rename the window, bidirectional controls that reorder what is read, and bytes that are no text at all.

use std::borrow::Cow;
use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// `text` with every character that a terminal might obey written as an escape: `\n`, `\x1b`, `\u{202e}`.
pub fn text(text: &str) -> Cow<'_, str> {
    // Most of it is printable ASCII, and there is much of it.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(unsafe_to_print) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push(&mut out, c);
    }
    Cow::Owned(out)
}

/// Likewise, for what may be owned already.
pub fn cow(given: Cow<'_, str>) -> Cow<'_, str> {
    match text(&given) {
        Cow::Borrowed(_) => given,
        Cow::Owned(safe) => Cow::Owned(safe),
    }
}

/// A path likewise; bytes that are not UTF-8 are written `\xff`.
pub fn path(path: &Path) -> Cow<'_, str> {
    let bytes = path.as_os_str().as_bytes();
    if let Ok(utf8) = std::str::from_utf8(bytes) {
        return text(utf8);
    }
    let mut out = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            push(&mut out, c);
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    Cow::Owned(out)
}

/// Text of several lines for stdout: as it is for a program that reads it, without what a terminal obeys for a person.
/// Line ends and tabs stay.
pub fn on_terminal(text: &str) -> Cow<'_, str> {
    match std::io::stdout().is_terminal() {
        true => lines(text),
        false => Cow::Borrowed(text),
    }
}

/// Text of several lines: line ends and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    let stays = |c: char| matches!(c, '\n' | '\t');
    if !text.chars().any(|c| unsafe_to_print(c) && !stays(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match stays(c) {
            true => out.push(c),
            false => push(&mut out, c),
        }
    }
    Cow::Owned(out)
}

fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
        c if unsafe_to_print(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
        c => out.push(c),
    }
}

/// Controls (C0, DEL, C1), the bidirectional formatting characters (Unicode UAX #9, section 2), and what is invisible
/// or breaks lines.
fn unsafe_to_print(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    #[test]
    fn plain_text_is_left_alone() {
        assert!(matches!(text("/usr/share/naïve 文件"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(text("a\x1b[2Jb\n\tc\r\x7f\u{9b}"), r"a\x1b[2Jb\n\tc\r\x7f\u{9b}");
        assert_eq!(text("evil\u{202e}gpj.exe\u{200b}"), r"evil\u{202e}gpj.exe\u{200b}");
    }

    #[test]
    fn lines_keep_their_ends_and_tabs() {
        assert_eq!(lines("a\tb\n\x1b[0mc\r\n"), "a\tb\n\\x1b[0mc\\r\n");
    }

    #[test]
    fn bytes_that_are_no_text_are_written_out() {
        let name = OsStr::from_bytes(b"/caf\xe9/\x1bx\xff");
        assert_eq!(path(Path::new(name)), r"/caf\xe9/\x1bx\xff");
    }
}
