//! The container's root: one overlay mount of the layers and, on top, the container's writable directory.

use crate::sys::files::filesystem;
use crate::sys::mount::overlay::Flavour;
use crate::sys::mount::tree;
use anyhow::{Context, Result, anyhow, ensure};
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::mount::MountFlags;
use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

/// What is mounted, and where.
#[derive(Debug, Clone)]
pub struct RootFs {
    /// The read-only layers, top first.
    pub lowers: Vec<PathBuf>,
    /// Data-only lower layers (overlayfs.rst): the contents of those files in `lowers` that are metadata only.
    pub contents: Vec<PathBuf>,
    pub upper: PathBuf,
    /// Overlayfs's working directory: empty, on the filesystem of `upper`.
    pub work: PathBuf,
    /// Where it is mounted, in this process's private mount namespace; made if it does not exist.
    pub target: PathBuf,
    pub flavour: Flavour,
    /// Whether the writable layer may be lost in a crash: nothing is synced, and the kernel refuses to mount it a
    /// second time. Right for `--rm`.
    pub volatile: bool,
}

/// The kernel's limit on layers (OVL_MAX_STACK).
const MAX_LOWERS: usize = 500;
/// The longest options that mount(2) takes: a page, less the NUL at its end.
const OPTIONS_LIMIT: usize = 4095;

impl RootFs {
    /// Mounts the overlay, with up to [`MAX_LOWERS`] layers however long their paths are.
    pub fn mount(&self) -> Result<()> {
        ensure!(
            self.lowers.len() <= MAX_LOWERS,
            "{} directories to stack are more than the {MAX_LOWERS} that overlayfs takes",
            self.lowers.len()
        );
        fs::create_dir_all(&self.target).with_context(|| format!("making {}", self.target.display()))?;
        if self.lowers.is_empty() {
            // Overlayfs needs a lower layer. Without one the result would be the upper directory itself.
            return tree::bind(&self.upper, &self.target).with_context(|| format!("mounting {}", self.upper.display()));
        }
        let paths = self
            .lowers
            .iter()
            .chain(&self.contents)
            .chain([&self.upper, &self.work]);
        let plain: Option<Vec<String>> = paths.map(|path| unescaped(path)).collect();
        let options = plain
            .map(|paths| self.options(&paths))
            .filter(|options| options.len() <= OPTIONS_LIMIT);
        let mounted = match options {
            Some(options) => tree::filesystem("overlay", &self.target, MountFlags::empty(), &options),
            // The options are too long, or a path has a character with a meaning in the options. So the paths are
            // descriptors relative to /proc/self/fd: at most five characters for each layer, and the kernel resolves
            // them before mount(2) returns.
            None => {
                let mut open = Vec::new();
                let mut names = Vec::new();
                for path in self.lowers.iter().chain(&self.contents) {
                    open.push(open_directory(path)?);
                    names.push(open[open.len() - 1].as_raw_fd().to_string());
                }
                for path in [&self.upper, &self.work] {
                    let (above, tail) = split_tail(path)?;
                    open.push(open_directory(above)?);
                    names.push(format!("{}/{tail}", open[open.len() - 1].as_raw_fd()));
                }
                let options = self.options(&names);
                tree::filesystem_from("/proc/self/fd", "overlay", &self.target, MountFlags::empty(), &options)
            }
        };
        mounted.map_err(|error| self.explain(error))
    }

    /// Overlayfs's options. `paths`: the layers, then the data-only layers, then the upper and the work directory.
    fn options(&self, paths: &[String]) -> String {
        let (lowers, rest) = paths.split_at(self.lowers.len());
        let (contents, own) = rest.split_at(rest.len() - 2);
        let contents: String = contents.iter().map(|path| format!("::{path}")).collect();
        let lowers = lowers.join(":") + &contents;
        let mut options = format!("lowerdir={lowers},upperdir={},workdir={}", own[0], own[1]);
        // A copied-up file must be complete, and a renamed directory must be a directory: otherwise `diff` and `commit`
        // could not read the upper directory as a layer. With userxattr the kernel uses neither metacopy nor redirects
        // anyway.
        options += match self.flavour {
            Flavour::Trusted => ",index=off,metacopy=off,redirect_dir=off",
            Flavour::User => ",userxattr",
        };
        if self.volatile {
            options += ",volatile";
        }
        options
    }

    fn explain(&self, error: std::io::Error) -> anyhow::Error {
        let missing = self
            .lowers
            .iter()
            .chain([&self.upper, &self.work])
            .find(|path| !path.is_dir());
        let hint = match (error.raw_os_error(), missing) {
            (_, Some(path)) => format!(": {} is missing", path.display()),
            (Some(libc::EINVAL), _) if self.upper.parent().is_some_and(on_overlay) => {
                ": the storage directory is on an overlay itself; --root on another filesystem helps".into()
            }
            (Some(libc::EINVAL | libc::EPERM), _) if self.flavour == Flavour::User => {
                ": without root this needs Linux 5.11 or later, and a filesystem with user extended attributes".into()
            }
            (Some(libc::ENODEV), _) => ": the kernel has no overlayfs".into(),
            _ => String::new(),
        };
        anyhow!(error).context(format!(
            "mounting the container's root from {} layers{hint}",
            self.lowers.len()
        ))
    }
}

/// The path as overlayfs's options take it, if no character in it needs an escape.
fn unescaped(path: &Path) -> Option<String> {
    let path = path.to_str()?;
    (!path.contains([':', ',', '\\', '"', '\n'])).then(|| path.to_owned())
}

/// Splits off the last two names of a path. They name the container, and so stay readable in /proc/PID/mountinfo.
fn split_tail(path: &Path) -> Result<(&Path, String)> {
    let above = path.parent().and_then(Path::parent);
    let tail = above.and_then(|above| unescaped(path.strip_prefix(above).ok()?));
    above
        .zip(tail)
        .with_context(|| format!("{} cannot be mounted", path.display()))
}

fn open_directory(path: &Path) -> Result<OwnedFd> {
    openat(
        CWD,
        path,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .with_context(|| format!("opening {}", path.display()))
}

fn on_overlay(path: &Path) -> bool {
    filesystem::at(path) == Some(filesystem::OVERLAYFS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(flavour: Flavour, volatile: bool) -> RootFs {
        let path = |name: &str| PathBuf::from(format!("/s/{name}"));
        RootFs {
            lowers: vec![path("top"), path("base")],
            contents: Vec::new(),
            upper: path("upper"),
            work: path("work"),
            target: path("root"),
            flavour,
            volatile,
        }
    }

    #[test]
    fn the_options_list_the_top_layer_first() {
        let paths = ["/s/top", "/s/base", "/s/upper", "/s/work"].map(String::from);
        assert_eq!(
            root(Flavour::User, false).options(&paths),
            "lowerdir=/s/top:/s/base,upperdir=/s/upper,workdir=/s/work,userxattr"
        );
        assert_eq!(
            root(Flavour::Trusted, true).options(&paths),
            "lowerdir=/s/top:/s/base,upperdir=/s/upper,workdir=/s/work,\
             index=off,metacopy=off,redirect_dir=off,volatile"
        );
    }

    #[test]
    fn data_only_layers_are_below_all_others() {
        let root = RootFs {
            contents: vec!["/s/layers".into(), "/s/chains".into()],
            ..root(Flavour::User, false)
        };
        let paths = ["/s/top", "/s/base", "/s/layers", "/s/chains", "/s/upper", "/s/work"].map(String::from);
        assert_eq!(
            root.options(&paths),
            "lowerdir=/s/top:/s/base::/s/layers::/s/chains,upperdir=/s/upper,workdir=/s/work,userxattr"
        );
    }

    #[test]
    fn a_path_with_a_separator_needs_a_descriptor() {
        assert_eq!(unescaped(Path::new("/a/b")).as_deref(), Some("/a/b"));
        assert_eq!(unescaped(Path::new("/a:b")), None);
        assert_eq!(unescaped(Path::new("/a,b")), None);
        assert_eq!(unescaped(Path::new("/a\\b")), None);
    }
}
