//! A name or an ID as typed becomes an image in the store.

use crate::oci::config::ImageConfig;
use crate::oci::digest::{Digest, ImageId};
use crate::oci::reference::Reference;
use crate::registry::config::short_name;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use crate::text::error::chain;
use anyhow::{Context, anyhow, bail};

/// Short names of built-in images. registries.conf cannot give them another meaning.
const ALIASES: [(&str, &str); 1] = [("hello", "localhost/hello")];

/// An image that was found in the store.
#[derive(Debug, Clone)]
pub struct Image {
    pub record: ImageRecord,
    pub config: ImageConfig,
    /// The name by which it was found; none where it was found by ID.
    pub name: Option<Reference>,
}

/// Why no image was found. Callers tell these apart, to pull the image or to add a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    #[error("no such image: {0}")]
    NoSuchImage(String),
    #[error("image ID prefix {prefix} is ambiguous: {count} images start with it")]
    Ambiguous { prefix: String, count: usize },
}

/// Finds an image by name, by digest, by ID or by unambiguous ID prefix. Names come first: one that looks like an ID
/// stays usable. That nothing is found is a [`ResolveError`] (`error.downcast_ref()`).
pub fn resolve(store: &Store, text: &str) -> anyhow::Result<Image> {
    let (record, name) = find(store, text)?;
    let id = record.id;
    let config = ImageConfig::parse(&store.blob(&id.0)?).with_context(|| format!("configuration of image {id}"))?;
    Ok(Image { record, config, name })
}

/// Like [`resolve`], without the configuration: the record, and the name by which it was found.
pub fn find(store: &Store, text: &str) -> anyhow::Result<(ImageRecord, Option<Reference>)> {
    let names = possible_names(text);
    for name in names.iter().flatten() {
        let Some(tag) = store.tag(&stored_name(name))? else {
            continue;
        };
        let record = store.image(&tag.image)?.ok_or_else(|| {
            anyhow!(
                "{} names image {}, which is not in the store: pull it again",
                tag.reference.familiar(),
                tag.image
            )
        })?;
        return Ok((record, Some(tag.reference)));
    }
    let missing = || ResolveError::NoSuchImage(text.into());
    match id_digits(text) {
        Some(digits) => {
            let id = by_digits(store, text, digits)?;
            Ok((store.image(&id)?.ok_or_else(missing)?, None))
        }
        None => Err(names.map_or_else(|error| error, |_| missing().into())),
    }
}

/// The names in full that `text` may stand for, the likeliest first. That of docker.io is always among them: names are
/// shown without `docker.io/`.
fn possible_names(text: &str) -> anyhow::Result<Vec<Reference>> {
    let docker = parse_name(text)?;
    if is_alias(text) {
        return Ok(vec![docker]);
    }
    let mut names = short_name::full_names(text)?;
    if !names.contains(&docker) {
        names.push(docker);
    }
    Ok(names)
}

/// The names in full that a pull of `text` tries in turn, by the machine's configuration of short names. No tag is
/// added.
pub fn names_to_pull(text: &str) -> anyhow::Result<Vec<Reference>> {
    match is_alias(text) {
        true => Ok(vec![parse_name(text)?]),
        false => short_name::full_names_to_pull(text),
    }
}

/// Calls `attempt` with one name after the other until it succeeds. Where it never does, the error has all reasons.
pub fn first_of<T>(names: &[Reference], mut attempt: impl FnMut(&Reference) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut reasons = Vec::new();
    for name in names {
        match attempt(name) {
            Ok(result) => return Ok(result),
            Err(error) if names.len() == 1 => return Err(error),
            Err(error) => reasons.push(chain(&error)),
        }
    }
    bail!("{}", reasons.join("; "))
}

/// Whether a name as typed is a short name of a built-in image.
fn is_alias(text: &str) -> bool {
    let repository = text.split([':', '@']).next();
    ALIASES.iter().any(|(alias, _)| Some(*alias) == repository)
}

/// Parses a name by Docker's rules, with short names of built-in images replaced. No tag is added.
pub fn parse_name(text: &str) -> anyhow::Result<Reference> {
    let end = text.find([':', '@']).unwrap_or(text.len());
    let (repository, rest) = text.split_at(end);
    let reference = match ALIASES.iter().find(|(alias, _)| *alias == repository) {
        Some((_, target)) => format!("{target}{rest}").parse(),
        None => text.parse::<Reference>(),
    };
    Ok(reference?)
}

/// The short name of a built-in image's repository; none for any other repository.
pub fn alias_of(name: &Reference) -> Option<String> {
    let repository = name.familiar_repository();
    let alias = ALIASES.iter().find(|(_, target)| *target == repository)?;
    Some(alias.0.to_owned())
}

/// The name under which the store has the image that is asked for as `name`: of a tag and a digest the digest, as for
/// Docker; of neither, the tag `latest`.
pub fn stored_name(name: &Reference) -> Reference {
    match name.digest() {
        Some(digest) => name.with_digest(digest),
        None => name.clone().or_latest(),
    }
}

/// The hexadecimal digits of an ID or of the start of one; none where `text` can be neither.
fn id_digits(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    (1..=64)
        .contains(&digits.len())
        .then_some(digits)
        .filter(|digits| digits.bytes().all(hex))
}

/// The image with this ID, or the only one whose ID starts with these digits.
fn by_digits(store: &Store, text: &str, digits: &str) -> anyhow::Result<ImageId> {
    let missing = || ResolveError::NoSuchImage(text.into());
    if let Ok(digest) = Digest::from_hex(digits) {
        let id = ImageId(digest);
        return store.image(&id)?.map(|_| id).ok_or_else(|| missing().into());
    }
    match store.images_by_prefix(digits)?[..] {
        [] => Err(missing().into()),
        [id] => Ok(id),
        ref many => Err(ResolveError::Ambiguous {
            prefix: digits.into(),
            count: many.len(),
        }
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hello_is_short_for_the_built_in_image() {
        for (typed, full) in [
            ("hello", "localhost/hello"),
            ("hello:latest", "localhost/hello:latest"),
            ("hello-world", "docker.io/library/hello-world"),
            ("me/hello", "docker.io/me/hello"),
            ("docker.io/library/hello", "docker.io/library/hello"),
        ] {
            assert_eq!(parse_name(typed).unwrap().to_string(), full);
        }
    }

    #[test]
    fn a_digest_outranks_the_tag_beside_it() {
        let digest = Digest::of(b"");
        let both: Reference = format!("redis:7@{digest}").parse().unwrap();
        assert_eq!(stored_name(&both).familiar(), format!("redis@{digest}"));
        assert_eq!(stored_name(&"redis".parse().unwrap()).familiar(), "redis:latest");
    }

    #[test]
    fn what_can_be_an_id() {
        let id = "0123456789abcdef".repeat(4);
        let prefixed = format!("sha256:{id}");
        assert_eq!(id_digits(&id), Some(&id[..]));
        assert_eq!(id_digits(&prefixed), Some(&id[..]));
        assert_eq!(id_digits("sha256:ab"), Some("ab"));
        for text in ["", "sha256:", "redis", "AB", &format!("{id}0")] {
            assert_eq!(id_digits(text), None, "{text}");
        }
    }
}
