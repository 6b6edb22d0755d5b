//! What webpki does not tell of a certificate (RFC 5280, 4): its dates, and what it may be used for.

use der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};
use std::time::Duration;

const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
/// Extended key usages.
const SERVER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const ANY_USE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

/// When and for what a certificate of version 3 is good.
#[derive(Debug, PartialEq, Eq)]
pub struct Terms {
    /// Since 1970.
    pub not_before: Duration,
    pub not_after: Duration,
    /// A server may use the key (4.2.1.12). It may where nothing is said of uses.
    pub for_servers: bool,
}

impl Terms {
    pub fn of(certificate: &[u8]) -> der::Result<Terms> {
        let signed = signed(certificate)?;
        // After the version, the serial number, the signature's algorithm and the issuer.
        let validity = fields(*signed.get(4).ok_or_else(missing)?)?;
        let [not_before, not_after] = validity[..] else {
            return Err(missing());
        };
        Ok(Terms {
            not_before: time(not_before)?,
            not_after: time(not_after)?,
            for_servers: is_for_servers(&signed)?,
        })
    }
}

/// Whether a certificate may sign others, as Go decides it: one of version 3 has to say so (4.2.1.9).
pub fn is_authority(certificate: &[u8]) -> der::Result<bool> {
    let signed = signed(certificate)?;
    // Only version 1 is not written down.
    if signed.first().is_none_or(|version| version.tag() != explicit(0)) {
        return Ok(true);
    }
    let Some(constraints) = extension(&signed, BASIC_CONSTRAINTS)? else {
        return Ok(false);
    };
    // `cA BOOLEAN DEFAULT FALSE` comes first, where it is there.
    match fields(constraints)?.first() {
        Some(first) if first.tag() == Tag::Boolean => first.decode_as(),
        _ => Ok(false),
    }
}

fn is_for_servers(signed: &[AnyRef<'_>]) -> der::Result<bool> {
    let Some(usages) = extension(signed, EXTENDED_KEY_USAGE)? else {
        return Ok(true);
    };
    for usage in fields(usages)? {
        if [SERVER, ANY_USE].contains(&usage.decode_as()?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The value of an extension (4.1.2.9).
fn extension<'a>(signed: &[AnyRef<'a>], wanted: ObjectIdentifier) -> der::Result<Option<AnyRef<'a>>> {
    let Some(tagged) = signed.iter().find(|field| field.tag() == explicit(3)) else {
        return Ok(None);
    };
    for extension in fields(*fields(*tagged)?.first().ok_or_else(missing)?)? {
        let extension = fields(extension)?;
        let [identifier, .., value] = extension[..] else {
            return Err(missing());
        };
        if identifier.decode_as::<ObjectIdentifier>()? == wanted {
            return AnyRef::from_der(value.value()).map(Some);
        }
    }
    Ok(None)
}

/// The fields of what the issuer signs.
fn signed(certificate: &[u8]) -> der::Result<Vec<AnyRef<'_>>> {
    let certificate = fields(AnyRef::from_der(certificate)?)?;
    fields(*certificate.first().ok_or_else(missing)?)
}

/// The values inside a SEQUENCE or an explicit tag.
fn fields(value: AnyRef<'_>) -> der::Result<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(value.value())?;
    let mut fields = Vec::new();
    while !reader.is_finished() {
        fields.push(AnyRef::decode(&mut reader)?);
    }
    Ok(fields)
}

fn explicit(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(number),
    }
}

fn time(value: AnyRef<'_>) -> der::Result<Duration> {
    match value.tag() {
        Tag::UtcTime => Ok(value.decode_as::<UtcTime>()?.to_unix_duration()),
        _ => Ok(value.decode_as::<GeneralizedTime>()?.to_unix_duration()),
    }
}

fn missing() -> der::Error {
    der::ErrorKind::Failed.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::tls::samples::{CLIENT, NO_AUTHORITY, PLAIN, SERVER_TOO, UNSAID, VERSION_1, certificate};

    #[test]
    fn dates_and_uses_are_read() {
        for (pem, for_servers) in [(PLAIN, true), (SERVER_TOO, true), (CLIENT, false)] {
            let expected = Terms {
                not_before: Duration::from_secs(1796078323),
                not_after: Duration::from_secs(3524078323),
                for_servers,
            };
            assert_eq!(Terms::of(&certificate(pem)), Ok(expected));
        }
    }

    #[test]
    fn a_certificate_of_version_3_says_that_it_is_an_authoritys() {
        for (pem, expected) in [(PLAIN, true), (VERSION_1, true), (NO_AUTHORITY, false), (UNSAID, false)] {
            assert_eq!(is_authority(&certificate(pem)), Ok(expected));
        }
    }

    #[test]
    fn what_is_no_certificate_is_an_error() {
        let whole = certificate(CLIENT);
        for end in 0..whole.len() {
            assert!(Terms::of(&whole[..end]).is_err(), "{end}");
            assert!(is_authority(&whole[..end]).is_err(), "{end}");
        }
        for index in 0..whole.len() {
            for bit in 0..8 {
                let mut other = whole.to_vec();
                other[index] ^= 1 << bit;
                // Whatever the answers are, there must be no panic.
                let _ = (Terms::of(&other), is_authority(&other));
            }
        }
    }
}
