//! The suite `ui`: what the page does, picked out of the suites `unit` and `e2e` where these tests live. Natively the
//! page's own crates whole; in the real window the tests of [`SHOWN`], which says for each word of the suite what shows
//! it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::runner::Runner;
use crate::workspace;

/// Crates whose tests run natively.
const NATIVE: &[&str] = &["hub-ui", "hub-markdown"];
/// The integration test that opens the window, and where its modules lie.
const WINDOW: (&str, &str) = ("e2e", "tests/desktop/tests/e2e/");

/// The targets that hold the suite's tests.
pub(crate) const TARGETS: &[&str] = &["--lib", "--test", WINDOW.0];

const BUNDLES: &str = "tests/desktop/tests/e2e/bundles.rs";
const CHAT: &str = "tests/desktop/tests/e2e/chat.rs";
const COMPOSER: &str = "tests/desktop/tests/e2e/composer.rs";
const FORMULAS: &str = "tests/desktop/tests/e2e/formulas.rs";
const GESTURES: &str = "tests/desktop/tests/e2e/gestures.rs";
const HISTORY: &str = "tests/desktop/tests/e2e/history.rs";
const KEYBOARD: &str = "tests/desktop/tests/e2e/keyboard.rs";
const LONG: &str = "tests/desktop/tests/e2e/long.rs";
const TREE: &str = "tests/desktop/tests/e2e/tree.rs";

/// The words that the suite stands for, and the tests that show them: the file and the name of each.
pub(crate) const SHOWN: &[(&str, &[(&str, &str)])] = &[
    (
        "reducers",
        &[
            ("ui/src/state/chat_tests.rs", "frames_that_come_twice_are_taken_once"),
            ("ui/src/state/chat_tests.rs", "a_page_that_re_attaches_gets_the_whole_answer_once"),
            ("ui/src/state/chat_tests.rs", "a_question_in_other_words_takes_the_place_of_the_earlier_one"),
            ("ui/src/state/connections.rs", "a_failure_is_shown_and_a_later_success_replaces_it"),
            ("ui/src/ipc/follow.rs", "a_large_frame_that_comes_late_is_put_in_its_place"),
            ("ui/src/pages/chat/compare/state.rs", "runs_are_counted_from_the_question_to_each_end"),
        ],
    ),
    (
        "Markdown",
        &[
            ("crates/hub-markdown/src/formulas_tests.rs", "all_four_ways_to_write_one"),
            ("crates/hub-markdown/src/parse.rs", "html_is_only_text"),
            ("ui/src/markdown/examples_tests.rs", "every_example_of_commonmark_and_of_the_extensions"),
            ("ui/src/markdown/stream_tests.rs", "any_text_in_any_pieces_has_the_tree_of_the_whole"),
            (FORMULAS, "formulas_of_an_answer_are_drawn_and_copied_as_latex"),
        ],
    ),
    (
        "forms",
        &[
            ("ui/src/pages/platforms/connect/form.rs", "a_failed_save_keeps_everything_typed"),
            ("ui/src/pages/agents/add/form.rs", "nothing_typed_is_lost_by_a_refusal_or_another_connection"),
            ("ui/src/pages/chat/inputs/values.rs", "required_fields_are_missed_and_a_tick_never_is"),
            ("ui/src/pages/members/member_form.rs", "a_day_needs_a_plan_and_has_to_be_one"),
        ],
    ),
    (
        "IME orders",
        &[
            ("ui/src/pages/chat/keys.rs", "chromium_order_keydown_then_end"),
            ("ui/src/pages/chat/keys.rs", "webkit_order_end_then_keydown"),
            (GESTURES, "an_enter_of_the_input_method_never_sends_in_either_order"),
        ],
    ),
    (
        "scroll ownership",
        &[
            ("ui/src/pages/chat/scroll.rs", "growing_text_is_followed_until_the_person_scrolls_up"),
            (GESTURES, "growing_text_leaves_the_wheel_and_the_selection_to_the_person"),
            (LONG, "ten_thousand_messages_are_scrolled_with_few_in_the_page"),
        ],
    ),
    (
        "selection",
        &[
            (GESTURES, "growing_text_leaves_the_wheel_and_the_selection_to_the_person"),
            (FORMULAS, "formulas_of_an_answer_are_drawn_and_copied_as_latex"),
        ],
    ),
    (
        "paste",
        &[
            (COMPOSER, "earlier_questions_come_back_by_keys_and_long_pastes_as_files"),
            (GESTURES, "pictures_that_are_dragged_in_or_pasted_go_along_with_the_question"),
        ],
    ),
    (
        "drag",
        &[
            (GESTURES, "pictures_that_are_dragged_in_or_pasted_go_along_with_the_question"),
            (BUNDLES, "a_bundle_is_dropped_on_the_window_or_opened_from_outside"),
        ],
    ),
    (
        "tree",
        &[
            (TREE, "a_question_in_other_words_stands_beside_the_earlier_one"),
            (TREE, "another_answer_is_a_version_and_a_branch_a_conversation"),
        ],
    ),
    (
        "search",
        &[
            (HISTORY, "words_are_found_in_all_conversations_one_chinese_character_too"),
            (COMPOSER, "what_was_said_is_found_by_filters_and_by_its_day"),
        ],
    ),
    ("export", &[(TREE, "conversations_are_written_into_files_and_put_away")]),
    (
        "keyboard",
        &[
            (CHAT, "enter_sends_and_shift_enter_does_not"),
            (KEYBOARD, "connecting_asking_stopping_and_switching_need_no_mouse"),
            (KEYBOARD, "the_focus_returns_to_what_opened_a_dialog"),
            (KEYBOARD, "the_start_the_end_and_errors_are_told_and_no_token"),
        ],
    ),
];

/// The calls of the runner that run the suite, as its arguments.
pub(crate) fn calls(runner: Runner) -> Result<Vec<Vec<String>>> {
    complete()?;
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    Ok(match runner {
        Runner::Nextest => vec![[words(TARGETS), vec!["-E".to_owned(), filter()]].concat()],
        // It knows no packages among the tests of one call, so every crate's own tests run.
        Runner::CargoTest => {
            let named: Vec<_> = in_window().into_iter().collect();
            vec![words(&["--lib"]), [words(&["--test", WINDOW.0, "--", "--exact"]), named].concat()]
        }
    })
}

/// Fails when a test of the table is not there: it would silently not be run.
fn complete() -> Result<()> {
    for (word, tests) in SHOWN {
        for (file, name) in *tests {
            let text = fs::read_to_string(workspace::root().join(file)).with_context(|| format!("{word}: {file}"))?;
            ensure!(has_test(&text, name), "{word}: no test in {file} is called {name}");
        }
    }
    Ok(())
}

/// Whether a test that is run has that name.
fn has_test(text: &str, name: &str) -> bool {
    let Some((before, _)) = text.split_once(&format!("fn {name}(")) else { return false };
    // The first piece is what stands before the name on its own line.
    let lines = before.rsplit('\n').skip(1).map(str::trim);
    let attributes: Vec<_> = lines.take_while(|line| line.starts_with("#[")).collect();
    attributes.iter().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
        && !attributes.iter().any(|line| line.starts_with("#[ignore"))
}

/// The tests in the window, as the runners name them.
fn in_window() -> BTreeSet<String> {
    let (_, folder) = WINDOW;
    let tests = SHOWN.iter().flat_map(|(_, tests)| *tests);
    tests
        .filter_map(|(file, name)| {
            let module = Path::new(file.strip_prefix(folder)?).with_extension("");
            Some(format!("{}::{name}", module.display()))
        })
        .collect()
}

fn filter() -> String {
    let native: Vec<_> = NATIVE.iter().map(|package| format!("package({package})")).collect();
    let window: Vec<_> = in_window().iter().map(|test| format!("test(={test})")).collect();
    format!("{} | (binary({}) & ({}))", native.join(" | "), WINDOW.0, window.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_suite_is_shown_by_tests_that_are_there() {
        complete().unwrap();
        let words: Vec<_> = SHOWN.iter().map(|(word, _)| *word).collect();
        assert_eq!(
            words.join(", "),
            "reducers, Markdown, forms, IME orders, scroll ownership, selection, paste, drag, tree, search, export, \
             keyboard"
        );
        // The first three natively, the others in the window.
        for (word, tests) in SHOWN {
            let natively = ["reducers", "Markdown", "forms"].contains(word);
            let shown = tests.iter().any(|(file, _)| file.starts_with(WINDOW.1) != natively);
            assert!(shown, "{word} is not shown where it should be");
        }
    }

    #[test]
    fn native_tests_lie_in_the_crates_that_are_run() {
        for (file, name) in SHOWN.iter().flat_map(|(_, tests)| *tests) {
            let runs = ["ui/src/", "crates/hub-markdown/src/", WINDOW.1].iter().any(|folder| file.starts_with(folder));
            assert!(runs, "{name} in {file} would not be run");
        }
    }

    #[test]
    fn a_test_that_is_gone_or_not_run_is_missed() {
        let text = "#[test]\nfn runs() {}\n#[tokio::test]\n#[ignore = \"x\"]\nasync fn sleeps() {}\nfn helps() {}\n";
        assert!(has_test(text, "runs"));
        for missed in ["sleeps", "helps", "run", "is_gone"] {
            assert!(!has_test(text, missed), "{missed}");
        }
    }

    #[test]
    fn the_filter_names_packages_and_tests_of_the_window() {
        let filter = filter();
        assert!(filter.starts_with("package(hub-ui) | package(hub-markdown) | (binary(e2e) & (test(=bundles::"));
        assert!(filter.contains(" | test(=tree::conversations_are_written_into_files_and_put_away)))"));
        assert!(!filter.contains("chat_tests"));
    }
}
