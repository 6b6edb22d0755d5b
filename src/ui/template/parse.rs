//! Parses the pieces of a template into a tree of nodes (Go's `text/template/parse`, `parse.go`).
//!
//! Unknown functions and variables are errors here, as in Go, and not only when the template is executed.

use crate::ui::template::functions::{Function, FunctionSet};
use crate::ui::template::lexer::{Piece, Token, TokenKind, pieces};
use std::collections::HashMap;

/// The deepest nesting: the parser is recursive, and must not run out of stack.
const MAX_DEPTH: usize = 100;

/// Go's error where an `{{end}}` is missing.
const UNFINISHED: &str = "unexpected EOF";

/// A part of a template.
pub enum Node {
    Text(String),
    Action(Pipeline),
    If(Branch),
    With(Branch),
    Range(Branch),
    Template(String, Option<Pipeline>),
    Break,
    Continue,
}

/// A condition or a loop.
pub struct Branch {
    pub pipeline: Pipeline,
    pub then: Vec<Node>,
    pub otherwise: Vec<Node>,
}

/// Commands separated by `|`: each gets the result of the one before it as its last argument.
pub struct Pipeline {
    pub variables: Vec<String>,
    /// Whether existing variables get a new value (`=`), instead of new variables being declared (`:=`).
    pub assigns: bool,
    pub commands: Vec<Vec<Operand>>,
}

/// A value, and the chain of fields that is looked up in it.
pub struct Operand {
    pub base: Base,
    pub fields: Vec<String>,
}

pub enum Base {
    Dot,
    Nil,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    Variable(String),
    Function(&'static str, Function),
    Pipeline(Pipeline),
}

/// A template and the templates that it defines.
pub struct Tree {
    pub main: Vec<Node>,
    pub defined: HashMap<String, Vec<Node>>,
}

/// Parses a template. `functions`: those that it may call.
pub fn parse(text: &str, functions: FunctionSet) -> Result<Tree, String> {
    let mut parser = Parser {
        pieces: pieces(text)?.into_iter(),
        functions,
        variables: vec!["$".to_owned()],
        defined: HashMap::new(),
        loops: 0,
        depth: 0,
    };
    match parser.nodes()? {
        (main, End::OfText) => Ok(Tree {
            main,
            defined: parser.defined,
        }),
        (_, End::Closed) => Err("unexpected {{end}}".to_owned()),
        (_, End::Else(_)) => Err("unexpected {{else}}".to_owned()),
    }
}

/// What ends a list of nodes.
enum End {
    OfText,
    Closed,
    /// With what comes after the word, for `else if`.
    Else(Tokens),
}

struct Parser {
    pieces: std::vec::IntoIter<Piece>,
    functions: FunctionSet,
    /// The variables in scope.
    variables: Vec<String>,
    defined: HashMap<String, Vec<Node>>,
    /// The number of loops around the current node.
    loops: usize,
    depth: usize,
}

impl Parser {
    /// Parses nodes up to the end of the list that they are in.
    fn nodes(&mut self) -> Result<(Vec<Node>, End), String> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let mut tokens = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Piece::Comment => continue,
                Piece::Action(tokens) => Tokens(tokens.into_iter().peekable()),
            };
            let keyword = tokens.keyword();
            match keyword {
                Some("end") => {
                    tokens.finish("end")?;
                    return Ok((nodes, End::Closed));
                }
                Some("else") => return Ok((nodes, End::Else(tokens))),
                Some("if") => nodes.push(Node::If(self.branch("if", tokens)?)),
                Some("with") => nodes.push(Node::With(self.branch("with", tokens)?)),
                Some("range") => nodes.push(Node::Range(self.branch("range", tokens)?)),
                Some("template") => nodes.push(self.template(tokens)?),
                Some("define") => self.define(tokens)?,
                Some("block") => nodes.push(self.block(tokens)?),
                Some(word @ ("break" | "continue")) => {
                    tokens.finish(word)?;
                    if self.loops == 0 {
                        return Err(format!("{{{{{word}}}}} outside {{{{range}}}}"));
                    }
                    nodes.push(if word == "break" { Node::Break } else { Node::Continue });
                }
                _ => nodes.push(Node::Action(self.pipeline("command", &mut tokens)?)),
            }
        }
        Ok((nodes, End::OfText))
    }

    /// Enters one level of nesting; the caller leaves it by decrementing `depth`.
    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err("too deeply nested".to_owned()),
            false => Ok(()),
        }
    }

    fn branch(&mut self, word: &str, mut tokens: Tokens) -> Result<Branch, String> {
        self.deeper()?;
        let scope = self.variables.len();
        let pipeline = self.pipeline(word, &mut tokens)?;
        let is_loop = usize::from(word == "range");
        self.loops += is_loop;
        let (then, end) = self.nodes()?;
        self.loops -= is_loop;
        let otherwise = match end {
            End::Else(mut rest) => match (rest.keyword(), word) {
                (Some("if"), "if") => vec![Node::If(self.branch("if", rest)?)],
                (Some("with"), "with") => vec![Node::With(self.branch("with", rest)?)],
                (Some(other), _) => return Err(format!("unexpected <{other}> in else")),
                (None, _) => {
                    rest.finish("else")?;
                    match self.nodes()? {
                        (nodes, End::Closed) => nodes,
                        (_, End::Else(_)) => return Err("expected end; found {{else}}".to_owned()),
                        (_, End::OfText) => return Err(UNFINISHED.to_owned()),
                    }
                }
            },
            End::Closed => Vec::new(),
            End::OfText => return Err(UNFINISHED.to_owned()),
        };
        self.variables.truncate(scope);
        self.depth -= 1;
        Ok(Branch {
            pipeline,
            then,
            otherwise,
        })
    }

    fn template(&mut self, mut tokens: Tokens) -> Result<Node, String> {
        let name = tokens.name("template")?;
        let pipeline = match tokens.0.peek() {
            Some(_) => Some(self.pipeline("template", &mut tokens)?),
            None => None,
        };
        Ok(Node::Template(name, pipeline))
    }

    fn define(&mut self, mut tokens: Tokens) -> Result<(), String> {
        let name = tokens.name("define")?;
        tokens.finish("define")?;
        self.definition(name)
    }

    fn block(&mut self, mut tokens: Tokens) -> Result<Node, String> {
        let name = tokens.name("block")?;
        let pipeline = self.pipeline("block", &mut tokens)?;
        self.definition(name.clone())?;
        Ok(Node::Template(name, Some(pipeline)))
    }

    /// Parses the body of a defined template, which does not see the variables and loops around its definition.
    fn definition(&mut self, name: String) -> Result<(), String> {
        let outside = (
            std::mem::replace(&mut self.variables, vec!["$".to_owned()]),
            std::mem::take(&mut self.loops),
        );
        self.deeper()?;
        let (nodes, end) = self.nodes()?;
        self.depth -= 1;
        (self.variables, self.loops) = outside;
        match end {
            End::Closed => {
                self.defined.insert(name, nodes);
                Ok(())
            }
            End::Else(_) => Err("unexpected {{else}} in define clause".to_owned()),
            End::OfText => Err(UNFINISHED.to_owned()),
        }
    }

    /// Parses a pipeline, which must take all remaining tokens. `word`: the keyword before it, for errors.
    fn pipeline(&mut self, word: &str, tokens: &mut Tokens) -> Result<Pipeline, String> {
        let (variables, assigns) = self.declaration(word, tokens)?;
        let commands = self.commands(word, tokens)?;
        if let Some(token) = tokens.0.peek() {
            return Err(format!("unexpected {} in {word}", token.kind.shown()));
        }
        if !assigns {
            self.variables.extend(variables.iter().cloned());
        }
        Ok(Pipeline {
            variables,
            assigns,
            commands,
        })
    }

    /// Parses `$x :=`, `$x =`, or for a loop `$i, $x :=`. Returns the names, and whether they are assigned.
    fn declaration(&mut self, word: &str, tokens: &mut Tokens) -> Result<(Vec<String>, bool), String> {
        let mut ahead = tokens.0.clone();
        let mut names = Vec::new();
        while let Some(TokenKind::Variable(name)) = ahead.next().map(|token| token.kind) {
            names.push(name);
            match ahead.next().map(|token| token.kind) {
                Some(TokenKind::Mark(',')) if word == "range" && names.len() == 1 => {}
                Some(TokenKind::Mark(mark @ (':' | '='))) => {
                    let assigns = mark == '=';
                    if let Some(unknown) = names.iter().find(|name| assigns && !self.variables.contains(name)) {
                        return Err(format!("undefined variable {unknown:?}"));
                    }
                    tokens.0 = ahead;
                    return Ok((names, assigns));
                }
                _ => break,
            }
        }
        Ok((Vec::new(), false))
    }

    fn commands(&mut self, word: &str, tokens: &mut Tokens) -> Result<Vec<Vec<Operand>>, String> {
        let mut commands = Vec::new();
        loop {
            let mut operands = Vec::new();
            while let Some(operand) = self.operand(tokens)? {
                operands.push(operand);
            }
            match operands.first() {
                None if commands.is_empty() => return Err(format!("missing value for {word}")),
                None => return Err(format!("missing value for {word} after |")),
                Some(Operand {
                    base: Base::Bool(_) | Base::Nil | Base::Int(_) | Base::Float(_) | Base::Text(_) | Base::Dot,
                    fields,
                }) if !commands.is_empty() && fields.is_empty() => {
                    return Err(format!(
                        "non executable command in pipeline stage {}",
                        commands.len() + 1
                    ));
                }
                Some(_) => commands.push(operands),
            }
            match tokens.0.peek().map(|token| &token.kind) {
                Some(TokenKind::Mark('|')) => tokens.0.next(),
                _ => return Ok(commands),
            };
        }
    }

    /// Parses the next operand of a command; `None` at the end of the command.
    fn operand(&mut self, tokens: &mut Tokens) -> Result<Option<Operand>, String> {
        let Some(token) = tokens.0.peek() else {
            return Ok(None);
        };
        let base = match &token.kind {
            TokenKind::Mark('.') | TokenKind::Field(_) => Base::Dot,
            TokenKind::Int(int) => Base::Int(*int),
            TokenKind::Float(float) => Base::Float(*float),
            TokenKind::Text(text) => Base::Text(text.clone()),
            TokenKind::Variable(name) if self.variables.contains(name) => Base::Variable(name.clone()),
            TokenKind::Variable(name) => return Err(format!("undefined variable {name:?}")),
            TokenKind::Word(word) => match word.as_str() {
                "true" => Base::Bool(true),
                "false" => Base::Bool(false),
                "nil" => Base::Nil,
                name => match self.functions.find(name) {
                    Some((name, function)) => Base::Function(name, function),
                    None => return Err(format!("function {name:?} not defined")),
                },
            },
            TokenKind::Mark('(') => {
                tokens.0.next();
                self.deeper()?;
                let commands = self.commands("parenthesized pipeline", tokens)?;
                self.depth -= 1;
                if tokens.0.peek().map(|token| &token.kind) != Some(&TokenKind::Mark(')')) {
                    return Err("unclosed left paren".to_owned());
                }
                Base::Pipeline(Pipeline {
                    variables: Vec::new(),
                    assigns: false,
                    commands,
                })
            }
            TokenKind::Mark(_) => return Ok(None),
        };
        let mut fields = Vec::new();
        // `.Name` is one token: the base is the dot and the token its first field.
        if let Some(TokenKind::Field(name)) = tokens.0.next().map(|token| token.kind) {
            fields.push(name);
        }
        while let Some(token) = tokens
            .0
            .next_if(|token| !token.spaced && matches!(token.kind, TokenKind::Field(_)))
        {
            if let TokenKind::Field(name) = token.kind {
                fields.push(name);
            }
        }
        let is_constant = matches!(
            base,
            Base::Int(_) | Base::Float(_) | Base::Text(_) | Base::Bool(_) | Base::Nil
        );
        let dotted = tokens
            .0
            .peek()
            .is_some_and(|token| !token.spaced && token.kind == TokenKind::Mark('.'));
        if dotted || is_constant && !fields.is_empty() {
            return Err("unexpected <.> after term".to_owned());
        }
        Ok(Some(Operand { base, fields }))
    }
}

/// The remaining tokens of an action.
struct Tokens(std::iter::Peekable<std::vec::IntoIter<Token>>);

impl Tokens {
    /// Takes the next token, if it is a keyword.
    fn keyword(&mut self) -> Option<&'static str> {
        const KEYWORDS: [&str; 10] = [
            "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
        ];
        let Some(TokenKind::Word(word)) = self.0.peek().map(|token| &token.kind) else {
            return None;
        };
        let keyword = KEYWORDS.into_iter().find(|keyword| keyword == word)?;
        self.0.next();
        Some(keyword)
    }

    /// Takes the name of a template.
    fn name(&mut self, word: &str) -> Result<String, String> {
        match self.0.next().map(|token| token.kind) {
            Some(TokenKind::Text(name)) => Ok(name),
            Some(other) => Err(format!("unexpected {} in {word} clause", other.shown())),
            None => Err(format!("missing name in {word} clause")),
        }
    }

    /// Checks that no token remains.
    fn finish(&mut self, word: &str) -> Result<(), String> {
        match self.0.next() {
            Some(token) => Err(format!("unexpected {} in {word}", token.kind.shown())),
            None => Ok(()),
        }
    }
}
