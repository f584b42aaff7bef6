//! Figures of a bench: one JSON line for scripts, one line each for people.

use serde_json::{Map, Value, json};

/// The figures of one bench, in the order they were taken.
#[derive(Debug)]
pub struct Figures {
    bench: &'static str,
    figures: Map<String, Value>,
}

impl Figures {
    /// None yet.
    pub fn new(bench: &'static str) -> Self {
        Self { bench, figures: Map::new() }
    }

    /// Adds a figure; its name ends with its unit. `goal` is the most it should be.
    pub fn add(&mut self, name: &str, value: f64, goal: Option<f64>) {
        let rounded = (value * 1000.0).round() / 1000.0;
        let verdict = goal.map(|goal| format!(" (goal: at most {goal}{})", if value > goal { ", missed" } else { "" }));
        eprintln!("{}: {name} = {rounded}{}", self.bench, verdict.unwrap_or_default());
        let figure = match goal {
            Some(goal) => json!({ "value": rounded, "goal": goal, "reached": value <= goal }),
            None => json!({ "value": rounded }),
        };
        self.figures.insert(name.to_owned(), figure);
    }

    /// Prints them all as one line of JSON.
    pub fn print(&self) {
        println!("{}", json!({ "bench": self.bench, "figures": self.figures }));
    }
}

/// The middle one; 0 for none.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// The value that this share of the values does not exceed; 0 for none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1).min(last)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values = [5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!((median(&values), percentile(&values, 0.99), percentile(&values, 0.0)), (3.0, 5.0, 1.0));
        assert_eq!(median(&[]), 0.0);
    }
}
