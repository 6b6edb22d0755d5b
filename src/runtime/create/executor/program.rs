//! Executing the program: the search in `PATH`, and the exit codes of what cannot be executed.

use crate::runtime::create::executor::report::CommandError;
use nix::errno::Errno;
use std::ffi::CString;
use std::path::Path;

/// Docker's default, if the environment has no `PATH`.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Becomes the program `args[0]`. Returns only if that fails. As execvp(3), but a file of an unknown format is not run
/// by a shell.
pub fn execute(args: &[String], env: &[String]) -> CommandError {
    let name = &args[0];
    let error = |exit_code, reason: &str| CommandError {
        exit_code,
        message: format!("exec: {name:?}: {reason}"),
    };
    let strings = |list: &[String]| {
        list.iter()
            .map(|text| CString::new(text.as_str()))
            .collect::<Result<Vec<_>, _>>()
    };
    let (Ok(arguments), Ok(variables)) = (strings(args), strings(env)) else {
        return error(126, "an argument or variable has a NUL character");
    };
    let mut denied = None;
    for candidate in candidates(name, env) {
        let Ok(file) = CString::new(candidate.as_str()) else {
            continue;
        };
        match nix::unistd::execve(&file, &arguments, &variables) {
            Ok(never) => match never {},
            // The file exists, so what is missing is the interpreter that its first line or its ELF header names.
            Err(Errno::ENOENT) if Path::new(&candidate).exists() => {
                return error(127, "no such file or directory (its interpreter or loader is missing)");
            }
            Err(Errno::ENOENT | Errno::ENOTDIR) => {}
            Err(Errno::EACCES) if Path::new(&candidate).is_dir() => denied = denied.or(Some("is a directory")),
            Err(Errno::EACCES) => denied = Some("permission denied"),
            Err(errno) => return error(126, &errno.desc().to_lowercase()),
        }
    }
    match denied {
        Some(reason) => error(126, reason),
        None if name.contains('/') => error(127, &format!("stat {name}: no such file or directory")),
        None => error(127, "executable file not found in $PATH"),
    }
}

/// The paths to try, in order.
fn candidates(name: &str, env: &[String]) -> Vec<String> {
    if name.contains('/') {
        return vec![name.to_owned()];
    }
    if name.is_empty() {
        return Vec::new();
    }
    let path = env.iter().find_map(|variable| variable.strip_prefix("PATH="));
    path.unwrap_or(DEFAULT_PATH)
        .split(':')
        .map(|dir| format!("{}/{name}", if dir.is_empty() { "." } else { dir }))
        .collect()
}
