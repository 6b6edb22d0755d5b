//! Failures: one line that says what failed and with which object, and a hint where there is a way out.

use crate::env::{Env, Outcome, SINGLE_ID_WARNING};
use crate::fixtures::{busybox, short};
use crate::registry::{ALWAYS, Auth, Fault};

/// One line on standard error, with all of `words` in it, and nothing on standard output.
#[track_caller]
fn one_line(outcome: Outcome, code: i32, words: &[&str]) {
    let outcome = outcome.code(code);
    let line = &outcome.stderr;
    assert!(
        line.starts_with("lamel: ") && line.ends_with('\n') && line.lines().count() == 1,
        "not one line: {line}"
    );
    assert_eq!(outcome.stdout, "");
    for word in words {
        assert!(line.contains(word), "no {word:?} in: {line}");
    }
}

#[test]
fn an_image_that_is_not_held_is_named() {
    let env = Env::new();
    env.lamel(["rmi", "missing"])
        .fails(1, "lamel: no such image: missing\n");
    one_line(env.lamel(["history", "missing:3"]), 1, &["no such image: missing:3"]);
    one_line(
        env.lamel(["run", "--pull", "never", "missing", "true"]),
        125,
        &["no such image: missing"],
    );
}

#[test]
fn an_ambiguous_id_prefix_says_so() {
    let env = Env::new();
    // 17 images: two of them start with the same digit.
    for n in 0..17 {
        env.pulled(&format!("i{n}:1"), &busybox().label("n", &n.to_string()));
    }
    let ids = env.lamel(["images", "-q"]).success().stdout;
    let mut first: Vec<&str> = ids.lines().map(|id| &id[..1]).collect();
    first.sort_unstable();
    let twice = first
        .windows(2)
        .find(|pair| pair[0] == pair[1])
        .expect("17 ids over 16 digits")[0];
    one_line(env.lamel(["history", twice]), 1, &["ambiguous", twice]);
}

#[test]
fn a_registry_that_does_not_answer_is_named() {
    let env = Env::new();
    // Bound and dropped: nobody listens there now.
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .to_string();
    one_line(
        env.lamel(["pull", "-q", &format!("{address}/base:1")]),
        1,
        &[&address, "refused"],
    );
}

/// What an image is called says nothing about why nobody answers.
#[test]
fn what_went_wrong_with_a_registry_is_not_guessed_from_a_name() {
    let env = Env::new();
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    for tag in ["CertificateRequired", "InvalidContentType", "1"] {
        env.lamel(["pull", "-q", &format!("{address}/base:{tag}")]).fails(
            1,
            &format!("lamel: cannot reach registry {address}: connection refused (is the name right, and is it up?)\n"),
        );
    }
    env.lamel(["pull", "-q", "registry.invalid/base:1"]).fails(
        1,
        "lamel: cannot reach registry registry.invalid: its name cannot be resolved (is the name right?)\n",
    );
}

#[test]
fn a_login_that_is_missing_is_told_with_the_way_to_make_one() {
    let env = Env::new();
    let name = env.serve("private:1", &busybox());
    env.registry().demand(Auth::Basic {
        user: "ann".into(),
        password: "s3cret".into(),
    });
    one_line(env.lamel(["pull", "-q", &name]), 1, &["private", "login"]);
}

#[test]
fn statuses_of_the_registry_become_words() {
    for (code, words) in [
        (403, &["denied"][..]),
        (404, &["base:1"]),
        (429, &["too many requests"]),
        (500, &["500"]),
    ] {
        let env = Env::new();
        let name = env.serve("base:1", &busybox());
        env.registry().fault(
            "manifests/1",
            Fault::Status {
                code,
                retry_after: Some(0),
                times: ALWAYS,
            },
        );
        one_line(env.lamel(["pull", "-q", &name]), 1, words);
    }
}

#[test]
fn a_tag_that_the_registry_does_not_have_is_named() {
    let env = Env::new();
    let name = env.serve("base:1", &busybox());
    let missing = name
        .replace(":1", ":2")
        .replacen(":2", ":1", name.matches(":1").count() - 1);
    one_line(env.lamel(["pull", "-q", &missing]), 1, &["base:2"]);
}

#[test]
fn a_wrong_digest_names_the_layer_and_both_digests() {
    let env = Env::new();
    let image = busybox();
    let name = env.serve("base:1", &image);
    env.registry().fault(&image.layers()[0].digest(), Fault::Corrupt);
    one_line(
        env.lamel(["pull", "-q", &name]),
        1,
        &["digest", &short(&image.layers()[0].digest())],
    );
}

#[test]
fn a_full_disk_is_named_with_what_was_being_written() {
    let env = Env::new();
    let image = busybox();
    let name = env.serve("base:1", &image);
    // Root mounts a disk that holds the layer's compressed bytes and no more; whoever cannot has a limit on the size of files, which the kernel reports the same way.
    let (line, reason) = if crate::env::is_root() {
        let root = env.root().display().to_string();
        let line = format!("unshare -m sh -c 'mount -t tmpfs -o size=2m none {root} && lamel pull -q {name}'");
        (line, "No space left on device")
    } else {
        (
            format!("ulimit -f 100; trap '' XFSZ; lamel pull -q {name}"),
            "File too large",
        )
    };
    let layer = image.layers()[0].digest();
    let hint = "lamel: hint: 'lamel system df' shows what takes room, 'lamel prune' makes room\n";
    let hint = if crate::env::is_root() { hint } else { "" };
    env.shell(&line).fails(
        1,
        &format!("lamel: layer {layer}: unpacking bin/busybox: {reason}\n{hint}"),
    );
    env.lamel(["images", "-a", "-q"]).success().stdout("");
}

#[test]
fn what_cannot_fit_is_refused_before_it_is_fetched() {
    let env = Env::new();
    let name = env.serve("base:1", &busybox());
    let root = env.root().display().to_string();
    let unshare = if crate::env::is_root() {
        "unshare -m"
    } else {
        "unshare -rm"
    };
    let line = format!("{unshare} sh -c 'mount -t tmpfs -o size=1m none {root} && lamel pull -q {name}'");
    env.shell(&line).fails(
        1,
        &format!(
            "lamel: not enough space in {root}: the missing layers need at least [..] bytes, [..] are free\n\
             lamel: hint: 'lamel system df' shows what takes room, 'lamel prune' makes room\n"
        ),
    );
}

#[test]
fn without_user_namespaces_the_setting_is_named() {
    let env = Env::new();
    // A user namespace that may have one below it, and lamel, as an ordinary user, in that one.
    let line = "unshare --map-root-user sh -c '
        echo 1 >/proc/sys/user/max_user_namespaces
        exec unshare --map-user=1000 --map-group=1000 lamel run --network none hello'";
    one_line(
        env.shell(line),
        125,
        &["user namespace", "'sysctl -w user.max_user_namespaces=15000' as root"],
    );
}

#[test]
fn a_taken_name_and_an_image_in_use_name_their_holder() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", "--cidfile", "cid", &name, "true"])
        .success();
    let holder = std::fs::read_to_string(env.work().join("cid")).expect("written")[..12].to_owned();
    one_line(
        env.lamel(["run", "--name", "box", &name, "true"]),
        125,
        &["box", &holder],
    );
    one_line(env.lamel(["rmi", &name]), 1, &[&name, &holder]);
}

#[test]
fn a_field_that_a_template_does_not_know_is_named() {
    let env = Env::new();
    env.busybox();
    one_line(env.lamel(["images", "--format", "{{.Nmae}}"]), 1, &["Nmae"]);
    one_line(env.lamel(["images", "--format", "{{.ID"]), 1, &["template"]);
}

#[test]
fn an_invalid_name_is_refused_before_anything_happens() {
    let env = Env::new();
    one_line(env.lamel(["pull", "lower/UPPER"]), 1, &["lower/UPPER"]);
    one_line(env.lamel(["tag", "x", "bad::name"]), 1, &["bad::name"]);
}

#[test]
fn an_unknown_command_suggests_a_similar_one() {
    let env = Env::new();
    env.lamel(["imagse"]).fails(
        2,
        "lamel: unknown command: imagse (did you mean image, images, pause?)\n",
    );
}

/// What a word of the command line is, its place says.
#[test]
fn a_usage_error_has_the_code_of_the_command_it_is_in() {
    let env = Env::new();
    for args in [
        &["run", "--bad"][..],
        &["--debug", "exec"],
        &["--debug=true", "run", "--bad"],
        &["--root", "images", "container", "create"],
        &["run", "--preserve-fds", "many", "image"],
    ] {
        let outcome = env.lamel(args).code(125).stdout("");
        assert!(outcome.stderr.starts_with("error: "), "{args:?}: {}", outcome.stderr);
    }
    for args in [
        &["images", "--bad", "run"][..],
        &["--root", "run", "images", "--bad"],
        &["--bad", "images"],
        &["container", "rm", "--bad", "run"],
        &["network", "create"],
        &["volume", "create", "--bad"],
    ] {
        let outcome = env.lamel(args).code(2).stdout("");
        assert!(outcome.stderr.starts_with("error: "), "{args:?}: {}", outcome.stderr);
    }
    // It may be the option's value: nothing is read behind what is not known.
    env.lamel(["--bad", "run", "images"]).code(2).stdout("");
}

#[test]
fn a_user_without_subordinate_ids_is_told_how_to_get_some() {
    let env = Env::new();
    let told = |args: &[&str]| {
        let output = env.command(args).output().expect("lamel starts");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let stderr = told(&["run", "--network", "none", "--name", "one", "hello"]);
    // Where the ids make no difference nothing is said.
    for quiet in [
        &["diff", "one"][..],
        &["rm", "one"],
        &["system", "df"],
        &["prune", "-f"],
    ] {
        assert_eq!(told(quiet), "", "{quiet:?}");
    }
    let warnings: Vec<&str> = stderr
        .lines()
        .filter(|line| line.starts_with(SINGLE_ID_WARNING))
        .collect();
    if !crate::env::is_single_id() {
        assert_eq!(warnings, Vec::<&str>::new());
        return;
    }
    assert_eq!(warnings.len(), 1, "{stderr}");
    assert!(warnings[0].contains("usermod --add-subuids"), "{stderr}");
}
