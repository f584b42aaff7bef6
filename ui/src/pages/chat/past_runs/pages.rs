//! Pages of runs as one list. Pure.

use hub_contract::past_run::PastRuns;

/// The newest page, read again, before what is known beyond it: meanwhile runs may have come, gone or ended.
pub(super) fn together(newest: &PastRuns, known: Option<&PastRuns>) -> PastRuns {
    let place = |known: &PastRuns| {
        let last = newest.runs.last()?;
        known.runs.iter().position(|run| run.answer == last.answer)
    };
    match known.and_then(|known| Some((known, place(known)?))) {
        Some((known, place)) => {
            let beyond = known.runs.iter().skip(place + 1);
            PastRuns { runs: newest.runs.iter().chain(beyond).cloned().collect(), older: known.older.clone() }
        }
        None => newest.clone(),
    }
}

/// What is shown, with the next page after it.
pub(super) fn followed(shown: &PastRuns, next: PastRuns) -> PastRuns {
    PastRuns { runs: shown.runs.iter().cloned().chain(next.runs).collect(), older: next.older }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use hub_contract::conversation::MessageState;
    use hub_contract::past_run::PastRun;

    use super::*;

    fn page(answers: &[&str], older: Option<&str>) -> PastRuns {
        let run = |answer: &&str| PastRun {
            conversation: "c".into(),
            answer: (*answer).into(),
            state: MessageState::Cancelled { confirmed: true },
            at: 0,
            duration_ms: None,
            text: String::new(),
            inputs: BTreeMap::new(),
        };
        PastRuns { runs: answers.iter().map(run).collect(), older: older.map(Into::into) }
    }

    #[test]
    fn pages_follow_each_other() {
        let first = page(&["e", "d"], Some("d"));
        assert_eq!(together(&first, None), first);
        let both = followed(&first, page(&["c", "b"], Some("b")));
        assert_eq!(both, page(&["e", "d", "c", "b"], Some("b")));
        assert_eq!(together(&first, Some(&both)), both);
    }

    #[test]
    fn a_new_run_pushes_none_out_of_the_list() {
        let known = page(&["e", "d", "c", "b"], None);
        assert_eq!(together(&page(&["f", "e"], Some("e")), Some(&known)), page(&["f", "e", "d", "c", "b"], None));
    }

    #[test]
    fn what_no_longer_fits_together_is_read_anew() {
        let newest = page(&["z", "y"], Some("y"));
        assert_eq!(together(&newest, Some(&page(&["e", "d"], None))), newest);
        assert_eq!(together(&page(&[], None), Some(&page(&["e"], None))), page(&[], None), "all were removed");
    }
}
