//! `cp`: between containers and the host, by Docker's rules, and whatever either side has put in the way.

use crate::env::{Env, eventually, is_root, is_single_id};
use crate::fixtures::busybox;
use crate::registry::Layer;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

/// A world with a container `box` that runs, one `still` that never ran, and `src` on the host.
fn world() -> (Env, String) {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "600"])
        .success();
    env.lamel(["create", "--name", "still", &name]).success();
    env.shell("mkdir -p src/sub && echo a >src/a && echo b >src/sub/b && ln -s a src/link")
        .success();
    (env, name)
}

/// One file of another user's, as a tar.
fn owned_file() -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_mode(0o644);
    header.set_uid(7);
    header.set_gid(8);
    header.set_size(4);
    let layer = Layer::new().with(|tar| {
        tar.append_data(&mut header, "f", b"text".as_slice())
            .expect("a tar in memory")
    });
    layer.plain().tar().to_vec()
}

/// An entry under a name that no honest tar has.
fn raw(layer: Layer, kind: tar::EntryType, name: &str, link: &str, content: &str) -> Layer {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_cksum();
    layer.with(|tar| tar.append(&header, content.as_bytes()).expect("a tar in memory"))
}

/// What is below a path of a container, sorted.
fn list(env: &Env, place: &str) -> String {
    env.shell(&format!(
        "lamel cp {place} - | tar -tf - | LC_ALL=C sort | tr '\\n' ' '"
    ))
    .success()
    .stdout
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

#[test]
fn files_and_directories_go_where_docker_puts_them() {
    let (env, _) = world();
    for place in ["box", "still"] {
        let copy = |from: &str, to: &str| env.lamel(["cp", from, &format!("{place}:{to}")]);
        let shown = |path: &str| list(&env, &format!("{place}:{path}"));
        copy("src/a", "/tmp")
            .success()
            .stdout("")
            .stderr(&format!("Successfully copied 2.05kB to {place}:/tmp\n"));
        copy("src/a", "tmp/new").success();
        copy("src", "/tmp").success();
        copy("src", "/tmp/fresh").success();
        copy("src", "/tmp/slash/").success();
        copy("src/.", "/tmp/contents").success();
        copy("src/.", "/tmp/contents").success();
        assert_eq!(shown("/tmp/a"), "a ");
        assert_eq!(shown("/tmp/new"), "new ");
        assert_eq!(shown("/tmp/src"), "src/ src/a src/link src/sub/ src/sub/b ");
        for dir in ["fresh", "slash", "contents"] {
            let expected = format!("{dir}/ {dir}/a {dir}/link {dir}/sub/ {dir}/sub/b ");
            assert_eq!(shown(&format!("/tmp/{dir}")), expected);
        }
        assert_eq!(shown("/tmp/fresh/."), "./ ./a ./link ./sub/ ./sub/b ");
        copy("src/link", "/tmp/as-link").success();
        env.lamel(["cp", "-L", "src/link", &format!("{place}:/tmp/as-file")])
            .success();
        env.shell(&format!("lamel cp {place}:/tmp - | tar -tvf - | grep -o 'tmp/as-.*'"))
            .stdout("tmp/as-file\ntmp/as-link -> a\n");
        // A name in the place of another file, and through a symlink.
        copy("src/sub/b", "/tmp/new").success();
        env.shell(&format!("lamel cp {place}:/tmp/new - | tar -xO"))
            .stdout("b\n");
        copy("src/sub/b", "/tmp/as-link").success();
        env.shell(&format!("lamel cp {place}:/tmp/a - | tar -xO")).stdout("b\n");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let (env, _) = world();
    for place in ["box", "still"] {
        let refused = |from: &str, to: &str, message: &str| {
            let (from, to) = (
                from.replace("C:", &format!("{place}:")),
                to.replace("C:", &format!("{place}:")),
            );
            env.lamel(["cp", &from, &to])
                .fails(1, &format!("lamel: {}\n", message.replace("C:", &format!("{place}:"))));
        };
        env.lamel(["cp", "src", &format!("{place}:/tmp")]).success();
        refused("src/a", "C:/none/", "no such directory: C:/none/");
        refused(
            "src/a",
            "C:/none/x",
            &format!(
                "could not find the file /none/x in container {place}: directory /none/: No such file or directory"
            ),
        );
        refused("src", "C:/tmp/src/a", "cannot copy directory: C:/tmp/src/a is a file");
        refused("src/sub", "C:/tmp/src/a/", "C:/tmp/src/a/: Not a directory");
        refused(
            "C:/none",
            "x",
            &format!("could not find the file /none in container {place}: No such file or directory"),
        );
        refused(
            "C:/etc/motd/",
            "x",
            &format!("could not find the file /etc/motd/ in container {place}: Not a directory"),
        );
        refused(
            "C:/etc/motd",
            "none/",
            &format!("no such directory: {}/none/", env.work().display()),
        );
        refused(
            "C:/etc",
            "src/a",
            &format!("cannot copy directory: {}/src/a is a file", env.work().display()),
        );
        fs::create_dir_all(env.work().join("out/motd")).expect("a directory");
        refused(
            "C:/etc/motd",
            "out",
            "copying motd: cannot overwrite directory with non-directory",
        );
        refused("src/a", "src/b", "must specify at least one container source");
    }
    env.lamel(["cp", "missing:/x", "."])
        .fails(1, "lamel: no such container: missing\n");
    env.lamel(["cp", "box:/tmp", "box:/tmp/src"])
        .fails(1, "lamel: cannot copy a directory into itself, box:/tmp/src\n");
    env.lamel_with_input(b"", ["cp", "-", "box:/etc/motd"]).fails(
        1,
        "lamel: destination \"box:/etc/motd\" must be a directory: Not a directory\n",
    );
    env.lamel(["cp", "src/a", "box:/dev/null"]).fails(
        1,
        "lamel: destination \"box:/dev/null\" must be a directory or a regular file: got a device\n",
    );
}

#[test]
fn from_a_container_files_become_the_users_with_modes_and_times() {
    let (env, _) = world();
    env.lamel([
        "exec",
        "box",
        "sh",
        "-c",
        "mkdir -p /d/e; echo x >/d/e/x; ln /d/e/x /d/e/y; chmod 640 /d/e/x; touch -d @86400 /d/e/x; mkfifo /d/pipe; chmod 500 /d/e; ln -s e /d/l",
    ])
    .success();
    env.lamel(["cp", "box:/d", "."])
        .success()
        .stderr("Successfully copied 4.61kB to .\n");
    let x = fs::metadata(env.work().join("d/e/x")).expect("the file");
    let me = rustix::process::geteuid().as_raw();
    assert_eq!(
        (x.mode() & 0o7777, x.mtime(), x.nlink(), x.uid()),
        (0o640, 86400, 2, me)
    );
    assert_eq!(
        fs::metadata(env.work().join("d/e"))
            .expect("the directory")
            .permissions()
            .mode()
            & 0o777,
        0o500
    );
    assert_eq!(fs::read_link(env.work().join("d/l")).expect("a link"), Path::new("e"));
    // A directory by its symlink, and the symlink itself.
    env.lamel(["cp", "box:/d/l", "link"]).success();
    assert!(fs::symlink_metadata(env.work().join("link")).expect("it").is_symlink());
    for (from, to) in [("box:/d/l/", "one"), ("box:/d/l/.", "two")] {
        env.lamel(["cp", from, to]).success();
        assert_eq!(read(env.work().join(to).join("x")), "x\n");
    }
    env.lamel(["cp", "-L", "box:/d/l", "three"]).success();
    assert_eq!(read(env.work().join("three/x")), "x\n");
    env.lamel(["cp", "-q", "box:/d/e/x", "named"]).success().stderr("");
    assert_eq!(read(env.work().join("named")), "x\n");
    env.shell("chmod -R u+w .").success();
}

#[test]
fn copied_files_are_roots_in_the_container_unless_owners_are_kept() {
    let (env, _) = world();
    env.shell("chmod 4711 src/a").success();
    for place in ["box", "still"] {
        env.lamel(["cp", "src/a", &format!("{place}:/tmp/a")]).success();
        env.shell(&format!(
            "lamel cp {place}:/tmp/a - | tar --numeric-owner -tvf - | awk '{{print $1, $2}}'"
        ))
        .stdout(if is_root() {
            "-rws--x--x 0/0\n"
        } else {
            "-rwx--x--x 0/0\n"
        });
    }
    if is_single_id() {
        return owners_that_are_not_there_are_roots(&env);
    }
    let tar = owned_file();
    env.lamel_with_input(&tar, ["cp", "-", "box:/tmp"]).success();
    env.lamel(["exec", "box", "stat", "-c", "%u:%g", "/tmp/f"])
        .success()
        .stdout("7:8\n");
    env.lamel(["cp", "-a", "box:/tmp/f", "still:/tmp/f"]).success();
    env.lamel(["cp", "still:/tmp/f", "box:/tmp/g"]).success();
    env.lamel(["cp", "-a", "still:/tmp/f", "box:/tmp/h"]).success();
    env.lamel(["exec", "box", "stat", "-c", "%u:%g", "/tmp/g", "/tmp/h"])
        .success()
        .stdout("0:0\n7:8\n");
    env.lamel(["cp", "-a", "box:/tmp/f", "kept"]).success();
    let kept = fs::metadata(env.work().join("kept")).expect("the file");
    let expected = match is_root() {
        true => (7, 8),
        false => (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw()),
    };
    assert_eq!((kept.uid(), kept.gid()), expected);
}

fn owners_that_are_not_there_are_roots(env: &Env) {
    let tar = owned_file();
    env.lamel_with_input(&tar, ["cp", "-", "box:/tmp"]).success();
    env.lamel(["exec", "box", "stat", "-c", "%u:%g", "/tmp/f"])
        .success()
        .stdout("0:0\n");
}

#[test]
fn volumes_are_seen_as_the_container_sees_them_running_or_not() {
    let env = Env::new();
    let name = env.busybox();
    fs::create_dir(env.work().join("shared")).expect("a directory");
    fs::write(env.work().join("shared/there"), "host\n").expect("a file");
    for (container, command) in [("run", ["-d", "sleep", "60"]), ("create", ["-i", "true", ""])] {
        let bind = format!("{}/shared:/in/bind", env.work().display());
        let arguments = [
            container,
            command[0],
            "--name",
            container,
            "-v",
            "vol:/in/vol",
            "-v",
            &bind,
            "-v",
            "/etc/motd:/in/ro:ro",
        ];
        env.lamel(
            arguments
                .into_iter()
                .chain([name.as_str(), command[1], command[2]])
                .filter(|word| !word.is_empty()),
        )
        .success();
        let place = |path: &str| format!("{container}:{path}");
        env.shell(&format!("echo {container} >mine")).success();
        env.lamel(["cp", "mine", &place("/in/vol/")]).success();
        env.lamel(["cp", "mine", &place(&format!("/in/bind/{container}"))])
            .success();
        assert_eq!(
            read(env.work().join("shared").join(container)),
            format!("{container}\n")
        );
        env.lamel(["cp", &place("/in/vol/mine"), "back"]).success();
        assert_eq!(read(env.work().join("back")), format!("{container}\n"));
        env.lamel(["cp", &place("/in/bind/there"), "back"]).success();
        assert_eq!(read(env.work().join("back")), "host\n");
        env.lamel(["cp", "mine", &place("/in/ro/x")]).code(1);
        // What was made to mount on is no change of the container's.
        env.lamel(["diff", container]).success().stdout("");
    }
    env.shell("cat root/volumes/vol/_data/mine 2>/dev/null || cat ../root/volumes/vol/_data/mine")
        .stdout("create\n");
}

#[test]
fn a_read_only_container_is_not_written_to() {
    let env = Env::new();
    let name = env.busybox();
    fs::write(env.work().join("f"), "").expect("a file");
    env.lamel(["run", "-d", "--read-only", "--name", "runs", &name, "sleep", "60"])
        .success();
    env.lamel(["create", "--read-only", "--name", "still", &name]).success();
    for place in ["runs:/tmp", "still:/tmp"] {
        env.lamel(["cp", "f", place])
            .fails(1, "lamel: copying f: Read-only file system\n");
    }
}

#[test]
fn a_stopped_container_has_what_was_copied_when_it_starts() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--rm", "--name", "job", &name, "cat", "/root/input"])
        .success();
    env.shell("echo input | tee input").success();
    env.lamel(["cp", "input", "job:/root"]).success();
    env.lamel(["start", "-a", "job"]).success().stdout("input\n");
}

#[test]
fn between_containers_even_at_once_both_ways() {
    let (env, name) = world();
    env.lamel(["create", "--name", "third", &name]).success();
    env.lamel(["cp", "src", "box:/tmp"]).success();
    env.lamel(["cp", "box:/tmp/src", "still:/opt"]).success();
    env.lamel(["cp", "still:/opt/.", "third:/tmp"]).success();
    assert_eq!(list(&env, "third:/tmp"), "tmp/ tmp/a tmp/link tmp/sub/ tmp/sub/b ");
    env.lamel(["cp", "third:/tmp/sub", "third:/again"]).success();
    // One that reads and one that writes do not wait for each other.
    env.shell("head -c 3000000 /dev/zero >big; lamel cp -q big third:/; lamel cp third:/big - | lamel cp - third:/tmp")
        .success();
    assert_eq!(
        list(&env, "third:/tmp"),
        "tmp/ tmp/a tmp/big tmp/link tmp/sub/ tmp/sub/b "
    );
    assert_eq!(list(&env, "third:/again"), "again/ again/b ");
}

#[test]
fn a_containers_symlinks_lead_nowhere_but_into_itself() {
    let (env, _) = world();
    let secret = env.home().join("secret");
    fs::write(&secret, "host\n").expect("a file");
    let home = env.home().display().to_string();
    let script = format!(
        "mkdir -p {home} /deep; echo mine >{home}/secret; ln -s {home} /dir; ln -s {home}/secret /file; \
         ln -s ../../../../../../../../../..{home} /up; ln -s {home}/made /dangling; ln -s /proc/1/root/etc /magic"
    );
    env.lamel(["exec", "box", "sh", "-c", &script]).success();
    // Reading: all of these are the container's own.
    for path in ["/dir/secret", "/up/secret", "/deep/../up/secret"] {
        env.lamel(["cp", &format!("box:{path}"), "got"]).success();
        assert_eq!(read(env.work().join("got")), "mine\n", "{path}");
    }
    env.lamel(["cp", "-L", "box:/file", "got"]).success();
    assert_eq!(read(env.work().join("got")), "mine\n");
    // Writing: so are these.
    for path in ["/dir/secret", "/file", "/up/secret", "/dangling"] {
        env.lamel(["cp", "src/a", &format!("box:{path}")]).success();
    }
    env.lamel(["exec", "box", "cat", &format!("{home}/secret"), &format!("{home}/made")])
        .success()
        .stdout("a\na\n");
    assert_eq!(read(&secret), "host\n");
    assert!(!env.home().join("made").exists());
    // Not by the links of this process's own /proc, either.
    env.lamel(["cp", "box:/magic/hostname", "got"]).code(1);
    env.lamel(["cp", "box:/proc/self/root/etc/hostname", "got"]).code(1);
}

/// The first process may have another root, of its choice.
#[test]
fn the_root_is_the_containers_whatever_its_first_process_has_made_of_its_own() {
    let env = Env::new();
    let name = env.busybox();
    let script = "mkdir -p /jail/bin && cp /bin/busybox /jail/bin/sleep && echo ready && exec busybox chroot /jail /bin/sleep 1000";
    env.lamel(["run", "-d", "--name", "box", &name, "sh", "-c", script])
        .success();
    eventually("the other root", || {
        let processes = env.lamel(["top", "box"]).stdout;
        processes.contains("sleep 1000") && !processes.contains("chroot")
    });
    env.lamel(["cp", "box:/etc/motd", "motd"]).success();
    assert_eq!(read(env.work().join("motd")), "welcome\n");
}

/// What a container had copied to the host before is no way to other files of the host's for what it has copied there next.
#[test]
fn what_is_there_on_the_host_is_replaced_and_never_written_into() {
    let (env, _) = world();
    let secret = env.home().join("secret");
    fs::write(&secret, "host\n").expect("a file");
    fs::create_dir_all(env.work().join("out/d")).expect("a directory");
    symlink(&secret, env.work().join("out/d/link")).expect("a link");
    fs::hard_link(&secret, env.work().join("out/d/hard")).expect("a link");
    env.lamel(["exec", "box", "sh", "-c", "mkdir /d; echo new | tee /d/link >/d/hard"])
        .success();
    env.lamel(["cp", "box:/d", "out"]).success();
    assert_eq!(read(&secret), "host\n");
    for name in ["link", "hard"] {
        let path = env.work().join("out/d").join(name);
        assert_eq!(read(&path), "new\n");
        let stat = fs::symlink_metadata(&path).expect("it is there");
        assert!(stat.is_file() && stat.nlink() == 1, "{name}");
    }
}

#[test]
fn a_hostile_tar_writes_nothing_outside_the_container() {
    let (env, _) = world();
    let outside = env.home().join("owned");
    let target = outside.display().to_string();
    let file = |layer, name: &str, content: &str| raw(layer, tar::EntryType::Regular, name, "", content);
    let mut layer = file(Layer::new(), "../../../../../../../../tmp/up", "up\n");
    layer = file(layer, &target, "absolute\n");
    layer = raw(
        layer,
        tar::EntryType::Symlink,
        "link",
        &env.home().display().to_string(),
        "",
    );
    layer = file(layer, "link/owned", "through\n");
    let layer = raw(layer, tar::EntryType::Link, "hard", "../../../../etc/passwd", "");
    let tar = layer.plain().tar().to_vec();
    for place in ["box", "still"] {
        env.lamel_with_input(&tar, ["cp", "-", &format!("{place}:/root")]);
        assert!(!outside.exists(), "{place}");
    }
    assert!(!Path::new("/tmp/up").exists());
    env.lamel(["exec", "box", "cat", "/root/tmp/up", &format!("/root{target}")])
        .success()
        .stdout("up\nabsolute\n");
}

#[test]
fn a_symlink_on_the_host_is_no_way_out_of_the_directory_that_is_written() {
    let (env, _) = world();
    let outside = env.home().join("outside");
    fs::create_dir(&outside).expect("a directory");
    fs::create_dir(env.work().join("out")).expect("a directory");
    symlink(&outside, env.work().join("out/sub")).expect("a link");
    env.lamel(["cp", "src", "box:/tmp"]).success();
    env.lamel(["cp", "box:/tmp/src/.", "out"]).fails(
        1,
        "lamel: copying ./sub/: cannot overwrite non-directory with directory\n",
    );
    assert_eq!(fs::read_dir(&outside).expect("the directory").count(), 0);
    // But the destination itself may be one.
    symlink(&outside, env.work().join("there")).expect("a link");
    env.lamel(["cp", "box:/tmp/src", "there"]).success();
    assert_eq!(read(outside.join("src/sub/b")), "b\n");
}

#[test]
fn devices_stay_behind_and_the_kernels_own_files_are_not_walked() {
    let (env, _) = world();
    env.lamel(["cp", "box:/dev/null", "null"])
        .success()
        .stderr("lamel: warning: left out: null: a device\nSuccessfully copied 1.54kB to null\n");
    assert!(!env.work().join("null").exists());
    env.shell("lamel cp box:/ - | tar -tf - | grep -c -e ^./proc/1/ -e ^./sys/kernel")
        .code(1)
        .stdout("0\n");
    env.shell("lamel cp box:/ - | tar -tf - | grep -x -e ./proc/ -e ./etc/hosts -e ./etc/motd | sort")
        .stdout("./etc/hosts\n./etc/motd\n./proc/\n");
}

#[test]
fn a_file_with_a_hole_stays_small() {
    let (env, _) = world();
    env.shell("echo end >sparse && truncate -s 300M sparse && echo end >>sparse")
        .success();
    for (from, to) in [
        ("sparse", "box:/tmp/s"),
        ("box:/tmp/s", "still:/s"),
        ("still:/s", "back"),
    ] {
        env.lamel(["cp", from, to]).success();
    }
    let back = fs::metadata(env.work().join("back")).expect("the file");
    assert_eq!(back.len(), (300 << 20) + 4);
    assert!(back.blocks() < 1024, "{} blocks", back.blocks());
    env.shell("cmp sparse back && tail -c 4 back").success().stdout("end\n");
    env.shell("lamel cp box:/tmp/s - | tar -tvf - | awk '{print $3}'")
        .stdout("314572804\n");
}

#[test]
fn what_the_image_has_is_there_too_and_stays_the_images() {
    let env = Env::new();
    let image = busybox().layer(Layer::new().file("app/one", "one\n").gzip());
    let name = env.pulled("app:1", &image);
    env.lamel(["create", "--name", "still", &name]).success();
    env.lamel(["cp", "still:/app", "."]).success();
    assert_eq!(read(env.work().join("app/one")), "one\n");
    env.lamel(["diff", "still"]).success().stdout("");
    env.shell("echo two >app/one").success();
    env.lamel(["cp", "app/one", "still:/app/one"]).success();
    env.lamel(["diff", "still"]).success().stdout("C /app\nC /app/one\n");
    env.lamel(["run", "--rm", &name, "cat", "/app/one"])
        .success()
        .stdout("one\n");
}
