//! `export`: what a container sees, as a tar.

use crate::env::Env;
use crate::fixtures::three_layers;

#[test]
fn all_layers_and_the_containers_own_changes_are_one_tree() {
    let env = Env::new();
    let name = env.pulled("app:1", &three_layers());
    env.lamel([
        "run",
        "--name",
        "changed",
        &name,
        "sh",
        "-c",
        "echo new > /app/new; rm /app/one; ln /app/two /app/link; ln -s two /app/sym; chmod 700 /app",
    ])
    .success();
    env.lamel(["export", "-o", "all.tar", "changed"]).success().stdout("");
    env.shell("tar -tf all.tar | grep ^app")
        .success()
        .stdout("app/\napp/link\napp/new\napp/sym\napp/two\n");
    env.shell("tar -xOf all.tar app/new app/link && tar -tf all.tar | grep -c -e motd -e /one")
        .code(1)
        .stdout("two\nnew\n0\n");
    env.shell("tar -tvf all.tar app/ | grep -c ^drwx------").stdout("1\n");
    env.shell("tar -tvf all.tar app/two | grep -c 'link to app/link'")
        .stdout("1\n");
    // The way back.
    env.shell("lamel export changed | lamel import --change 'ENV PATH=/bin' - again:1 > /dev/null")
        .success();
    env.lamel(["run", "--rm", "again:1", "sh", "-c", "cat /app/two; ls /app"])
        .success()
        .stdout("two\nlink\nnew\nsym\ntwo\n");
    env.lamel(["export", "missing"])
        .fails(1, "lamel: no such container: missing\n");
}

#[test]
fn a_running_container_is_exported_as_it_is() {
    let env = Env::new();
    let name = env.pulled("app:1", &three_layers());
    env.lamel([
        "run",
        "-d",
        "--name",
        "running",
        &name,
        "sh",
        "-c",
        "echo here > /now; sleep 60",
    ])
    .success();
    crate::env::eventually("the file", || {
        env.lamel(["exec", "running", "cat", "/now"]).stdout == "here\n"
    });
    env.shell("lamel export running | tar -xO now")
        .success()
        .stdout("here\n");
}
