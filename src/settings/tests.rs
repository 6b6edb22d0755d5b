use crate::settings::*;

/// The settings of a machine with these two files and these variables.
fn settings(user: Option<&str>, system: Option<&str>, variables: &[(&str, &str)]) -> Result<Settings, String> {
    let dir = tempfile::tempdir().unwrap();
    let write = |place: &str, text: Option<&str>| {
        if let Some(text) = text {
            std::fs::create_dir_all(dir.path().join(place).join("lamel")).unwrap();
            std::fs::write(dir.path().join(place).join("lamel/lamel.toml"), text).unwrap();
        }
    };
    write("home/.config", user);
    write("etc", system);
    let env = |name: &str| match name {
        "HOME" => Some(dir.path().join("home").into()),
        _ => variables
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.into()),
    };
    let short = |text: String| text.replace(&format!("{}/", dir.path().display()), "");
    match Settings::read(&env, &dir.path().join("etc")) {
        Ok(mut settings) => {
            let shorten = |path: &mut PathBuf| *path = path.strip_prefix(dir.path()).unwrap().to_owned();
            settings.files.iter_mut().for_each(shorten);
            Ok(settings)
        }
        Err(error) => Err(short(format!("{error:#}"))),
    }
}

/// All keys, as the error for an unknown key lists them.
pub(crate) fn known_keys() -> Vec<String> {
    let error = settings(None, Some("nonsense = 1"), &[]).unwrap_err();
    let (_, list) = error.split_once("expected one of ").unwrap();
    list.split(", ").map(|key| key.trim_matches('`').to_owned()).collect()
}

#[test]
fn a_variable_overrides_the_users_file_which_overrides_the_systems() {
    let (user, system) = (
        Some("concurrent-downloads = 5"),
        Some("concurrent-downloads = 6\nstall-timeout = 1.5"),
    );
    let variable = [("LAMEL_CONCURRENT_DOWNLOADS", "4")];
    let decided = |user, system, variables: &[(&str, &str)]| {
        let settings = settings(user, system, variables).unwrap();
        let found = settings.concurrent_downloads;
        let origin = match found.origin {
            Origin::File(file) => if file.to_str().unwrap().contains("home") {
                "user"
            } else {
                "system"
            }
            .to_owned(),
            other => other.to_string(),
        };
        (found.value, origin)
    };
    let expected = |value, origin: &str| (value, origin.to_owned());
    assert_eq!(decided(None, None, &[]), expected(3, "default"));
    assert_eq!(decided(None, system, &[]), expected(6, "system"));
    assert_eq!(decided(user, system, &[]), expected(5, "user"));
    assert_eq!(
        decided(user, system, &variable),
        expected(4, "LAMEL_CONCURRENT_DOWNLOADS")
    );
    assert_eq!(
        decided(user, system, &[("LAMEL_CONCURRENT_DOWNLOADS", "")]),
        expected(5, "user")
    );
    let both = settings(user, system, &[]).unwrap();
    assert_eq!(both.stall_timeout.value, Duration::from_millis(1500));
    let files = ["home/.config/lamel/lamel.toml", "etc/lamel/lamel.toml"];
    assert_eq!(both.files, files.map(PathBuf::from));
}

#[test]
fn every_key_is_read() {
    let text = "root = '/r'\nrunroot = '/rr'\nplatform = 'linux/arm64'\nnetwork = 'none'\n\
                concurrent-downloads = 1\nstall-timeout = 2\nretry-delay = 0.5\ndetach-keys = 'ctrl-x'\n\
                log-driver = 'none'\nlog-max-size = '1m'\ncompression-format = 'zstd'\ncompression-level = 9";
    let settings = settings(None, Some(text), &[]).unwrap();
    assert_eq!(settings.root.unwrap().value, Path::new("/r"));
    assert_eq!(settings.runroot.unwrap().value, Path::new("/rr"));
    assert_eq!(settings.platform.unwrap().value, "linux/arm64");
    assert_eq!(settings.network.unwrap().value, "none");
    assert_eq!(settings.concurrent_downloads.value, 1);
    assert_eq!(settings.stall_timeout.value, Duration::from_secs(2));
    assert_eq!(settings.retry_delay.value, Duration::from_millis(500));
    assert_eq!(settings.detach_keys.unwrap().value, "ctrl-x");
    assert_eq!(settings.log_driver.unwrap().value, "none");
    assert_eq!(settings.log_max_size.unwrap().value, "1m");
    assert_eq!(settings.compression_format.value, CompressionFormat::Zstd);
    assert_eq!(settings.compression_level.unwrap().value, 9);
}

#[test]
fn an_error_names_the_file_and_the_line_or_the_variable() {
    let file = "etc/lamel/lamel.toml";
    for (text, error) in [
        (
            "\nrot = '/x'",
            "line 2: unknown field `rot`, expected one of `root`, `runroot`, `platform`, `network`, `detach-keys`, \
             `log-driver`, `log-max-size`, `concurrent-downloads`, `stall-timeout`, `retry-delay`, \
             `compression-format`, `compression-level`",
        ),
        ("root = 'x'", "line 1: \"x\" is not an absolute path"),
        ("\n\nconcurrent-downloads = 0", "line 3: 0 is not between 1 and 64"),
        ("concurrent-downloads = 'many'", "line 1: \"many\" is not a number"),
        ("stall-timeout = -1", "line 1: \"-1\" is not a time in seconds"),
        ("root = []", "line 1: expected a text or a number"),
        ("root", "line 1: key with no value, expected `=`"),
    ] {
        assert_eq!(
            settings(None, Some(text), &[]).unwrap_err(),
            format!("{file}, {error}"),
            "{text}"
        );
    }
    for (variable, value, error) in [
        (
            "LAMEL_STALL_TIMEOUT",
            "soon",
            "LAMEL_STALL_TIMEOUT: \"soon\" is not a number",
        ),
        (
            "LAMEL_CONCURRENT_DOWNLOADS",
            "65",
            "LAMEL_CONCURRENT_DOWNLOADS: 65 is not between 1 and 64",
        ),
    ] {
        assert_eq!(settings(None, None, &[(variable, value)]).unwrap_err(), error);
    }
    let large = settings(None, Some(&"#".repeat((64 << 10) + 1)), &[]).unwrap_err();
    assert_eq!(large, format!("{file} is larger than 65536 bytes"));
}
