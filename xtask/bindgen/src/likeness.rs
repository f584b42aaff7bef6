//! Which function resembles which.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Functions are compared by the runs of so many bytes that occur in them: about two instructions.
const RUN: usize = 5;
/// A run that occurs in more functions than this says nothing about any of them.
const COMMON: usize = 400;

/// An order of the bodies in which each is followed by the one most like it among those left. The largest is the first,
/// and follows where nothing left has anything in common with the last.
pub(crate) fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let mut runs = Runs::of(bodies);
    let mut by_size: Vec<usize> = (0..bodies.len()).collect();
    by_size.sort_by_key(|body| Reverse(bodies.get(*body).map(|bytes| bytes.len())));
    let mut order = Vec::with_capacity(bodies.len());
    for largest in by_size {
        let mut next = Some(largest).filter(|body| !runs.is_taken(*body));
        while let Some(body) = next {
            order.push(body);
            runs.take(body);
            next = runs.most_like(body);
        }
    }
    order
}

/// Which runs of bytes occur where.
struct Runs {
    /// For every body, the numbers of its runs.
    in_body: Vec<Vec<usize>>,
    /// For every run, the bodies left that have it.
    bodies_with: Vec<Vec<usize>>,
    is_taken: Vec<bool>,
    /// For every body, how many runs it shares with the one looked at; all 0 between two looks.
    shared: Vec<usize>,
}

impl Runs {
    fn of(bodies: &[&[u8]]) -> Self {
        let mut bodies_with: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for (body, bytes) in bodies.iter().enumerate() {
            for run in bytes.windows(RUN) {
                let with = bodies_with.entry(run).or_default();
                if with.last() != Some(&body) {
                    with.push(body);
                }
            }
        }
        let bodies_with: Vec<_> = bodies_with.into_values().filter(|with| (2..=COMMON).contains(&with.len())).collect();
        let mut in_body = vec![Vec::new(); bodies.len()];
        for (run, with) in bodies_with.iter().enumerate() {
            for body in with {
                if let Some(runs) = in_body.get_mut(*body) {
                    runs.push(run);
                }
            }
        }
        Self { in_body, bodies_with, is_taken: vec![false; bodies.len()], shared: vec![0; bodies.len()] }
    }

    fn is_taken(&self, body: usize) -> bool {
        self.is_taken.get(body).copied().unwrap_or(true)
    }

    fn take(&mut self, body: usize) {
        if let Some(taken) = self.is_taken.get_mut(body) {
            *taken = true;
        }
    }

    /// The body left that shares the greatest part of the runs that either has.
    fn most_like(&mut self, body: usize) -> Option<usize> {
        let own = self.in_body.get(body)?;
        let mut candidates = Vec::new();
        for run in own {
            let Some(with) = self.bodies_with.get_mut(*run) else { continue };
            with.retain(|other| !self.is_taken.get(*other).copied().unwrap_or(true));
            for other in with {
                let Some(shared) = self.shared.get_mut(*other) else { continue };
                if *shared == 0 {
                    candidates.push(*other);
                }
                *shared += 1;
            }
        }
        let mut best = None;
        for other in candidates {
            let shared = self.shared.get_mut(other).map_or(0, std::mem::take);
            let all = own.len() + self.in_body.get(other).map_or(0, Vec::len) - shared;
            let likeness = shared as f64 / all as f64;
            if best.is_none_or(|(most, _)| likeness > most) {
                best = Some((likeness, other));
            }
        }
        best.map(|(_, other)| other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_follows_like_and_nothing_is_lost() {
        let bodies: [&[u8]; 5] =
            [b"one two three four", b"seven eight nine ten!", b"one two three five", b"seven eight nine", b"x"];
        assert_eq!(chain(&bodies), [1, 3, 0, 2, 4]);
    }

    #[test]
    fn no_function_is_no_order() {
        assert!(chain(&[]).is_empty());
    }
}
