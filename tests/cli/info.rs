//! `info` and `version`: the fields that scripts ask for, and who decided which setting.

use crate::env::{Env, is_root};
use serde_json::{Value, json};

fn settings(env: &Env, text: &str) -> String {
    let dir = env.home().join(".config/lamel");
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("lamel.toml"), text).expect("lamel.toml");
    dir.join("lamel.toml").display().to_string()
}

fn info(env: &Env, template: &str) -> String {
    env.lamel(["info", "--format", template]).success().text().to_owned()
}

#[test]
fn every_field_that_scripts_ask_docker_and_podman_for_is_answered() {
    let env = Env::new();
    env.busybox();
    let root = env.root().canonicalize().expect("the store").display().to_string();
    let kernel = rustix::system::uname().release().to_string_lossy().into_owned();
    for (field, value) in [
        (".ServerVersion", env!("CARGO_PKG_VERSION")),
        (".Driver", "overlay"),
        (".DockerRootDir", &root),
        (".Containers", "0"),
        (".ContainersRunning", "0"),
        (".ContainersPaused", "0"),
        (".ContainersStopped", "0"),
        (".Images", "1"),
        (".KernelVersion", &kernel),
        (".CgroupDriver", "cgroupfs"),
        (".DefaultRuntime", "lamel"),
        (".OSType", "linux"),
        (".Host.OCIRuntime.Name", "lamel"),
        (".Host.Security.Rootless", if is_root() { "false" } else { "true" }),
        (".Host.Kernel", &kernel),
        (".Host.OS", "linux"),
        (".Store.GraphRoot", &root),
        (".Store.GraphDriverName", "overlay"),
        (".Store.ImageStore.Number", "1"),
        (".Version.Version", env!("CARGO_PKG_VERSION")),
        (".Swarm.LocalNodeState", "inactive"),
    ] {
        assert_eq!(info(&env, &format!("{{{{{field}}}}}")), value, "{field}");
    }
    for field in [
        ".Name",
        ".ID",
        ".NCPU",
        ".MemTotal",
        ".Architecture",
        ".Host.Arch",
        ".Store.RunRoot",
        ".OperatingSystem",
    ] {
        assert_ne!(info(&env, &format!("{{{{{field}}}}}")), "", "{field}");
    }
    let options = info(&env, "{{range .SecurityOptions}}{{println .}}{{end}}");
    assert!(options.contains("name=seccomp"), "{options}");
    assert_eq!(options.contains("name=rootless"), !is_root(), "{options}");
    let version = |cgroup: String, host: String| assert_eq!(host.trim_start_matches('v'), cgroup);
    version(info(&env, "{{.CgroupVersion}}"), info(&env, "{{.Host.CgroupsVersion}}"));
    let json = env.lamel(["info", "--format", "json"]).success().json();
    assert_eq!(json["DockerRootDir"], root);
    assert_eq!(info(&env, "{{.ID}}"), info(&env, "{{.ID}}"));
}

#[test]
fn the_registries_configuration_in_force_is_shown_with_its_place() {
    let env = Env::new();
    let conf = env.registries_conf().display().to_string();
    let text = "unqualified-search-registries = ['quay.io']\n[[registry]]\nlocation = 'docker.io'\n\
                [[registry.mirror]]\nlocation = 'mirror.io/x'\n[[registry]]\nlocation = 'old.io'\nblocked = true\n";
    std::fs::write(env.registries_conf(), text).expect("registries.conf");
    let outcome = env.lamel(["info"]).success();
    for line in [
        format!(" search: quay.io ({conf}, line 1)"),
        format!(" docker.io: mirror.io/x, docker.io ({conf}, line 2)"),
        format!(" old.io: blocked ({conf}, line 6)"),
        format!(" {conf}"),
    ] {
        assert!(
            outcome.stdout.lines().any(|found| found == line),
            "{line}\n{}",
            outcome.stdout
        );
    }
    assert_eq!(info(&env, r#"{{index .Registries "search"}}"#), "[quay.io]");
    let json = env.lamel(["info", "--format", "json"]).json();
    assert_eq!(json["RegistryConfig"]["Mirrors"], json!(["https://mirror.io/x/"]));
    assert_eq!(json["Registries"]["old.io"]["Blocked"], Value::Bool(true));
    std::fs::write(env.registries_conf(), "registry = 1").expect("registries.conf");
    let outcome = env.lamel(["info"]).success();
    let last = outcome.stdout.lines().last().expect("lines").to_owned();
    assert!(
        last.starts_with(&format!("WARNING: {conf}, line 1: invalid type")),
        "{last}"
    );
}

#[test]
fn an_option_goes_before_a_variable_and_that_before_a_file() {
    let env = Env::new();
    let work = env.work().canonicalize().expect("a directory");
    let (by_file, by_option) = (work.join("file"), work.join("option"));
    let file = settings(
        &env,
        &format!("root = '{}'\nconcurrent-downloads = 1\n", by_file.display()),
    );
    let root = |command: &mut std::process::Command| {
        let format = r#"{{range .Settings}}{{if eq .Name "root"}}{{.Value}} {{.Origin}}{{end}}{{end}}"#;
        let done = command.args(["info", "--format", format]).output().expect("lamel runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text").trim_end().to_owned()
    };
    let none: [&str; 0] = [];
    let by_variable = env.root().canonicalize().expect("a directory");
    let expected = |root: &std::path::Path, origin: &str| format!("{} {origin}", root.display());
    assert_eq!(root(&mut env.command(none)), expected(&by_variable, "LAMEL_ROOT"));
    assert_eq!(
        root(env.command(none).env_remove("LAMEL_ROOT")),
        expected(&by_file, &file)
    );
    let option = by_option.display().to_string();
    assert_eq!(
        root(&mut env.command(["--root", &option])),
        expected(&by_option, "--root")
    );
    let outcome = env.lamel(["info"]).success();
    assert!(
        outcome
            .stdout
            .contains(&format!(" concurrent-downloads = 1 ({file})\n")),
        "{}",
        outcome.stdout
    );
    assert!(
        outcome.stdout.contains(" stall-timeout = 30 (default)\n"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn a_setting_that_is_not_known_stops_every_command_with_its_place() {
    let env = Env::new();
    let file = settings(&env, "\nrootdir = '/x'\n");
    let known = "`root`, `runroot`, `platform`, `network`, `detach-keys`, `log-driver`, `log-max-size`, `concurrent-downloads`, `stall-timeout`, `retry-delay`, `compression-format`, `compression-level`";
    let error = format!("lamel: {file}, line 2: unknown field `rootdir`, expected one of {known}\n");
    env.lamel(["images"]).fails(1, &error);
    env.lamel(["version", "--format", "{{.Server.Version}}"]).success();
}

#[test]
fn the_platform_that_is_set_is_pulled() {
    use crate::registry::{Image, Index, Layer};
    let env = Env::new();
    let image = |platform: &str| {
        Image::new()
            .layer(Layer::new().file(platform, "").gzip())
            .platform(platform)
    };
    let other = image("linux/s390x");
    let index = Index::new()
        .image(image("linux/amd64"))
        .image(image("linux/arm64"))
        .image(other.clone());
    env.registry().push_index("app", "1", &index);
    settings(&env, "platform = 'linux/s390x'");
    env.lamel(["pull", "-q", &env.registry().name("app:1")]).success();
    assert_eq!(env.lamel(["images", "-q", "--no-trunc"]).text(), other.id());
    let file = settings(&env, "platform = 'a/b/c/d'");
    let outcome = env.lamel(["pull", "-q", &env.registry().name("app:1")]).code(1);
    assert!(
        outcome.stderr.starts_with(&format!("lamel: platform by {file}: ")),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_version_is_the_same_on_both_sides() {
    let env = Env::new();
    let version = env!("CARGO_PKG_VERSION");
    for field in [".Version", ".Client.Version", ".Server.Version"] {
        let format = format!("{{{{{field}}}}}");
        env.lamel(["version", "--format", &format])
            .success()
            .stdout(&format!("{version}\n"));
    }
    env.lamel(["version"]).success().stdout(&format!("lamel {version}\n"));
    assert_eq!(env.lamel(["version", "-f", "json"]).json()["Server"]["Os"], "linux");
}

#[test]
fn running_paused_and_stopped_containers_are_counted() {
    let env = Env::new();
    let image = env.busybox();
    let image = image.as_str();
    for name in ["runs", "waits"] {
        env.lamel(["run", "-d", "--name", name, "--network", "none", image, "sleep", "1000"])
            .success();
    }
    env.lamel(["create", "--name", "made", image]).success();
    env.lamel(["pause", "waits"]).success();
    let counted = "{{.Containers}} {{.ContainersRunning}} {{.ContainersPaused}} {{.ContainersStopped}}";
    assert_eq!(info(&env, counted), "3 1 1 1");
    env.lamel(["unpause", "waits"]).success();
    assert_eq!(info(&env, counted), "3 2 0 1");
    env.lamel(["rm", "-f", "-t", "0", "runs", "waits", "made"]).success();
}
