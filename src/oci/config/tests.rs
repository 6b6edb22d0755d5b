//! Configurations that Docker and others wrote are read, changed and written.

use crate::oci::config::*;
use crate::oci::digest::Digest;
use oci_spec::image::HistoryBuilder;

const DOCKERS: &str = concat!(
    r#"{"architecture":"amd64","os":"linux","moby.buildkit.buildinfo.v1":"x","#,
    r#""config":{"User":"","Cmd":null,"Entrypoint":"sh","Labels":{"b":"2","a":"1"},"#,
    r#""Healthcheck":{"Test":["NONE"]},"ExposedPorts":{"80/tcp":{"x":1}}},"#,
    r#""docker_version":"20.10","history":[{"created_by":"ADD","buildkit":1}],"#,
    r#""rootfs":{"type":"layers","diff_ids":["#,
    r#""sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],"base":"x"}}"#,
);

fn written(config: &ImageConfig) -> Value {
    serde_json::from_slice(&config.to_bytes()).unwrap()
}

#[test]
fn what_docker_runs_is_read() {
    let config = ImageConfig::parse(DOCKERS.as_bytes()).unwrap();
    let process = config.process();
    assert_eq!(process.entrypoint().as_deref(), Some(&["sh".to_owned()][..]));
    assert_eq!(*process.cmd(), None);
    assert_eq!(process.exposed_ports().as_deref(), Some(&["80/tcp".to_owned()][..]));
    assert_eq!(config.labels()["b"], "2");
    assert_eq!(config.diff_ids(), [DiffId(Digest::of(b""))]);
    assert_eq!(config.field("docker_version").unwrap(), "20.10");
    assert_eq!(
        config.docker_fields().map(|(name, _)| name).collect::<Vec<_>>(),
        ["Healthcheck"]
    );
    for bare in [
        r#"{"rootfs":{}}"#,
        r#"{"config":null,"history":null,"rootfs":{"type":null,"diff_ids":null}}"#,
    ] {
        let config = ImageConfig::parse(bare.as_bytes()).unwrap();
        assert_eq!(config.spec().rootfs().typ(), "layers");
        assert!(config.diff_ids().is_empty() && config.history().is_empty());
        assert_eq!(config.spec().os().to_string(), "");
    }
}

#[test]
fn an_image_that_names_no_architecture_is_for_any() {
    let is_for = |config: &str, platform: &str| {
        let config = ImageConfig::parse(config.as_bytes()).unwrap();
        config.is_for(&platform.parse().unwrap())
    };
    assert!(is_for(r#"{"rootfs":{}}"#, "linux/arm64/v8"));
    assert!(is_for(DOCKERS, "linux/amd64/v3"));
    assert!(!is_for(DOCKERS, "linux/arm64"));
    assert!(!is_for(r#"{"os":"windows","rootfs":{}}"#, "linux/amd64"));
}

#[test]
fn what_is_no_configuration_is_refused_by_field() {
    let error = |text: &str| ImageConfig::parse(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(error("{}"), "missing field `rootfs`");
    assert_eq!(
        error(r#"{"rootfs":{},"config":{"Env":"A=1"}}"#),
        "Env: invalid type: string \"A=1\", expected a sequence"
    );
    assert!(error(r#"{"rootfs":{"diff_ids":["sha256:12"]}}"#).starts_with("diff_ids: invalid digest"));
    assert_eq!(error(r#"{"rootfs":{},"config":[]}"#), "config: expected an object");
    assert!(error("[]").starts_with("invalid type: sequence"));
}

#[test]
fn what_is_not_changed_is_written_as_it_was_read() {
    let mut config = ImageConfig::parse(DOCKERS.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(config.to_bytes()).unwrap(), DOCKERS);
    config.change_process(|_| {});
    assert_eq!(String::from_utf8(config.to_bytes()).unwrap(), DOCKERS);
}

#[test]
fn changes_leave_unknown_fields_at_every_depth() {
    let mut config = ImageConfig::parse(DOCKERS.as_bytes()).unwrap();
    config.change_process(|process| {
        process.set_cmd(Some(vec!["top".into()]));
        process
            .labels_mut()
            .get_or_insert_default()
            .insert("c".into(), "3".into());
        process.set_exposed_ports(Some(vec!["80/tcp".into(), "53/udp".into()]));
    });
    let layer = DiffId(Digest::of(b"layer"));
    config.add_layer(layer, HistoryBuilder::default().created_by("commit").build().unwrap());
    config.set_author("me".into());
    config.set_docker_field("Shell", json!(["ash"]));
    config.remove_field("docker_version");
    let mut expected: Value = serde_json::from_str(DOCKERS).unwrap();
    expected["config"]["Cmd"] = json!(["top"]);
    expected["config"]["Labels"]["c"] = "3".into();
    expected["config"]["ExposedPorts"]["53/udp"] = json!({});
    expected["config"]["Shell"] = json!(["ash"]);
    expected["author"] = "me".into();
    expected["history"]
        .as_array_mut()
        .unwrap()
        .push(json!({"created_by": "commit"}));
    let layers = expected["rootfs"]["diff_ids"].as_array_mut().unwrap();
    layers.push(layer.to_string().into());
    expected.as_object_mut().unwrap().shift_remove("docker_version");
    assert_eq!(written(&config), expected);
    assert_eq!(ImageConfig::parse(&config.to_bytes()).unwrap().diff_ids().len(), 2);
}

#[test]
fn what_is_taken_away_is_gone() {
    let mut config = ImageConfig::parse(DOCKERS.as_bytes()).unwrap();
    config.change_process(|process| *process = Config::default());
    assert_eq!(
        written(&config)["config"],
        json!({"Cmd": null, "Healthcheck": {"Test": ["NONE"]}})
    );
}

#[test]
fn a_new_configuration_has_its_fields_in_the_same_order_every_time() {
    let make = || {
        let mut config = ImageConfig::new(&"linux/arm64/v8".parse().unwrap());
        config.set_docker_field("Shell", json!(["ash"]));
        config.change_process(|process| {
            let labels = (0..20).map(|n| (format!("{n}"), String::new()));
            process.set_labels(Some(labels.collect()));
            process.set_volumes(Some((0..20).map(|n| format!("/{n}")).collect()));
        });
        config.add_layer(DiffId(Digest::of(b"layer")), History::default());
        config
    };
    assert_eq!(make().to_bytes(), make().to_bytes());
    let read = ImageConfig::parse(&make().to_bytes()).unwrap();
    assert_eq!(read.spec(), ImageConfig::parse(&read.to_bytes()).unwrap().spec());
    assert_eq!(read.labels(), make().labels());
    assert_eq!(read.docker_field("Shell"), Some(&json!(["ash"])));
    assert_eq!(read.spec().variant().as_deref(), Some("v8"));
}
