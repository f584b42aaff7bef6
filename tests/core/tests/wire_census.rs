//! No standard case is forgotten: for every wire dialect each has a test, or a reason why there is none. A test that is
//! renamed or removed is missed here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends there")]

use Case::{
    Citations, Cut, ErrorBefore, ErrorInside, Files, Filtered, FollowUps, KeepAliveOnly, Reasoning, Steps, Text,
    UnknownEvents, Usage,
};
use Shown::{By, Not};
use hub_contract::PlatformId;
use hub_platforms::capabilities::{Capabilities, Support};

/// What every dialect has to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Text,
    Reasoning,
    Steps,
    Citations,
    FollowUps,
    Files,
    Usage,
    /// A refusal in place of an answer.
    ErrorBefore,
    /// A failure under a status of success.
    ErrorInside,
    Cut,
    KeepAliveOnly,
    UnknownEvents,
    Filtered,
}

const ALL: [Case; 13] = [
    Text,
    Reasoning,
    Steps,
    Citations,
    FollowUps,
    Files,
    Usage,
    ErrorBefore,
    ErrorInside,
    Cut,
    KeepAliveOnly,
    UnknownEvents,
    Filtered,
];

enum Shown {
    /// By this test.
    By(&'static str),
    /// By none, for this reason.
    Not(&'static str),
}

struct Dialect {
    platform: PlatformId,
    /// Where its tests stand.
    sources: &'static [&'static str],
    cases: &'static [(Case, Shown)],
}

const NO_EVENT: &str = "no event for it is known";
const AS_A_FAILURE: &str = "content rules are told as failures, never as the end of an answer";

const DIALECTS: &[Dialect] = &[
    Dialect {
        platform: PlatformId::OpenaiCompatible,
        sources: &[
            include_str!("wire/transcripts.rs"),
            include_str!("wire/chunks.rs"),
            include_str!("wire/tool_calls.rs"),
            include_str!("wire/failures.rs"),
        ],
        cases: &[
            (Text, By("t_oa_1_text_with_usage_and_padding")),
            (Reasoning, By("q10_q11_reasoning_in_every_spelling_counts_once")),
            (Steps, By("t_oa_2_two_interleaved_tool_calls")),
            (Citations, Not("no provider's form is documented; what Ark's bots cite is tested there")),
            (FollowUps, Not("models do not ask back on their own")),
            (Files, Not("models answer in text; pictures are another interface")),
            (Usage, By("q06_q07_q09_usage_in_every_place_and_the_last_one_holds")),
            (ErrorBefore, By("t_oa_4_a_wrong_key_is_told_without_the_key")),
            (ErrorInside, By("t_oa_6_a_failure_inside_the_stream_keeps_the_text")),
            (Cut, By("q02_without_a_finish_reason_the_answer_is_cut_off")),
            (KeepAliveOnly, By("q03_an_answer_that_never_begins_is_no_empty_success")),
            (UnknownEvents, By("q05_q08_chunks_without_choices_are_passed_over")),
            (Filtered, By("q26_finish_reasons_of_every_vendor")),
        ],
    },
    Dialect {
        platform: PlatformId::Coze,
        sources: &[include_str!("wire_coze.rs")],
        cases: &[
            (Text, By("chat_basic")),
            (Reasoning, By("chat_basic")),
            (Steps, By("chat_tools_two_answers")),
            (Citations, By("tools_knowledge_and_two_answers")),
            (FollowUps, By("a_question_and_the_next_one_in_its_conversation")),
            (Files, By("an_answer_with_a_picture")),
            (Usage, By("chat_basic")),
            (ErrorBefore, By("chat_busy_json")),
            (ErrorInside, By("chat_failed_midway")),
            (Cut, By("failures_keep_what_was_received")),
            (KeepAliveOnly, By("an_empty_answer_and_unknown_events")),
            (UnknownEvents, By("an_empty_answer_and_unknown_events")),
            (Filtered, By("failures_keep_what_was_received")),
        ],
    },
    Dialect {
        platform: PlatformId::Appbuilder,
        sources: &[include_str!("wire_appbuilder.rs")],
        cases: &[
            (Text, By("t_ab_2_and_3_a_conversation_then_the_question")),
            (Reasoning, By("t_ab_2_and_3_a_conversation_then_the_question")),
            (Steps, By("the_code_interpreter_with_its_files")),
            (Citations, By("t_ab_2_and_3_a_conversation_then_the_question")),
            (FollowUps, By("t_ab_2_and_3_a_conversation_then_the_question")),
            (Files, By("the_code_interpreter_with_its_files")),
            (Usage, By("t_ab_2_and_3_a_conversation_then_the_question")),
            (ErrorBefore, By("t_ab_6_a_wrong_key")),
            (ErrorInside, By("t_ab_8_a_component_fails")),
            (Cut, By("failures_keep_what_was_received")),
            (KeepAliveOnly, By("empty_whole_and_unknown_answers")),
            (UnknownEvents, By("empty_whole_and_unknown_answers")),
            (Filtered, Not(AS_A_FAILURE)),
        ],
    },
    Dialect {
        platform: PlatformId::Dify,
        sources: &[
            include_str!("wire_dify/asking.rs"),
            include_str!("wire_dify/streams.rs"),
            include_str!("wire_dify/transcripts.rs"),
        ],
        cases: &[
            (Text, By("chat_basic")),
            (Reasoning, By("tags_and_chunks_of_reasoning_are_no_answer")),
            (Steps, By("agent_thought")),
            (Citations, By("scenarios_of_the_simulator")),
            (FollowUps, By("questions_to_go_on_with_come_before_the_end")),
            (Files, By("outputs_that_are_files_are_files")),
            (Usage, By("chat_basic")),
            (ErrorBefore, By("error_429")),
            (ErrorInside, By("error_quota_midstream")),
            (Cut, By("an_answer_without_its_end_is_cut_off")),
            (KeepAliveOnly, By("scenarios_of_the_simulator")),
            (UnknownEvents, By("unknown_events_speech_and_nonsense_are_left_alone")),
            (Filtered, Not("moderation replaces the text, which moderated_replace tests; no end tells it")),
        ],
    },
    Dialect {
        platform: PlatformId::Studio53,
        sources: &[include_str!("wire_studio53.rs")],
        cases: &[
            (Text, By("transcript_chat")),
            (Reasoning, Not("no event is known; tags in the text are told apart by Dify's reader, and tested there")),
            (Steps, Not(NO_EVENT)),
            (Citations, Not(NO_EVENT)),
            (FollowUps, Not("only questions to begin with are known")),
            (Files, By("transcript_chat")),
            (Usage, Not("counted by Dify's reader, which is tested there; the wire document has no example")),
            (ErrorBefore, By("scenarios_of_the_simulator")),
            (ErrorInside, By("transcript_error")),
            (Cut, By("scenarios_of_the_simulator")),
            (KeepAliveOnly, Not("none is known; Dify's are read by the same reader, and tested there")),
            (UnknownEvents, Not("the suite `streams` asks it of this dialect (S15)")),
            (Filtered, Not("no mark is known")),
        ],
    },
    Dialect {
        platform: PlatformId::Yuanqi,
        sources: &[include_str!("wire_yuanqi.rs")],
        cases: &[
            (Text, By("yuanqi_stream_a_tool_its_answer_and_counts")),
            (Reasoning, By("scenarios_of_the_simulator_are_understood")),
            (Steps, By("yuanqi_stream_a_tool_its_answer_and_counts")),
            (Citations, Not(NO_EVENT)),
            (FollowUps, Not(NO_EVENT)),
            (Files, Not("files stand in the text as links")),
            (Usage, By("yuanqi_stream_a_tool_its_answer_and_counts")),
            (ErrorBefore, By("yuanqi_error_401")),
            (ErrorInside, By("scenarios_of_the_simulator_are_understood")),
            (Cut, By("what_is_cut_off_is_kept_and_told")),
            (KeepAliveOnly, By("keep_alives_alone_are_no_answer_and_done_proves_nothing")),
            (UnknownEvents, By("unknown_events_change_nothing")),
            (Filtered, By("yuanqi_sensitive_is_filtered")),
        ],
    },
    Dialect {
        platform: PlatformId::Fastgpt,
        sources: &[include_str!("wire_fastgpt/asking.rs"), include_str!("wire_fastgpt/transcripts.rs")],
        cases: &[
            (Text, By("plain")),
            (Reasoning, By("detail_old_order")),
            (Steps, By("scenarios_of_the_simulator_on_both_ages_of_servers")),
            (Citations, By("scenarios_of_the_simulator_on_both_ages_of_servers")),
            (FollowUps, By("questions_to_go_on_with_only_where_the_app_offers_them")),
            (Files, Not("files stand in the text as links")),
            (Usage, By("detail_old_order")),
            (ErrorBefore, By("error_ratelimit_old")),
            (ErrorInside, By("error_in_stream")),
            (Cut, By("scenarios_of_the_simulator_on_both_ages_of_servers")),
            (KeepAliveOnly, By("scenarios_of_the_simulator_on_both_ages_of_servers")),
            (UnknownEvents, Not("the suite `streams` asks it of this dialect (S15)")),
            (Filtered, Not("no mark is known; content rules belong to the models behind it")),
        ],
    },
    Dialect {
        platform: PlatformId::Bailian,
        sources: &[include_str!("wire_bailian.rs")],
        cases: &[
            (Text, By("t_bl_1_pieces_with_session_and_counts")),
            (Reasoning, By("t_bl_3_thoughts_retrieval_and_references")),
            (Steps, By("t_bl_7_nodes_speak_one_after_the_other")),
            (Citations, By("t_bl_3_thoughts_retrieval_and_references")),
            (FollowUps, Not(NO_EVENT)),
            (Files, Not("files stand in the text as links")),
            (Usage, By("t_bl_1_pieces_with_session_and_counts")),
            (ErrorBefore, By("t_bl_5_a_wrong_key")),
            (ErrorInside, By("t_bl_4_a_wrong_app_is_told_inside_a_200")),
            (Cut, By("what_is_cut_off_is_kept_and_told")),
            (KeepAliveOnly, By("keep_alives_alone_are_no_answer")),
            (UnknownEvents, By("unknown_events_and_members_change_nothing")),
            (Filtered, By("a_filtered_answer_and_an_empty_one")),
        ],
    },
    Dialect {
        platform: PlatformId::Ark,
        sources: &[include_str!("wire_ark.rs")],
        cases: &[
            (Text, By("t_ark_1_search_reasoning_and_counts")),
            (Reasoning, By("t_ark_1_search_reasoning_and_counts")),
            (Steps, By("t_ark_1_search_reasoning_and_counts")),
            (Citations, By("t_ark_1_search_reasoning_and_counts")),
            (FollowUps, Not(NO_EVENT)),
            (Files, Not("files stand in the text as links")),
            (Usage, By("t_ark_1_search_reasoning_and_counts")),
            (ErrorBefore, By("t_ark_2_an_unknown_bot")),
            (ErrorInside, By("t_ark_3_a_bare_error_line_keeps_the_text")),
            (Cut, By("what_is_cut_off_is_kept_and_told")),
            (KeepAliveOnly, By("keep_alives_alone_are_no_answer")),
            (UnknownEvents, By("unknown_members_and_events_change_nothing")),
            (Filtered, By("t_ark_5_a_moderated_end")),
        ],
    },
];

#[test]
fn every_standard_case_has_a_test_or_a_reason_for_every_dialect() {
    let mut wrong = Vec::new();
    for dialect in DIALECTS {
        for case in ALL {
            let told: Vec<_> = dialect.cases.iter().filter(|(known, _)| *known == case).collect();
            let platform = dialect.platform;
            match told.as_slice() {
                [(_, By(test))] if !has_test(dialect, test) => {
                    wrong.push(format!("{platform}: no test is called {test}"))
                }
                [(_, Not(reason))] if reason.len() < 15 => wrong.push(format!("{platform}: {case:?}: say why")),
                [_] => {}
                _ => wrong.push(format!("{platform}: {case:?} stands {} times", told.len())),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A platform of the catalogue without a row would never be missed. The vendors of models are one dialect.
#[test]
fn every_platform_has_a_dialect_here() {
    let family = [PlatformId::Openai, PlatformId::Siliconflow, PlatformId::Deepseek];
    for platform in PlatformId::ALL {
        let told = DIALECTS.iter().any(|dialect| dialect.platform == *platform);
        assert!(told || family.contains(platform), "{platform} has no row");
    }
}

/// What the capability table says a platform can do is not left out here.
#[test]
fn what_a_platform_can_do_is_tested() {
    for dialect in DIALECTS.iter().filter(|dialect| dialect.platform != PlatformId::OpenaiCompatible) {
        let can = Capabilities::of(dialect.platform);
        for (case, support) in [
            (Reasoning, can.reasoning),
            (Citations, can.sources),
            (FollowUps, can.suggestions),
            (Files, can.generated_files),
        ] {
            let tested = dialect.cases.iter().any(|(known, shown)| *known == case && matches!(shown, By(_)));
            let tells = format!("{}: {case:?} is {support:?}", dialect.platform);
            // Tags in the text need no event of the platform.
            assert!(tested || support != Support::Yes || case == Reasoning, "{tells}");
            assert!(!tested || support == Support::Yes, "{tells}, and yet tested");
        }
    }
}

fn has_test(dialect: &Dialect, name: &str) -> bool {
    let declared = [format!("async fn {name}()"), format!("fn {name}()")];
    dialect.sources.iter().any(|source| declared.iter().any(|declared| source.contains(declared.as_str())))
}
