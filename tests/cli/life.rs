//! The life of containers: `pause`, `unpause`, `restart`, `rename`, and choosing several for them.

use crate::env::{Env, eventually};

/// A container that sleeps.
fn sleeper(env: &Env, image: &str, name: &str) {
    env.lamel(["run", "-d", "--name", name, image, "sleep", "60"]).success();
}

fn status(env: &Env, name: &str) -> String {
    env.lamel(["inspect", "-f", "{{.State.Status}}", name])
        .text()
        .to_owned()
}

#[test]
fn a_paused_container_stands_still_until_it_is_unpaused() {
    let env = Env::new();
    let name = env.busybox();
    let count = "i=0; while :; do echo $((i=i+1)); sleep 0.01; done";
    env.lamel(["run", "-d", "--name", "box", &name, "sh", "-c", count])
        .success();
    eventually("it counts", || !env.lamel(["logs", "box"]).stdout.is_empty());
    env.lamel(["pause", "box"]).success().stdout("box\n");
    assert_eq!(status(&env, "box"), "paused");
    env.lamel(["ps", "--format", "{{.State}} {{.Status}}"])
        .success()
        .stdout("paused Up [..] (Paused)\n");
    let before = env.lamel(["logs", "--tail", "1", "box"]).stdout;
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(env.lamel(["logs", "--tail", "1", "box"]).stdout, before);
    env.lamel(["pause", "box"])
        .fails(1, "lamel: container box is already paused\n");
    env.lamel(["exec", "box", "true"])
        .fails(125, "lamel: container box is paused: unpause it first\n");
    env.lamel(["unpause", "box"]).success().stdout("box\n");
    assert_eq!(status(&env, "box"), "running");
    eventually("it goes on", || {
        env.lamel(["logs", "--tail", "1", "box"]).stdout != before
    });
    env.lamel(["unpause", "box"])
        .fails(1, "lamel: container box is not paused\n");
}

#[test]
fn a_paused_container_is_stopped_and_removed_like_any_other() {
    let env = Env::new();
    let name = env.busybox();
    let trap = "trap 'exit 4' TERM; echo up; while :; do sleep 0.05; done";
    env.lamel(["run", "-d", "--name", "polite", &name, "sh", "-c", trap])
        .success();
    eventually("it is up", || env.lamel(["logs", "polite"]).stdout == "up\n");
    env.lamel(["pause", "polite"]).success();
    env.lamel(["stop", "polite"]).success();
    env.lamel(["wait", "polite"]).success().stdout("4\n");
    sleeper(&env, &name, "box");
    env.lamel(["pause", "box"]).success();
    env.lamel(["rm", "box"]).fails(1, "lamel: [..]box[..]\n");
    env.lamel(["rm", "-f", "box"]).success().stdout("box\n");
}

#[test]
fn a_container_whose_holder_is_killed_is_not_shown_as_paused() {
    let env = Env::new();
    let name = env.busybox();
    sleeper(&env, &name, "box");
    env.lamel(["pause", "box"]).success();
    let id = env.lamel(["inspect", "-f", "{{.Id}}", "box"]).text().to_owned();
    let file = env.root().join("containers").join(id).join("paused");
    let holder = std::fs::read_to_string(file).expect("it is paused");
    let pid = holder.split(&[':', ','][..]).nth(1).and_then(|pid| pid.parse().ok());
    let pid = rustix::process::Pid::from_raw(pid.expect("a pid")).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("our own process");
    eventually("it runs", || status(&env, "box") == "running");
}

#[test]
fn restart_stops_and_starts_even_what_removes_itself() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--rm", "--name", "box", &name, "sleep", "60"])
        .success();
    let started = || {
        env.lamel(["inspect", "-f", "{{.State.StartedAt}} {{.Id}}", "box"])
            .text()
            .to_owned()
    };
    let before = started();
    env.lamel(["restart", "-t", "0", "box"]).success().stdout("box\n");
    let after = started();
    assert_ne!(before, after);
    assert_eq!(before.split(' ').nth(1), after.split(' ').nth(1));
    assert_eq!(status(&env, "box"), "running");
    env.lamel(["stop", "-t", "0", "box"]).success();
    eventually("it is gone", || env.lamel(["ps", "-aq"]).stdout.is_empty());
    env.lamel(["run", "--name", "ended", &name, "true"]).success();
    env.lamel(["restart", "ended"]).success().stdout("ended\n");
    env.lamel(["restart", "nobody"])
        .fails(1, "lamel: no such container: nobody\n");
}

#[test]
fn rename_frees_the_old_name_and_takes_a_free_one() {
    let env = Env::new();
    let name = env.busybox();
    sleeper(&env, &name, "old");
    env.lamel(["run", "--name", "other", &name, "true"]).success();
    env.lamel(["rename", "old", "new"]).success().stdout("");
    env.lamel(["ps", "--format", "{{.Names}}"]).success().stdout("new\n");
    env.lamel(["rename", "new", "other"]).fails(
        1,
        "lamel: the container name \"other\" is in use by container [ID]: [..]\n",
    );
    env.lamel(["rename", "new", "new"]).fails(1, "lamel: [..]\n");
    env.lamel(["rename", "new", "-x"]).code(2);
    env.lamel(["rename", "new", "a/b"])
        .fails(1, "lamel: invalid container name [..]\n");
    env.lamel(["run", "--name", "old", &name, "true"]).success();
    env.lamel(["rm", "-f", "new"]).success();
    env.lamel(["run", "--name", "new", &name, "true"]).success();
}

#[test]
fn several_are_chosen_by_state_file_and_filter() {
    let env = Env::new();
    let name = env.busybox();
    let id_file = env.work().join("id");
    let id_file = id_file.to_str().expect("a plain path");
    env.lamel(["run", "-d", "--name", "one", "--cidfile", id_file, &name, "sleep", "60"])
        .success();
    env.lamel(["run", "-d", "--name", "two", "-l", "tier=db", &name, "sleep", "60"])
        .success();
    env.lamel(["create", "--name", "idle", &name, "true"]).success();
    let names = |status: &str| {
        let format = ["ps", "--sort", "names", "--format", "{{.Names}}", "-f", status];
        env.lamel(format).success().stdout.replace('\n', " ")
    };
    env.lamel(["pause", "--all"]).success().stdout("[ID64]\n[ID64]\n");
    assert_eq!(names("status=paused"), "one two ");
    env.lamel(["unpause", "--filter", "label=tier"])
        .success()
        .stdout("[ID64]\n");
    assert_eq!(names("status=paused"), "one ");
    env.lamel(["unpause", "-a"]).success();
    env.lamel(["stop", "-t", "0", "--cidfile", id_file])
        .success()
        .stdout("[ID64]\n");
    assert_eq!(names("status=exited"), "one ");
    env.lamel(["kill", "-a"]).success().stdout("[ID64]\n");
    env.lamel(["wait", "two"]).success().stdout("137\n");
    env.lamel(["stop", "--ignore", "nobody", "one"])
        .success()
        .stdout("one\n");
    env.lamel(["stop", "nobody", "one"]).code(1);
    env.lamel(["rm", "--latest"]).success().stdout("[ID64]\n");
    env.lamel(["rm", "-a"]).success().stdout("[ID64]\n[ID64]\n");
    env.lamel(["ps", "-aq"]).success().stdout("");
    env.lamel(["stop"]).code(2);
}

#[test]
fn exists_answers_by_the_exit_code() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--name", "box", &name, "true"]).success();
    env.lamel(["container", "exists", "box"]).success().stdout("");
    env.lamel(["container", "exists", "nobody"]).fails(1, "");
}

#[test]
fn prune_takes_filters() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--name", "kept", "-l", "keep", &name, "true"])
        .success();
    env.lamel(["create", "--name", "gone", &name, "true"]).success();
    let ids = |text: &str| format!("Deleted Containers:\n{text}\nTotal reclaimed space: [..]\n");
    env.lamel(["container", "prune", "-f", "--filter", "until=1h"])
        .success()
        .stdout("Total reclaimed space: 0B\n");
    env.lamel(["container", "prune", "-f", "--filter", "label!=keep"])
        .success()
        .stdout(&ids("[ID64]\n"));
    env.lamel(["ps", "-a", "--format", "{{.Names}}"])
        .success()
        .stdout("kept\n");
    env.lamel(["container", "prune", "-f", "--filter", "name=kept"])
        .fails(1, "lamel: unknown filter \"name\": known are until, label, label!\n");
}

#[test]
fn stop_and_restart_send_the_signal_that_is_asked_for() {
    let env = Env::new();
    let image = env.busybox();
    let trap = "trap 'exit 7' USR1; echo up; while :; do sleep 0.05; done";
    env.lamel(["run", "-d", "--name", "box", &image, "sh", "-c", trap])
        .success();
    eventually("it is up", || env.lamel(["logs", "box"]).stdout == "up\n");
    env.lamel(["stop", "--signal", "SIGBOGUS", "box"])
        .fails(1, "lamel: [..]BOGUS[..]\n");
    env.lamel(["stop", "--signal", "USR1", "-t", "-1", "box"])
        .success()
        .stdout("box\n");
    env.lamel(["wait", "box"]).success().stdout("7\n");
    env.lamel(["start", "box"]).success();
    eventually("it is up again", || env.lamel(["logs", "box"]).stdout == "up\nup\n");
    env.lamel(["restart", "-s", "SIGUSR1", "-t", "-1", "box"])
        .success()
        .stdout("box\n");
    eventually("it is up once more", || {
        env.lamel(["logs", "box"]).stdout == "up\nup\nup\n"
    });
}

#[test]
fn a_name_that_is_not_there_is_told_before_anything_is_waited_for() {
    let env = Env::new();
    let image = env.busybox();
    sleeper(&env, &image, "box");
    env.lamel(["wait", "box", "nope"])
        .fails(1, "lamel: no such container: nope\n");
    env.lamel(["stop", "-t", "0", "box"]).success();
    env.lamel(["wait", "--ignore", "box", "nope"])
        .success()
        .stdout("137\n-1\n");
}

#[test]
fn what_runs_is_kept_though_its_record_is_damaged() {
    let env = Env::new();
    let image = env.busybox();
    sleeper(&env, &image, "box");
    let id = env.lamel(["inspect", "-f", "{{.Id}}", "box"]).text().to_owned();
    let record = env.root().join("containers").join(&id).join("record.json");
    let kept = std::fs::read(&record).expect("its record");
    std::fs::write(&record, "").expect("its record");
    env.lamel(["system", "prune", "-f"]).success();
    std::fs::write(&record, kept).expect("its directory is there");
    assert_eq!(status(&env, "box"), "running");
    env.lamel(["rm", "-f", "box"]).success();
}
