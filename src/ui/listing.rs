//! Lists of objects, as `--format` asks: a table, a table of chosen columns, a JSON object on each line, or a template
//! for each object.

use crate::text::safe;
use crate::ui::template::Template;
use crate::ui::{print, table};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The name of a field and its heading in tables.
pub type Field = (&'static str, &'static str);

/// How a kind of object is listed.
pub struct Listing<'a> {
    /// All fields of a row, for `--format`.
    pub fields: &'a [Field],
    /// The fields that the plain table shows, in order.
    pub columns: &'a [&'static str],
    /// Whether tables have headings.
    pub headings: bool,
}

/// An object of a list.
pub trait Fields {
    /// The text of a field in tables. Called only for fields that are shown.
    fn text(&self, field: &str) -> Cow<'_, str>;

    /// The value of a field in templates and JSON: its text, unless another type is more useful to programs.
    fn value(&self, field: &str) -> Value {
        Value::String(self.text(field).into_owned())
    }

    /// The values of `.METHOD "key"` in templates: an object of keys and values for each method.
    fn methods(&self) -> Value {
        Value::Null
    }
}

/// An object whose fields are all computed beforehand.
pub type Row = Map<String, Value>;

impl Fields for Row {
    fn text(&self, field: &str) -> Cow<'_, str> {
        match self.get(field) {
            Some(Value::String(text)) => text.into(),
            value => value.map(Value::to_string).unwrap_or_default().into(),
        }
    }

    fn value(&self, field: &str) -> Value {
        self.get(field).cloned().unwrap_or_else(|| "".into())
    }

    fn methods(&self) -> Value {
        let objects = self.iter().filter(|(_, value)| value.is_object());
        Value::Object(objects.map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}

impl Listing<'_> {
    /// Makes a row of one value for each field, in the order of the fields.
    pub fn row(&self, values: impl IntoIterator<Item = String>) -> Row {
        let names = self.fields.iter().map(|(name, _)| (*name).to_owned());
        names.zip(values.into_iter().map(Value::from)).collect()
    }

    /// Prints the rows on stdout. `format`: `None` or `table` for the plain table, `table TEMPLATE` for one of chosen
    /// columns, `json` for an object on each line, or a template for each row.
    pub fn print<R: Fields>(&self, format: Option<&str>, rows: &[R]) -> anyhow::Result<()> {
        let text = self.render(format, rows)?;
        print::text(&safe::on_terminal(&text))
    }

    fn render<R: Fields>(&self, format: Option<&str>, rows: &[R]) -> anyhow::Result<String> {
        let format = format.map(str::trim).unwrap_or("table");
        if format == "json" {
            return Ok(rows
                .iter()
                .map(|row| Value::Object(self.object(row)).to_string() + "\n")
                .collect());
        }
        match format.strip_prefix("table") {
            Some("") => Ok(self.plain_table(rows)),
            Some(template) if template.starts_with([' ', '\t', '\\', '{']) => {
                self.template_table(template.trim_start(), rows)
            }
            _ => {
                let template = Template::parse(format)?;
                let lines = rows
                    .iter()
                    .map(|row| Ok(template.render_with(&self.object(row).into(), &row.methods())? + "\n"));
                lines.collect()
            }
        }
    }

    fn plain_table<R: Fields>(&self, rows: &[R]) -> String {
        let mut cells: Vec<Vec<Cow<'_, str>>> = Vec::with_capacity(rows.len() + 1);
        if self.headings {
            let headings = self.columns.iter().map(|column| self.heading(column).into());
            cells.push(headings.collect());
        }
        for row in rows {
            let cells_of = self.columns.iter().map(|column| safe::cow(row.text(column)));
            cells.push(cells_of.collect());
        }
        table::render(&cells)
    }

    fn template_table<R: Fields>(&self, template: &str, rows: &[R]) -> anyhow::Result<String> {
        let mut cells: Vec<Vec<String>> = Vec::with_capacity(rows.len() + 1);
        let split = |line: String| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
        let headings: Row = self
            .fields
            .iter()
            .map(|(name, heading)| ((*name).to_owned(), (*heading).into()))
            .collect();
        let heading = Template::parse_for_headings(template)?.render_with(&Value::Object(headings), &true.into())?;
        if self.headings {
            cells.push(split(heading));
        }
        let template = Template::parse(template)?;
        for row in rows {
            // A tab or newline in a value would break the table.
            let mut object = self.object(row);
            object.values_mut().for_each(|value| *value = safe_value(value));
            cells.push(split(
                template.render_with(&object.into(), &safe_value(&row.methods()))?,
            ));
        }
        Ok(table::render(&cells))
    }

    /// Converts the row to an object, with its fields in alphabetical order as in Docker.
    fn object<R: Fields>(&self, row: &R) -> Map<String, Value> {
        let mut names: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let value = |name: &str| (name.to_owned(), row.value(name));
        names.into_iter().map(value).collect()
    }

    fn heading(&self, column: &str) -> &'static str {
        let field = self.fields.iter().find(|(name, _)| *name == column);
        field.map_or("", |(_, heading)| heading)
    }
}

fn safe_value(value: &Value) -> Value {
    match value {
        Value::String(text) => safe::text(text).into_owned().into(),
        Value::Object(fields) => {
            let safe = fields.iter().map(|(name, value)| (name.clone(), safe_value(value)));
            Value::Object(safe.collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LISTING: Listing<'static> = Listing {
        fields: &[
            ("ID", "IMAGE ID"),
            ("Repository", "REPOSITORY"),
            ("Tag", "TAG"),
            ("Size", "SIZE"),
        ],
        columns: &["Repository", "Tag", "ID"],
        headings: true,
    };

    fn rows() -> Vec<Row> {
        let row = |id: &str, repository: &str, tag: &str| match json!({"Repository": repository, "Tag": tag, "ID": id, "Size": "113MB"})
        {
            Value::Object(row) => row,
            _ => unreachable!(),
        };
        vec![
            row("7614ae9453d1", "redis", "latest"),
            row("00285df0df87", "<none>", "a\tb"),
        ]
    }

    fn render(format: Option<&str>) -> String {
        LISTING.render(format, &rows()).unwrap()
    }

    #[test]
    fn the_plain_table() {
        let table = "\
REPOSITORY   TAG       IMAGE ID
redis        latest    7614ae9453d1
<none>       a\\tb      00285df0df87
";
        assert_eq!(render(None), table);
        assert_eq!(render(Some("table")), table);
        let without = Listing {
            headings: false,
            ..LISTING
        };
        assert_eq!(
            without.render(None, &rows()[..1]).unwrap(),
            "redis     latest    7614ae9453d1\n"
        );
    }

    #[test]
    fn a_table_of_chosen_columns() {
        let chosen = "\
IMAGE ID       TAG
7614ae9453d1   LATEST
00285df0df87   A\\TB
";
        assert_eq!(render(Some(r"table {{.ID}}\t{{upper .Tag}}")), chosen);
    }

    #[test]
    fn json_is_one_object_a_line_and_exact() {
        let lines = "\
{\"ID\":\"7614ae9453d1\",\"Repository\":\"redis\",\"Size\":\"113MB\",\"Tag\":\"latest\"}
{\"ID\":\"00285df0df87\",\"Repository\":\"<none>\",\"Size\":\"113MB\",\"Tag\":\"a\\tb\"}
";
        assert_eq!(render(Some("json")), lines);
        assert_eq!(render(Some("{{json .}}")), lines);
    }

    #[test]
    fn a_template_makes_a_line_for_each() {
        assert_eq!(
            render(Some("{{.ID}}:{{.Repository}}")),
            "7614ae9453d1:redis\n00285df0df87:<none>\n"
        );
        assert_eq!(render(Some("{{.Repository}}")).lines().count(), 2);
    }

    #[test]
    fn an_unknown_field_lists_the_known_ones_even_without_rows() {
        let message = LISTING
            .render::<Row>(Some("table {{.Foo}}"), &[])
            .unwrap_err()
            .to_string();
        assert_eq!(message, "no field .Foo: known are .ID .Repository .Tag .Size");
        let message = LISTING.render(Some("{{.Foo}}"), &rows()).unwrap_err().to_string();
        assert_eq!(message, "no field .Foo: known are .ID .Repository .Size .Tag");
    }
}
