use super::*;
use serde_json::json;

fn render(template: &str, data: Json) -> String {
    Template::parse(template).unwrap().render(&data).unwrap()
}

fn error(template: &str, data: Json) -> String {
    let error = Template::parse(template).and_then(|template| template.render(&data));
    error.unwrap_err().to_string()
}

fn image() -> Json {
    json!({"Id": "sha256:1", "RepoTags": ["a:1", "b:2"], "Size": 5_000_000_000u64,
        "Config": {"User": "", "Env": ["PATH=/bin", "X=1"], "Cmd": null, "Labels": {"z": "26", "a": "1"}}})
}

#[test]
fn fields_print_as_go_prints_them() {
    assert_eq!(render("{{.Id}} {{.Size}}", image()), "sha256:1 5000000000");
    assert_eq!(
        render("{{.RepoTags}} {{.Config.Labels}}", image()),
        "[a:1 b:2] map[a:1 z:26]"
    );
    assert_eq!(render("{{index .RepoTags 0}} {{len .RepoTags}}", image()), "a:1 2");
    assert_eq!(
        render("{{range .Config.Env}}{{println .}}{{end}}", image()),
        "PATH=/bin\nX=1\n"
    );
    assert_eq!(
        render("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}", image()),
        "a=1;z=26;"
    );
    assert_eq!(
        render("{{if eq .Config.User \"\"}}root{{end}}{{printf \"%.3s\" .Id}}", image()),
        "rootsha"
    );
}

#[test]
fn json_keeps_the_order_of_fields() {
    assert_eq!(render("{{json .}}", image()), image().to_string());
    assert_eq!(render("{{json .Config.Labels}}", image()), r#"{"z":"26","a":"1"}"#);
    assert_eq!(
        render("{{json .RepoTags}} {{json .Config.Cmd}}", image()),
        r#"["a:1","b:2"] null"#
    );
    assert_eq!(render("{{json .Id}}", json!({"Id": "<a> & \"b\""})), r#""<a> & \"b\"""#);
}

#[test]
fn dockers_own_functions() {
    let data = || json!({"A": "heLLo wOrld", "L": ["x", "y"], "E": ""});
    assert_eq!(
        render("{{join .L \",\"}} {{json (split .A \" \")}}", data()),
        r#"x,y ["heLLo","wOrld"]"#
    );
    assert_eq!(
        render("{{upper .A}} {{lower .A}} {{title .A}}", data()),
        "HELLO WORLD hello world HeLLo WOrld"
    );
    assert_eq!(
        render("[{{pad .A 1 2}}] [{{pad .E 1 2}}] {{truncate .A 4}}", data()),
        "[ heLLo wOrld  ] [] heLL"
    );
    assert_eq!(render("{{.A | lower | printf \"%q\"}}", data()), "\"hello world\"");
}

#[test]
fn what_is_null_is_empty_to_functions_and_loops() {
    let template = "{{range .Config.Cmd}}x{{else}}none{{end}}{{join .Config.Cmd \" \"}}{{len .Config.Cmd}}{{if .Config.Cmd}}y{{end}}";
    assert_eq!(render(template, image()), "none0");
}

#[test]
fn tabs_and_line_ends_can_be_typed_outside_actions() {
    assert_eq!(
        render(r#"{{.Id}}\t{{join .RepoTags "\n"}}\n"#, image()),
        "sha256:1\ta:1\nb:2\n"
    );
}

#[test]
fn an_unknown_field_is_named_with_the_known_ones() {
    assert_eq!(
        error("{{.Foo}}", image()),
        "no field .Foo: known are .Id .RepoTags .Size .Config"
    );
    assert_eq!(
        error("{{.Config.Foo}}", image()),
        "no field .Foo: known are .User .Env .Cmd .Labels"
    );
    assert_eq!(
        error("{{with .Config}}{{.Id}}{{end}}", image()),
        "no field .Id: known are .User .Env .Cmd .Labels"
    );
}

#[test]
fn a_missing_key_of_a_map_is_no_error() {
    assert_eq!(render("{{.Config.Labels.nope}}", image()), "<no value>");
    assert_eq!(render("{{index .Config.Labels \"nope\"}}", image()), "");
    assert_eq!(render("{{index .Config.Labels \"a\"}}", image()), "1");
}

#[test]
fn what_is_no_template_is_one_line() {
    for bad in ["{{.Id", "{{nope .Id}}", "{{end}}", "{{range .RepoTags}}"] {
        let message = error(bad, image());
        assert!(
            message.starts_with("invalid template ") && !message.contains('\n'),
            "{bad}: {message}"
        );
    }
    assert_eq!(
        error("{{join .Id \",\"}}", image()),
        "template \"{{join .Id \\\",\\\"}}\": join wants a list, not sha256:1"
    );
}
