//! Compiles seccomp rules to classic BPF.
//!
//! System call numbers are found by binary search, not one after the other: when the filter is installed the kernel
//! runs it once for each number (to cache which calls are always allowed), so a list of 400 comparisons would add a
//! millisecond to each start of a container, and would slow down each call that has conditions.

use crate::sys::process::seccomp::Instruction;
use std::collections::BTreeMap;

/// What the filter returns for a call: a `SECCOMP_RET_…` value (seccomp(2)).
pub type Action = u32;

/// A comparison of one argument of a call with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// The argument's index, 0 to 5.
    pub argument: u8,
    pub operator: Operator,
    pub value: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// The argument's bits under this mask are equal to the value.
    MaskedEqual(u64),
}

/// An action that applies if all conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub conditions: Vec<Condition>,
    pub action: Action,
}

/// The rules for one mode of the processor (64 bits, 32 bits).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arch {
    /// `AUDIT_ARCH_…`.
    pub audit: u32,
    /// By system call number. The first rule that applies decides; without one, the default does.
    pub rules: BTreeMap<u32, Vec<Rule>>,
}

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
const AND: u16 = (libc::BPF_ALU | libc::BPF_AND | libc::BPF_K) as u16;
const JUMP: u16 = (libc::BPF_JMP | libc::BPF_JA) as u16;
const IF_EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const IF_GREATER: u16 = (libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K) as u16;
const IF_GREATER_OR_EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;

// Offsets in struct seccomp_data.
const NUMBER: u32 = 0;
const ARCH: u32 = 4;
const ARGUMENTS: u32 = 16;

/// Compiles the filter. `default` applies to calls without a rule, `foreign` to modes that are not in `arches`.
pub fn compile(arches: &[Arch], default: Action, foreign: Action) -> Vec<Instruction> {
    let mut program = vec![statement(LOAD, ARCH)];
    for arch in arches {
        let mut body = vec![statement(LOAD, NUMBER)];
        body.extend(search(&intervals(&arch.rules), default));
        program.extend(unless(IF_EQUAL, arch.audit, body.len()));
        program.extend(body);
    }
    program.push(statement(RETURN, foreign));
    program
}

fn statement(code: u16, k: u32) -> Instruction {
    Instruction { code, jt: 0, jf: 0, k }
}

/// Skips `length` instructions unless the test holds.
fn unless(test: u16, k: u32, length: usize) -> Vec<Instruction> {
    match u8::try_from(length) {
        Ok(length) => vec![Instruction {
            code: test,
            jt: 0,
            jf: length,
            k,
        }],
        // A conditional jump can skip at most 255 instructions, an unconditional one any number.
        Err(_) => vec![
            Instruction {
                code: test,
                jt: 1,
                jf: 0,
                k,
            },
            statement(JUMP, length as u32),
        ],
    }
}

/// Consecutive numbers that share their rules: from `start` to the next interval's start.
struct Interval<'a> {
    start: u32,
    rules: &'a [Rule],
}

/// Divides all numbers into intervals. Consecutive numbers with the same rules, or without any, are one interval.
fn intervals(rules: &BTreeMap<u32, Vec<Rule>>) -> Vec<Interval<'_>> {
    let mut intervals: Vec<Interval> = vec![Interval { start: 0, rules: &[] }];
    let mut add = |start, rules| {
        let last = intervals.last_mut().expect("starts with one");
        match last.start == start {
            true => last.rules = rules,
            false if last.rules != rules => intervals.push(Interval { start, rules }),
            false => {}
        }
    };
    let mut next = 0;
    for (number, rules) in rules {
        if *number > next {
            add(next, &[]);
        }
        add(*number, rules);
        next = number + 1;
    }
    add(next, &[]);
    intervals
}

/// Code that finds the number's interval by binary search. Every path ends with a return.
fn search(intervals: &[Interval], default: Action) -> Vec<Instruction> {
    if let [interval] = intervals {
        return chain(interval.rules, default);
    }
    let (low, high) = intervals.split_at(intervals.len() / 2);
    let high_code = search(high, default);
    let mut program = unless(IF_GREATER_OR_EQUAL, high[0].start, high_code.len());
    program.extend(high_code);
    program.extend(search(low, default));
    program
}

/// Code that tests the rules one after the other.
fn chain(rules: &[Rule], default: Action) -> Vec<Instruction> {
    let mut program = Vec::new();
    for rule in rules {
        program.extend(one(rule));
        if rule.conditions.is_empty() {
            return program;
        }
    }
    program.push(statement(RETURN, default));
    program
}

/// The target of a jump.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// The next instruction.
    Next,
    /// The end of this condition, which holds.
    Holds,
    /// The end of this rule, which does not apply.
    Fails,
}

/// Code that tests one rule; what follows it is reached if the rule does not apply. It has at most 6 conditions of 6
/// instructions, so conditional jumps reach its end.
fn one(rule: &Rule) -> Vec<Instruction> {
    let codes: Vec<_> = rule.conditions.iter().map(condition).collect();
    let length = codes.iter().map(Vec::len).sum::<usize>() + 1;
    let mut program = Vec::with_capacity(length);
    for code in codes {
        let end = program.len() + code.len();
        for (instruction, jumps) in code {
            let here = program.len() + 1;
            let distance = |to| match to {
                Target::Next => 0,
                Target::Holds => (end - here) as u8,
                Target::Fails => (length - here) as u8,
            };
            let (jt, jf) = jumps.map_or((0, 0), |(jt, jf)| (distance(jt), distance(jf)));
            program.push(Instruction { jt, jf, ..instruction });
        }
    }
    program.push(statement(RETURN, rule.action));
    program
}

/// Code that compares 64 bits in two halves: BPF's registers have 32.
fn condition(condition: &Condition) -> Vec<(Instruction, Option<(Target, Target)>)> {
    use Target::{Fails, Holds, Next};
    let offset = ARGUMENTS + 8 * u32::from(condition.argument);
    let (low_offset, high_offset) = if cfg!(target_endian = "little") {
        (offset, offset + 4)
    } else {
        (offset + 4, offset)
    };
    let half = |value: u64| ((value >> 32) as u32, value as u32);
    let (high, low) = half(condition.value);
    let load = |offset| (statement(LOAD, offset), None);
    let test = |code, k, yes, no| (statement(code, k), Some((yes, no)));
    // The high halves decide unless they are equal.
    let ordered = |greater, less, low_code, yes, no| {
        vec![
            load(high_offset),
            test(IF_GREATER, high, greater, Next),
            test(IF_EQUAL, high, Next, less),
            load(low_offset),
            test(low_code, low, yes, no),
        ]
    };
    match condition.operator {
        Operator::Equal => vec![
            load(high_offset),
            test(IF_EQUAL, high, Next, Fails),
            load(low_offset),
            test(IF_EQUAL, low, Holds, Fails),
        ],
        Operator::NotEqual => vec![
            load(high_offset),
            test(IF_EQUAL, high, Next, Holds),
            load(low_offset),
            test(IF_EQUAL, low, Fails, Holds),
        ],
        Operator::MaskedEqual(mask) => {
            let (mask_high, mask_low) = half(mask);
            vec![
                load(high_offset),
                (statement(AND, mask_high), None),
                test(IF_EQUAL, high, Next, Fails),
                load(low_offset),
                (statement(AND, mask_low), None),
                test(IF_EQUAL, low, Holds, Fails),
            ]
        }
        Operator::Greater => ordered(Holds, Fails, IF_GREATER, Holds, Fails),
        Operator::GreaterOrEqual => ordered(Holds, Fails, IF_GREATER_OR_EQUAL, Holds, Fails),
        Operator::Less => ordered(Fails, Holds, IF_GREATER_OR_EQUAL, Fails, Holds),
        Operator::LessOrEqual => ordered(Fails, Holds, IF_GREATER, Fails, Holds),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Runs `program` on a call, as the kernel would.
    pub fn run(program: &[Instruction], arch: u32, number: u32, arguments: [u64; 6]) -> u32 {
        let mut data = Vec::new();
        data.extend(number.to_ne_bytes());
        data.extend(arch.to_ne_bytes());
        data.extend(0u64.to_ne_bytes());
        arguments
            .iter()
            .for_each(|argument| data.extend(argument.to_ne_bytes()));
        let (mut at, mut accumulator) = (0, 0u32);
        loop {
            let Instruction { code, jt, jf, k } = program[at];
            at += 1;
            let mut branch = |holds| at += usize::from(if holds { jt } else { jf });
            match code {
                LOAD => accumulator = u32::from_ne_bytes(data[k as usize..][..4].try_into().unwrap()),
                AND => accumulator &= k,
                JUMP => at += k as usize,
                IF_EQUAL => branch(accumulator == k),
                IF_GREATER => branch(accumulator > k),
                IF_GREATER_OR_EQUAL => branch(accumulator >= k),
                RETURN => return k,
                _ => panic!("unknown instruction {code:#x}"),
            }
        }
    }

    const DEFAULT: u32 = 1;
    const FOREIGN: u32 = 2;

    fn rule(conditions: &[(u8, Operator, u64)], action: u32) -> Rule {
        let conditions = conditions.iter().map(|&(argument, operator, value)| Condition {
            argument,
            operator,
            value,
        });
        Rule {
            conditions: conditions.collect(),
            action,
        }
    }

    fn program(rules: Vec<(u32, Vec<Rule>)>) -> Vec<Instruction> {
        compile(
            &[Arch {
                audit: 7,
                rules: rules.into_iter().collect(),
            }],
            DEFAULT,
            FOREIGN,
        )
    }

    #[test]
    fn every_number_finds_its_rule() {
        // Gaps, runs and alternation, enough for jumps of more than 255 instructions.
        let action = |number: u32| match number % 11 {
            0..=2 => Some(100),
            4 => Some(101),
            7 => Some(200 + number),
            _ => None,
        };
        let rules = (0..600).filter_map(|number| Some((number, vec![rule(&[], action(number)?)])));
        let program = program(rules.collect());
        for number in 0..700 {
            let wanted = if number < 600 {
                action(number).unwrap_or(DEFAULT)
            } else {
                DEFAULT
            };
            assert_eq!(run(&program, 7, number, [0; 6]), wanted, "{number}");
        }
        assert_eq!(run(&program, 7, u32::MAX, [0; 6]), DEFAULT);
        assert_eq!(run(&program, 8, 0, [0; 6]), FOREIGN);
    }

    #[test]
    fn each_operator_compares_64_bits() {
        let edges = [
            0,
            1,
            5,
            u32::MAX as u64,
            1 << 32,
            (1 << 32) + 5,
            (5 << 32) + 1,
            (5 << 32) + 5,
            u64::MAX,
        ];
        for value in edges {
            for given in edges {
                let mask = 0xff_0000_00ff;
                let cases = [
                    (Operator::Equal, given == value),
                    (Operator::NotEqual, given != value),
                    (Operator::Less, given < value),
                    (Operator::LessOrEqual, given <= value),
                    (Operator::Greater, given > value),
                    (Operator::GreaterOrEqual, given >= value),
                    (Operator::MaskedEqual(mask), given & mask == value),
                ];
                for (operator, holds) in cases {
                    let program = program(vec![(3, vec![rule(&[(2, operator, value)], 50)])]);
                    let wanted = if holds { 50 } else { DEFAULT };
                    assert_eq!(
                        run(&program, 7, 3, [9, 9, given, 9, 9, 9]),
                        wanted,
                        "{given} {operator:?} {value}"
                    );
                }
            }
        }
    }

    #[test]
    fn all_conditions_must_hold_and_the_first_rule_decides() {
        let rules = vec![
            rule(&[(0, Operator::Equal, 1), (1, Operator::Less, 10)], 50),
            rule(&[(0, Operator::Equal, 1)], 51),
            rule(&[], 52),
            rule(&[(0, Operator::Equal, 2)], 53),
        ];
        let program = program(vec![(3, rules)]);
        let result = |first, second| run(&program, 7, 3, [first, second, 0, 0, 0, 0]);
        assert_eq!((result(1, 9), result(1, 10), result(2, 0)), (50, 51, 52));
    }

    #[test]
    fn modes_are_kept_apart() {
        let arch = |audit, action| Arch {
            audit,
            rules: [(1, vec![rule(&[], action)])].into(),
        };
        let program = compile(&[arch(7, 50), arch(8, 60)], DEFAULT, FOREIGN);
        assert_eq!(run(&program, 7, 1, [0; 6]), 50);
        assert_eq!(run(&program, 8, 1, [0; 6]), 60);
        assert_eq!(run(&program, 8, 2, [0; 6]), DEFAULT);
        assert_eq!(run(&program, 9, 1, [0; 6]), FOREIGN);
    }
}
