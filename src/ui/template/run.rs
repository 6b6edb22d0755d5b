//! Executes a template (Go's `text/template`, `exec.go`).

use crate::ui::template::functions::Function;
use crate::ui::template::parse::{Base, Branch, Node, Operand, Pipeline, Tree};
use crate::ui::template::value::Value;
use serde_json::Value as Json;

/// The deepest chain of templates that call each other; a deeper one does not end.
const MAX_DEPTH: usize = 100;
/// The longest result, bytes. A longer one is a mistake in the template.
const MAX_LENGTH: usize = 64 << 20;

/// Executes the template over `data`. `methods`: the values of `.METHOD "key"` as an object of objects, or `true` where
/// the value is the key itself.
pub fn run<'a>(tree: &'a Tree, data: Value<'a>, methods: &'a Json) -> Result<String, String> {
    let mut run = Run {
        tree,
        methods,
        out: String::new(),
        variables: vec![("$", data.clone())],
        depth: 0,
    };
    run.nodes(&tree.main, &data)?;
    Ok(run.out)
}

/// What follows after a node: the next one, or the end of the loop or of this round of it.
#[derive(PartialEq)]
enum Flow {
    On,
    Break,
    Continue,
}

struct Run<'a> {
    tree: &'a Tree,
    methods: &'a Json,
    out: String,
    /// The innermost last.
    variables: Vec<(&'a str, Value<'a>)>,
    depth: usize,
}

impl<'a> Run<'a> {
    fn nodes(&mut self, nodes: &'a [Node], dot: &Value<'a>) -> Result<Flow, String> {
        for node in nodes {
            let flow = self.node(node, dot)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &'a Node, dot: &Value<'a>) -> Result<Flow, String> {
        match node {
            Node::Text(text) => self.write(text)?,
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                self.set(pipeline, &value);
                if pipeline.variables.is_empty() {
                    self.write(&value.written())?;
                }
            }
            Node::If(branch) => return self.branch(branch, dot, None),
            Node::With(branch) => {
                let value = self.pipeline(&branch.pipeline, dot)?;
                return self.branch(branch, dot, Some(value));
            }
            Node::Range(branch) => return self.range(branch, dot),
            Node::Template(name, pipeline) => self.template(name, pipeline.as_ref(), dot)?,
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn write(&mut self, text: &str) -> Result<(), String> {
        self.out.push_str(text);
        match self.out.len() > MAX_LENGTH {
            true => Err(format!("makes more than {MAX_LENGTH} bytes")),
            false => Ok(()),
        }
    }

    /// Executes `if`; or `with`, whose value is given and becomes the dot.
    fn branch(&mut self, branch: &'a Branch, dot: &Value<'a>, with: Option<Value<'a>>) -> Result<Flow, String> {
        let scope = self.variables.len();
        let value = match &with {
            Some(value) => value.clone(),
            None => self.pipeline(&branch.pipeline, dot)?,
        };
        self.set(&branch.pipeline, &value);
        let flow = match value.is_true() {
            true => self.nodes(&branch.then, with.as_ref().unwrap_or(dot)),
            false => self.nodes(&branch.otherwise, dot),
        };
        self.variables.truncate(scope);
        flow
    }

    fn range(&mut self, branch: &'a Branch, dot: &Value<'a>) -> Result<Flow, String> {
        let scope = self.variables.len();
        let items: Vec<(Value<'a>, Value<'a>)> = match self.pipeline(&branch.pipeline, dot)? {
            Value::List(items) => {
                let items = Value::items(&items).iter().cloned().enumerate();
                items.map(|(at, item)| (Value::Int(at as i128), item)).collect()
            }
            Value::Map(map) => {
                let entries = map.map(Value::entries).unwrap_or_default();
                entries
                    .into_iter()
                    .map(|(key, value)| (Value::Text(key.into()), value))
                    .collect()
            }
            Value::Missing | Value::Nil => Vec::new(),
            other => return Err(format!("range can't iterate over {}", other.shown(false))),
        };
        if items.is_empty() {
            let flow = self.nodes(&branch.otherwise, dot);
            self.variables.truncate(scope);
            return flow;
        }
        for (at, item) in &items {
            let names = &branch.pipeline.variables;
            match (names.as_slice(), branch.pipeline.assigns) {
                ([], _) => {}
                ([only], assigns) => self.bind(only, item, assigns),
                ([key, value, ..], assigns) => {
                    self.bind(key, at, assigns);
                    self.bind(value, item, assigns);
                }
            }
            let flow = self.nodes(&branch.then, item)?;
            self.variables.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn template(&mut self, name: &str, pipeline: Option<&'a Pipeline>, dot: &Value<'a>) -> Result<(), String> {
        let tree = self.tree;
        let nodes = tree
            .defined
            .get(name)
            .ok_or_else(|| format!("template {name:?} not defined"))?;
        let value = match pipeline {
            Some(pipeline) => self.pipeline(pipeline, dot)?,
            None => Value::Missing,
        };
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("template {name:?} calls itself without an end"));
        }
        let outside = std::mem::replace(&mut self.variables, vec![("$", value.clone())]);
        self.nodes(nodes, &value)?;
        self.variables = outside;
        self.depth -= 1;
        Ok(())
    }

    /// Sets the variable that the pipeline declares or assigns.
    fn set(&mut self, pipeline: &'a Pipeline, value: &Value<'a>) {
        if let Some(name) = pipeline.variables.first() {
            self.bind(name, value, pipeline.assigns);
        }
    }

    /// Declares a variable; or sets an existing one, where the pipeline assigns.
    fn bind(&mut self, name: &'a str, value: &Value<'a>, assigns: bool) {
        match assigns {
            false => self.variables.push((name, value.clone())),
            true => {
                let held = self.variables.iter_mut().rev().find(|(held, _)| *held == name);
                held.expect("the parser has seen its declaration").1 = value.clone();
            }
        }
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline, dot: &Value<'a>) -> Result<Value<'a>, String> {
        let mut value = None;
        for command in &pipeline.commands {
            value = Some(self.command(command, dot, value)?);
        }
        Ok(value.expect("the parser makes no empty pipeline"))
    }

    /// Executes a command. `last`: the result of the command before it, which is its last argument.
    fn command(
        &mut self,
        operands: &'a [Operand],
        dot: &Value<'a>,
        last: Option<Value<'a>>,
    ) -> Result<Value<'a>, String> {
        let (first, args) = operands.split_first().expect("the parser makes no empty command");
        if let Base::Function(name, function) = first.base {
            let value = self.call(name, function, args, dot, last)?;
            return fields_of(value, first);
        }
        if let (Base::Dot, [method], [key], None) = (&first.base, first.fields.as_slice(), args, &last) {
            if *self.methods == Json::Bool(true) {
                return Ok(Value::Text(self.operand(key, dot)?.written().into()));
            }
            if let Some(table) = self.methods.get(method.as_str()) {
                let key = self.operand(key, dot)?.written();
                let text = table.get(&key).and_then(Json::as_str).unwrap_or_default();
                return Ok(Value::Text(text.into()));
            }
        }
        if !args.is_empty() || last.is_some() {
            return Err("can't give argument to non-function".to_owned());
        }
        if matches!(first.base, Base::Nil) {
            return Err("nil is not a command".to_owned());
        }
        self.operand(first, dot)
    }

    fn call(
        &mut self,
        name: &str,
        function: Function,
        args: &'a [Operand],
        dot: &Value<'a>,
        last: Option<Value<'a>>,
    ) -> Result<Value<'a>, String> {
        // `and` ends with the first false operand, `or` with the first true one.
        let decides: Option<bool> = match name {
            "and" => Some(false),
            "or" => Some(true),
            _ => None,
        };
        let mut values = Vec::with_capacity(args.len() + 1);
        for arg in args {
            let value = self.operand(arg, dot)?;
            if decides == Some(value.is_true()) {
                return Ok(value);
            }
            values.push(value);
        }
        values.extend(last);
        match decides {
            Some(_) => values
                .pop()
                .ok_or_else(|| format!("wrong number of args for {name}: want at least 1 got 0")),
            None => function(&values),
        }
    }

    fn operand(&mut self, operand: &'a Operand, dot: &Value<'a>) -> Result<Value<'a>, String> {
        let value = match &operand.base {
            Base::Dot => dot.clone(),
            Base::Nil => Value::Nil,
            Base::Bool(bool) => Value::Bool(*bool),
            Base::Int(int) => Value::Int(*int),
            Base::Float(float) => Value::Float(*float),
            Base::Text(text) => Value::Text(text.into()),
            Base::Variable(name) => {
                let held = self.variables.iter().rev().find(|(held, _)| held == name);
                held.expect("the parser has seen its declaration").1.clone()
            }
            Base::Function(name, function) => self.call(name, *function, &[], dot, None)?,
            Base::Pipeline(pipeline) => self.pipeline(pipeline, dot)?,
        };
        fields_of(value, operand)
    }
}

fn fields_of<'a>(mut value: Value<'a>, operand: &Operand) -> Result<Value<'a>, String> {
    for field in &operand.fields {
        value = value.field(field)?;
    }
    Ok(value)
}
