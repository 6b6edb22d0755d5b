//! Reads from a certificate what webpki does not expose (RFC 5280, section 4): its dates, and what it may be used for.

use der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};
use std::time::Duration;

const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
/// Extended key usages.
const SERVER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const ANY_USE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

/// When and for what a certificate is valid.
#[derive(Debug, PartialEq, Eq)]
pub struct Validity {
    /// Since 1970, as `not_after`.
    pub not_before: Duration,
    pub not_after: Duration,
    /// The extended key usage allows servers (4.2.1.12). Without that extension every use is allowed.
    pub for_servers: bool,
}

impl Validity {
    pub fn parse(certificate: &[u8]) -> der::Result<Validity> {
        let signed = signed(certificate)?;
        // After the version, the serial number, the signature's algorithm and the issuer.
        let validity = fields(*signed.get(4).ok_or_else(missing)?)?;
        let [not_before, not_after] = validity[..] else {
            return Err(missing());
        };
        Ok(Validity {
            not_before: time(not_before)?,
            not_after: time(not_after)?,
            for_servers: is_for_servers(&signed)?,
        })
    }
}

/// Whether a certificate may sign others, as Go decides it: one of version 3 needs basic constraints that say so
/// (4.2.1.9).
pub fn is_authority(certificate: &[u8]) -> der::Result<bool> {
    let signed = signed(certificate)?;
    // The version field is left out in version 1 alone, which has no extensions.
    if signed.first().is_none_or(|version| version.tag() != explicit(0)) {
        return Ok(true);
    }
    let Some(constraints) = extension(&signed, BASIC_CONSTRAINTS)? else {
        return Ok(false);
    };
    // `cA BOOLEAN DEFAULT FALSE` is the first field, where it is present.
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

/// Finds an extension's value (4.1.2.9).
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

/// The fields of `tbsCertificate`, the part that the issuer signs.
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
    use crate::registry::tls::samples::{
        CLIENT, NO_AUTHORITY, NO_CONSTRAINTS, PLAIN, SERVER_TOO, VERSION_1, certificate,
    };

    #[test]
    fn dates_and_uses_are_read() {
        for (pem, for_servers) in [(PLAIN, true), (SERVER_TOO, true), (CLIENT, false)] {
            let expected = Validity {
                not_before: Duration::from_secs(1796078323),
                not_after: Duration::from_secs(3524078323),
                for_servers,
            };
            assert_eq!(Validity::parse(&certificate(pem)), Ok(expected));
        }
    }

    #[test]
    fn a_version_3_certificate_is_an_authoritys_only_where_it_says_so() {
        for (pem, expected) in [
            (PLAIN, true),
            (VERSION_1, true),
            (NO_AUTHORITY, false),
            (NO_CONSTRAINTS, false),
        ] {
            assert_eq!(is_authority(&certificate(pem)), Ok(expected));
        }
    }

    #[test]
    fn truncated_or_damaged_certificates_are_errors_and_no_panics() {
        let whole = certificate(CLIENT);
        for end in 0..whole.len() {
            assert!(Validity::parse(&whole[..end]).is_err(), "{end}");
            assert!(is_authority(&whole[..end]).is_err(), "{end}");
        }
        for index in 0..whole.len() {
            for bit in 0..8 {
                let mut other = whole.to_vec();
                other[index] ^= 1 << bit;
                // Some changes leave a valid certificate: only a panic is wrong.
                let _ = (Validity::parse(&other), is_authority(&other));
            }
        }
    }
}
