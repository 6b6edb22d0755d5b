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

#[test]
fn what_scripts_use_of_go() {
    let data = || {
        json!({"Name": "/box", "Size": 5, "Ratio": 0.5, "On": true, "Off": false, "Empty": "", "None": null,
        "List": ["a", "b", "c"], "Mounts": [{"Source": "/a", "RW": true}, {"Source": "/b", "RW": false}],
        "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "90/tcp": null},
        "Networks": {"one": {"IPAddress": "10.0.0.2"}, "two": {"IPAddress": "10.0.1.2"}}})
    };
    for (template, text) in [
        ("{{range .List}}{{.}},{{end}}", "a,b,c,"),
        (
            "{{range $i, $e := .List}}{{if $i}} {{end}}{{$i}}:{{$e}}{{end}}",
            "0:a 1:b 2:c",
        ),
        (
            "{{range .Mounts}}{{if .RW}}{{.Source}}{{else}}ro{{end}} {{end}}",
            "/a ro ",
        ),
        ("{{range .None}}x{{else}}nothing{{end}}", "nothing"),
        ("{{range .List}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}", "a"),
        ("{{range .List}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}", "ac"),
        ("{{range .Networks}}{{.IPAddress}} {{end}}", "10.0.0.2 10.0.1.2 "),
        (
            "{{range $p, $c := .Ports}}{{$p}}={{if $c}}{{(index $c 0).HostPort}}{{else}}-{{end}};{{end}}",
            "80/tcp=8080;90/tcp=-;",
        ),
        ("{{(index (index .Ports \"80/tcp\") 0).HostPort}}", "8080"),
        (
            "{{index .List 1}} {{len .List}} {{len .Ports}} {{len .Name}}",
            "b 3 2 4",
        ),
        ("{{if .Off}}x{{else if .On}}y{{else}}z{{end}}", "y"),
        (
            "{{if and .On (not .Off)}}both{{end}}{{if or .Off .Empty}}none{{end}}",
            "both",
        ),
        (
            "{{with .Empty}}{{.}}{{else}}empty{{end}}{{with $x := .Name}}{{$x}}{{end}}",
            "empty/box",
        ),
        (
            "{{$n := .Name}}{{range .List}}{{$n}}{{.}} {{end}}",
            "/boxa /boxb /boxc ",
        ),
        ("{{$x := 1}}{{range .List}}{{$x = .}}{{end}}{{$x}}", "c"),
        (
            "{{eq .Name \"/box\"}} {{ne .Size 5}} {{lt .Size 6}} {{le .Size 5}} {{gt .Size 6}} {{ge .Size 5}}",
            "true false true true false true",
        ),
        ("{{eq .Name \"a\" \"/box\"}}", "true"),
        (
            "{{printf \"%s|%d|%5d|%-5s|%q|%v|%t|%x\" .Name .Size .Size .Name .Name .List .On .Size}}",
            "/box|5|    5|/box |\"/box\"|[a b c]|true|5",
        ),
        ("{{print .Name .Size}} {{println .Name}}", "/box5 /box\n"),
        (
            "{{join .List \"-\"}} {{upper .Name}} {{title \"some words\"}} {{lower \"ABC\"}}",
            "a-b-c /BOX Some Words abc",
        ),
        ("{{.Name | printf \"%s!\" | upper}}", "/BOX!"),
        (
            "{{json .List}} {{json .On}} {{json .None}} {{.List | json | len}}",
            "[\"a\",\"b\",\"c\"] true null 13",
        ),
        (
            "{{index (split .Name \"/\") 1}} {{slice .Name 1}} {{slice .Name 1 3}}",
            "box box bo",
        ),
        ("a {{- /* quiet */ -}} b", "ab"),
        ("{{.Name}} {{- .Size -}} x", "/box5x"),
        ("{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .Name}}", "</box>"),
        ("{{`raw`}} {{'a'}} {{1.5}} {{true}}", "raw 97 1.5 true"),
        (
            "{{.None}} {{.Ratio}} {{.On}} {{.Mounts}}",
            "<no value> 0.5 true [map[RW:true Source:/a] map[RW:false Source:/b]]",
        ),
        (
            "{{html \"<a>\"}} {{urlquery \"a b\"}} {{js \"'\"}}",
            "&lt;a&gt; a+b \\'",
        ),
        ("{{if not .None}}unset{{end}}", "unset"),
    ] {
        let made = Template::parse(template).and_then(|parsed| parsed.render(&data()));
        match made {
            Ok(made) => assert_eq!(made, text, "{template}"),
            Err(error) => panic!("{template}: {error}"),
        }
    }
}
