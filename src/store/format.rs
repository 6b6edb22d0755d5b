//! The file `format`: the version of the store's format, and the features that a program must know to use the store.

use crate::store::files::directory::Directory;
use crate::sys::files::lock::Lock;
use crate::sys::mount::overlay::Flavour;
use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

const VERSION: u32 = 1;

/// All directories of a store. They are made before `format` is, so where `format` is, they are too. Those that the
/// format got later are made when they are first needed, in a store that an earlier version made.
pub const DIRECTORIES: [&str; 17] = [
    "layers",
    "unsynced",
    "chains",
    "metacopy",
    "blobs",
    "blobs/sha256",
    "images",
    "tags",
    "containers",
    "names",
    "networks",
    "leases",
    "claims",
    "partial",
    "staging",
    "trash",
    "volumes",
];

#[derive(Debug, Serialize, Deserialize)]
struct Format {
    version: u32,
    /// A program that does not know all of these must not use the store.
    #[serde(default)]
    required: Vec<String>,
    /// A program that does not know these may use the store.
    #[serde(default)]
    optional: Vec<String>,
}

fn flag(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Trusted => "xattr-trusted",
        Flavour::User => "xattr-user",
    }
}

/// Opens the store at `root`, making an empty one where there is none.
pub fn open(root: &Path) -> anyhow::Result<(Directory, Flavour)> {
    let name = || format!("store {}", root.display());
    let dir = match rustix::fs::access(root, rustix::fs::Access::EXISTS) {
        Ok(()) => Directory::open(root)?,
        Err(_) => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(root)
                .with_context(name)?;
            Directory::open(root)?
        }
    };
    let format = match dir.record::<Format>("format").with_context(name)? {
        Some(format) => format,
        None => create(&dir).with_context(name)?,
    };
    let flavour = check(&format, root)?;
    Ok((dir, flavour))
}

/// Opens the store at `root`. `None` where there is none.
pub fn open_existing(root: &Path) -> anyhow::Result<Option<(Directory, Flavour)>> {
    if rustix::fs::access(root, rustix::fs::Access::EXISTS).is_err() {
        return Ok(None);
    }
    let dir = Directory::open(root)?;
    match dir.record::<Format>("format")? {
        Some(format) => {
            let flavour = check(&format, root)?;
            Ok(Some((dir, flavour)))
        }
        None => Ok(None),
    }
}

/// An error where the directory is not a store. One whose `format` is damaged or missing counts as a store if it
/// contains nothing but what a store has.
pub fn check_is_ours(dir: &Directory) -> anyhow::Result<()> {
    if matches!(dir.record::<Format>("format"), Ok(Some(_))) {
        return Ok(());
    }
    let ours = |name: &str| DIRECTORIES.contains(&name) || ["lock", "format"].contains(&name) || name.starts_with('.');
    ensure!(
        dir.entries(".")?.iter().all(|name| ours(name)),
        "{} holds other files and is no lamel store",
        dir.root().display()
    );
    Ok(())
}

fn create(dir: &Directory) -> anyhow::Result<Format> {
    check_is_ours(dir)?;
    // Another command may be making the same store.
    let _lock = Lock::exclusive(dir.open_lock("lock")?).context("waiting for the store's lock")?;
    if let Some(format) = dir.record("format")? {
        return Ok(format);
    }
    for name in DIRECTORIES {
        dir.make_dir(name, 0o700)?;
    }
    let format = Format {
        version: VERSION,
        required: vec![flag(Flavour::of_this_process()).to_owned()],
        optional: Vec::new(),
    };
    dir.put_record("format", &format, true)?;
    Ok(format)
}

fn check(format: &Format, root: &Path) -> anyhow::Result<Flavour> {
    const THIS: &str = env!("CARGO_PKG_VERSION");
    let root = root.display();
    if format.version != VERSION {
        bail!(
            "store {root} has format {}, and lamel {THIS} knows format {VERSION} only: use the lamel that made it",
            format.version
        );
    }
    let ours = Flavour::of_this_process();
    let mut found = None;
    for required in &format.required {
        match [Flavour::Trusted, Flavour::User]
            .into_iter()
            .find(|&f| flag(f) == required)
        {
            Some(flavour) => found = Some(flavour),
            None => bail!("store {root} needs a lamel that knows {required:?}; this is lamel {THIS}"),
        }
    }
    match found {
        None => bail!("store {root} does not say which attributes its layers carry: its file format is damaged"),
        Some(flavour) if flavour == ours => Ok(flavour),
        Some(Flavour::Trusted) => bail!("store {root} was made by root: use it as root, or name another with --root"),
        Some(Flavour::User) => {
            bail!("store {root} was made by an ordinary user: use it as that user, or name another with --root")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_format(text: &str) -> String {
        let tmp = tempfile::tempdir().unwrap();
        std::fs::write(tmp.path().join("format"), text).unwrap();
        let error = open(tmp.path()).map(|_| ()).unwrap_err();
        format!("{error:#}").replace(&tmp.path().display().to_string(), "ROOT")
    }

    #[test]
    fn a_store_is_made_once_and_opened_again() {
        let tmp = tempfile::tempdir().unwrap();
        let root = tmp.path().join("a/b");
        let (_, made) = open(&root).unwrap();
        let (_, opened) = open(&root).unwrap();
        assert_eq!(made, opened);
        let (_, existing) = open_existing(&root).unwrap().unwrap();
        assert_eq!(made, existing);
        let text = std::fs::read_to_string(root.join("format")).unwrap();
        assert_eq!(
            text,
            format!(r#"{{"version":1,"required":["{}"],"optional":[]}}"#, flag(made))
        );
    }

    #[test]
    fn opening_an_existing_store_makes_none() {
        let tmp = tempfile::tempdir().unwrap();
        let root = tmp.path().join("a");
        assert!(open_existing(&root).unwrap().is_none());
        assert!(!root.exists());
        assert!(open_existing(tmp.path()).unwrap().is_none());
        assert_eq!(std::fs::read_dir(tmp.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_format_from_the_future_is_refused_by_name() {
        assert_eq!(
            with_format(r#"{"version":1,"required":["xattr-user","dedupe"]}"#)
                .replace(env!("CARGO_PKG_VERSION"), "VERSION"),
            "store ROOT needs a lamel that knows \"dedupe\"; this is lamel VERSION"
        );
        assert!(with_format(r#"{"version":2,"required":[]}"#).starts_with("store ROOT has format 2"));
        assert!(with_format("{]").contains("ROOT/format is damaged"));
    }

    #[test]
    fn a_store_of_the_other_flavour_is_refused() {
        let other = match Flavour::of_this_process() {
            Flavour::Trusted => ("xattr-user", "an ordinary user"),
            Flavour::User => ("xattr-trusted", "root"),
        };
        let message = with_format(&format!(r#"{{"version":1,"required":["{}"]}}"#, other.0));
        assert!(
            message.starts_with(&format!("store ROOT was made by {}:", other.1)),
            "{message}"
        );
    }

    #[test]
    fn a_directory_with_other_files_is_not_made_a_store() {
        let tmp = tempfile::tempdir().unwrap();
        std::fs::write(tmp.path().join("letter.txt"), "").unwrap();
        let error = open(tmp.path()).map(|_| ()).unwrap_err();
        assert!(format!("{error:#}").ends_with("holds other files and is no lamel store"));
        assert_eq!(std::fs::read_dir(tmp.path()).unwrap().count(), 1);
    }
}
