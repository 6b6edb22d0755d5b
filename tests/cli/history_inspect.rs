//! `history` and `inspect`.

use crate::env::Env;
use crate::fixtures::{short, three_layers};
use serde_json::json;

#[test]
fn history_is_newest_first_and_only_the_image_itself_has_an_id() {
    let env = Env::new();
    let image = three_layers();
    let name = env.pulled("app:1", &image);
    env.lamel(["history", &name]).success().stderr("").stdout(&format!(
        "IMAGE          CREATED[..]   CREATED BY   SIZE[..]   COMMENT\n{}   [AGO]layer 2      4B[..]\n<missing>      [AGO]layer 1      4B[..]\n<missing>      [AGO]layer 0      [..]\n",
        short(&image.id()),
    ));
    env.lamel(["history", "-q", &name])
        .success()
        .stdout(&format!("{}\n<missing>\n<missing>\n", short(&image.id())));
    let bare = env
        .lamel(["history", "-H=false", "--format", "{{.CreatedBy}} {{.Size}}", &name])
        .success();
    assert!(
        bare.stdout.starts_with("layer 2 4\nlayer 1 4\nlayer 0 "),
        "{}",
        bare.stdout
    );
}

#[test]
fn an_image_is_inspected_by_name_by_digest_and_by_id() {
    let env = Env::new();
    let image = three_layers();
    let name = env.pulled("app:1", &image);
    let repository = name.trim_end_matches(":1").to_owned();
    let digest = format!("{repository}@{}", image.digest());
    for word in [
        name.clone(),
        digest.clone(),
        image.id(),
        image.id()[7..].to_owned(),
        short(&image.id()),
        image.id()[7..11].to_owned(),
    ] {
        let found = env.lamel(["inspect", &word]).success().json();
        assert_eq!(found[0]["Id"], image.id().as_str(), "by {word}");
    }
    let found = env.lamel(["inspect", &name]).success().json()[0].clone();
    assert_eq!(found["RepoTags"], json!([name]));
    assert_eq!(found["RepoDigests"], json!([digest]));
    assert_eq!(found["Created"], "2024-01-02T03:04:05Z");
    assert_eq!(found["Os"], "linux");
    assert_eq!(found["Config"]["Cmd"], json!(["/bin/sh"]));
    assert_eq!(found["Config"]["Env"], json!(["PATH=/bin"]));
    assert_eq!(found["GraphDriver"]["Name"], "overlay");
    let diff_ids: Vec<String> = image.layers().iter().map(|layer| layer.diff_id()).collect();
    assert_eq!(found["RootFS"], json!({"Type": "layers", "Layers": diff_ids}));
}

#[test]
fn several_objects_come_in_the_order_asked_and_a_missing_one_fails() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", &name, "true"]).success();
    let outcome = env
        .lamel(["inspect", "box", "missing", &name])
        .code(1)
        .stderr("lamel: no such object: missing\n");
    let found = outcome.json();
    assert_eq!(found[0]["Name"], "/box");
    assert_eq!(found[1]["RepoTags"], json!([name]));
}

#[test]
fn a_containers_object_has_dockers_shape() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", &name, "sh", "-c", "exit 3"]).code(3);
    let found = env.lamel(["inspect", "--type", "container", "box"]).success().json()[0].clone();
    assert_eq!(found["Path"], "sh");
    assert_eq!(found["Args"], json!(["-c", "exit 3"]));
    assert_eq!(found["State"]["Status"], "exited");
    assert_eq!(found["State"]["ExitCode"], 3);
    assert_eq!(found["Config"]["Image"], name.as_str());
    env.lamel([
        "inspect",
        "-f",
        "{{.State.ExitCode}} {{.State.Running}} {{.Name}}",
        "box",
    ])
    .success()
    .stdout("3 false /box\n");
}

/// What Docker's command line prints for any container, in its order.
#[test]
fn a_container_has_all_of_dockers_fields() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--name", "box", &name, "true"]).success();
    let found = env.lamel(["container", "inspect", "box"]).success().json()[0].clone();
    let names = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let has = |object: &str, fields: &str| {
        let held = names(&found[object]);
        for field in fields.split_whitespace() {
            assert!(held.iter().any(|name| name == field), "{object}.{field}");
        }
    };
    has(
        "HostConfig",
        "Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove VolumeDriver VolumesFrom ConsoleSize
         CapAdd CapDrop CgroupnsMode Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj PidMode
         Privileged PublishAllPorts ReadonlyRootfs SecurityOpt UTSMode UsernsMode ShmSize Runtime Isolation CpuShares Memory
         NanoCpus CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps
         BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus CpusetMems Devices
         DeviceCgroupRules DeviceRequests MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit Ulimits
         CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth",
    );
    has(
        "NetworkSettings",
        "Bridge SandboxID HairpinMode Ports SandboxKey EndpointID Gateway GlobalIPv6Address IPAddress IPPrefixLen IPv6Gateway
         MacAddress Networks",
    );
    has(
        "State",
        "Status Running Paused Restarting OOMKilled Dead Pid ExitCode Error StartedAt FinishedAt",
    );
    env.lamel([
        "inspect",
        "-f",
        "{{.HostConfig.Memory}} {{.NetworkSettings.IPPrefixLen}}",
        "box",
    ])
    .success()
    .stdout("0 0\n");
    // The same order every time.
    let twice = [(); 2].map(|()| env.lamel(["inspect", "box"]).success().stdout);
    assert_eq!(twice[0], twice[1]);
    assert!(twice[0].starts_with("[\n    {\n        \"Id\": "));
}

#[test]
fn a_container_has_only_what_was_asked_for_in_binds_and_tells_what_is_masked() {
    let env = Env::new();
    let name = env.busybox();
    let create = |container: &str, options: &[&str]| {
        let args = [&["create", "--name", container], options, &[name.as_str()]].concat();
        env.lamel(args).success();
        env.lamel(["inspect", container]).success().json()[0].take()
    };
    let plain = create("plain", &["-v", "data:/data", "-v", "/anonymous"]);
    let host = &plain["HostConfig"];
    assert_eq!(host["Binds"], json!(["data:/data"]));
    assert_eq!(plain["Mounts"].as_array().map(Vec::len), Some(2));
    assert!(
        host["MaskedPaths"]
            .as_array()
            .is_some_and(|paths| paths.contains(&json!("/proc/kcore")))
    );
    assert_eq!(
        host["ReadonlyPaths"],
        json!(["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"])
    );
    assert!(host.get("Init").is_none() && plain["Config"].get("StopSignal").is_none());
    let other = create("other", &["--privileged", "--init", "--stop-signal", "INT"]);
    let host = &other["HostConfig"];
    assert_eq!(
        json!([host["MaskedPaths"], host["ReadonlyPaths"], host["Init"]]),
        json!([null, null, true])
    );
    assert_eq!(other["Config"]["StopSignal"], "INT");
}
