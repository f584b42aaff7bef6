//! Search: literal text, one character and more, newest first.

use hub_contract::conversation::{MessageState, MessageView, Role, SearchFilter, SearchKind, SearchReply, Target};
use hub_store::{ConversationRow, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{FINISHED, answer, conversation, new_store, question};

/// One conversation without a title that could be found, with a message a text, in order of time.
async fn store_texts(store: &Store, texts: &[&str]) {
    let row = ConversationRow { title: String::new(), ..conversation("c", 1) };
    let message = |(at, text): (i64, &&str)| question(&format!("m{at}"), "c", None, text, at);
    store.insert_messages(Some(row), (0..).zip(texts).map(message).collect(), 1).await.unwrap();
}

async fn found(store: &Store, query: &str) -> Vec<String> {
    messages(store.search(query, 0, SearchFilter::default()).await.unwrap())
}

fn messages(reply: SearchReply) -> Vec<String> {
    reply.hits.into_iter().map(|hit| hit.message.map_or("title".to_owned(), |id| id.0)).collect()
}

#[tokio::test]
async fn one_two_and_more_characters_are_found_newest_first() {
    let (_directory, store) = new_store();
    store_texts(&store, &["今天天气很好", "天下没有免费的午餐", "明天\n见", "Rust 🦀 crab", "C++ & C#"]).await;
    assert_eq!(found(&store, "天").await, ["m2", "m1", "m0"]);
    assert_eq!(found(&store, "天气").await, ["m0"]);
    assert_eq!(found(&store, "天天气").await, ["m0"]);
    assert_eq!(found(&store, "天 见").await, ["m2"], "a line break is a space");
    assert_eq!(found(&store, "🦀").await, ["m3"]);
    assert_eq!(found(&store, "🦀 c").await, ["m3"]);
    assert_eq!(found(&store, "r").await, ["m3"]);
    assert_eq!(found(&store, "RU").await, ["m3"]);
    assert_eq!(found(&store, "rUsT").await, ["m3"]);
    assert_eq!(found(&store, "c#").await, ["m4"]);
    assert_eq!(found(&store, "c++ &").await, ["m4"]);
    assert_eq!(found(&store, "  午餐 ").await, ["m1"], "surrounding space is not looked for");
}

#[tokio::test]
async fn nothing_in_a_query_has_a_meaning() {
    let (_directory, store) = new_store();
    store_texts(&store, &["plain words", "say \"NEAR\" AND text:x OR * ^ (y) - {z}", "back\\slash % _ ' ;~/"]).await;
    for query in ["\"NEAR\" AND", "text:x", "OR *", "* ^", "(y) - {z}", "\"", "*", "(", "-", "^", ":", "{z"] {
        assert_eq!(found(&store, query).await, ["m1"], "{query}");
    }
    for query in ["\\", "k\\s", "% _", "_", "%", "'", "' ;", ";~/"] {
        assert_eq!(found(&store, query).await, ["m2"], "{query}");
    }
    for query in ["", "   ", "\n", "\0", "pla*", "wor?s", "plain OR text", "NOT x", "\"plain\""] {
        assert_eq!(found(&store, query).await, [""; 0], "{query:?}");
    }
}

#[tokio::test]
async fn a_hit_tells_where_it_is() {
    let (_directory, store) = new_store();
    let messages = vec![question("q", "c", None, "What is 借贷?", 5), answer("a", "c", "q", "**借贷** is\nlending", 6)];
    store.insert_messages(Some(conversation("c", 1)), messages, 7).await.unwrap();
    let reply = store.search("借贷", 0, SearchFilter::default()).await.unwrap();
    assert_eq!((reply.total, reply.ms), (2, 0));
    let hit = &reply.hits[0];
    assert_eq!(hit.message, Some("a".into()));
    assert_eq!(
        (hit.conversation.as_str(), hit.title.as_str(), hit.target_name.as_str()),
        ("c", "about c", "Model one")
    );
    assert_eq!(hit.platform, Some(hub_contract::PlatformId::Deepseek));
    assert_eq!((hit.role, hit.at), (Role::Assistant, 6));
    assert_eq!(hit.passage, ["**", "借贷", "** is lending"]);
}

#[tokio::test]
async fn a_title_is_a_hit_where_no_message_is_one() {
    let (_directory, store) = new_store();
    let with_title = |id, title: &str, at| ConversationRow { title: title.to_owned(), ..conversation(id, at) };
    store.insert_conversation(with_title("empty", "税务 plan", 30)).await.unwrap();
    store
        .insert_messages(Some(with_title("both", "税务", 1)), vec![question("q", "both", None, "税务?", 40)], 40)
        .await
        .unwrap();
    assert_eq!(found(&store, "税务").await, ["q", "title"]);
    assert_eq!(found(&store, "税").await, ["q", "title"]);
    let reply = store.search("PLAN", 0, SearchFilter::default()).await.unwrap();
    assert_eq!(reply.hits[0].conversation.as_str(), "empty");
    assert_eq!((reply.hits[0].message.as_ref(), reply.hits[0].at), (None, 30));
    assert_eq!(reply.hits[0].passage, ["税务 ", "plan", ""]);

    store.update_conversation(with_title("empty", "预算", 30)).await.unwrap();
    assert_eq!(found(&store, "PLAN").await, [""; 0]);
    assert_eq!(found(&store, "预算").await, ["title"]);
}

#[tokio::test]
async fn an_answer_is_found_by_its_last_text_once_it_has_ended() {
    let (_directory, store) = new_store();
    let growing = MessageView { state: MessageState::Streaming, ..answer("a", "c", "q", "first words", 2) };
    store
        .insert_messages(Some(conversation("c", 1)), vec![question("q", "c", None, "?", 1), growing.clone()], 1)
        .await
        .unwrap();
    assert_eq!(found(&store, "first words").await, [""; 0]);
    let ended = MessageView { state: FINISHED, text: "最后 words".to_owned(), ..growing };
    store.save_answers(vec![ended.clone()]).await.unwrap();
    assert_eq!(found(&store, "最后").await, ["a"]);
    assert_eq!(found(&store, "first").await, [""; 0]);
    store.save_answers(vec![MessageView { text: "changed".to_owned(), ..ended }]).await.unwrap();
    assert_eq!(found(&store, "最后").await, [""; 0]);
    assert_eq!(found(&store, "最").await, [""; 0]);
    assert_eq!(found(&store, "changed").await, ["a"]);
}

#[tokio::test]
async fn counting_stops_at_a_thousand_and_the_page_is_the_newest() {
    let (_directory, store) = new_store();
    let texts: Vec<String> = (0..1_100).map(|number| format!("今天 number {number}")).collect();
    store_texts(&store, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let titled = |id, title: &str, at| ConversationRow { title: title.to_owned(), ..conversation(id, at) };
    store.insert_conversation(titled("only-title", "今天 number x", 1_099)).await.unwrap();
    let old = vec![question("old", "also-message", None, "今天 number", -1)];
    store.insert_messages(Some(titled("also-message", "今天 number y", -1)), old, 5_000).await.unwrap();
    for query in ["天", "今天", "今天 number"] {
        let reply = store.search(query, 4, SearchFilter::default()).await.unwrap();
        assert_eq!(reply.total, 1_000, "{query}");
        assert_eq!(messages(reply), ["m1099", "title", "m1098", "m1097"], "{query}");
    }
    assert_eq!(store.search("天", 5_000, SearchFilter::default()).await.unwrap().hits.len(), 1_000);
}

/// Against a scan of all texts, with texts and queries made of characters that are awkward somewhere.
#[test]
fn search_finds_what_a_scan_of_all_texts_finds() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let awkward = prop::sample::select(
        "aAbB中文天气İßςΣé\u{301}🦀👩\u{200d}💻\"'*()-^:{}%_\\ \n\t\u{3000}\0\u{ffff}".chars().collect::<Vec<_>>(),
    );
    let text = |length| prop::collection::vec(awkward.clone(), length).prop_map(|c| c.into_iter().collect::<String>());
    let case = (prop::collection::vec(text(0..14), 1..8), prop::collection::vec(text(1..6), 24), any::<u64>());
    let mut runner = TestRunner::new(Config { cases: 48, ..Config::default() });
    runner
        .run(&case, |(texts, mut queries, pick)| {
            // Half of the queries are pieces of the texts, so that there is something to find.
            for (number, query) in queries.iter_mut().enumerate().filter(|(number, _)| number % 2 == 0) {
                let text: Vec<char> = texts[number % texts.len()].chars().collect();
                let from = usize::try_from(pick % 13).unwrap().min(text.len());
                *query = text[from..text.len().min(from + 1 + number % 5)].iter().collect();
            }
            runtime.block_on(async {
                let (_directory, store) = new_store();
                store_texts(&store, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
                for query in &queries {
                    let hits = store.search(query, 0, SearchFilter::default()).await.unwrap().hits;
                    let ids: Vec<String> = hits.iter().map(|hit| hit.message.as_ref().unwrap().0.clone()).collect();
                    assert_eq!(ids, scan(&texts, query), "{query:?} in {texts:?}");
                    for hit in hits {
                        assert!(hit.passage.len() >= 3, "{query:?}: {:?}", hit.passage);
                        let matched = &hit.passage[1];
                        assert!(plain(matched).contains(plain(query).trim_matches(' ')), "{query:?} in {matched:?}");
                    }
                }
            });
            Ok(())
        })
        .unwrap();
}

fn scan(texts: &[String], query: &str) -> Vec<String> {
    let query = plain(query);
    let query = query.trim_matches(' ');
    let holds = |text: &str| !query.is_empty() && plain(text).contains(query);
    let hits = texts.iter().enumerate().filter(|(_, text)| holds(text));
    let mut ids: Vec<String> = hits.map(|(number, _)| format!("m{number}")).collect();
    ids.reverse();
    ids
}

fn plain(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c });
    spaced.flat_map(char::to_lowercase).collect()
}

#[tokio::test]
async fn every_answer_of_a_message_is_found_and_none_across_two() {
    use hub_contract::conversation::{AnswerPart, MessageBody};
    let (_directory, store) = new_store();
    let part = |part: &str, text: &str| AnswerPart { part: part.to_owned(), text: text.to_owned() };
    let parts = vec![part("b", "second answer 二"), part("c", "三号答案 third")];
    let mut several = answer("a", "c", "q", "first answer 一", 2);
    several.body = MessageBody { parts, ..MessageBody::default() };
    several.state = MessageState::Streaming;
    let asked = question("q", "c", None, "question", 1);
    let row = ConversationRow { title: String::new(), ..conversation("c", 1) };
    store.insert_messages(Some(row), vec![asked, several.clone()], 1).await.unwrap();
    assert_eq!(found(&store, "third").await, [""; 0], "it still grows");
    several.state = FINISHED;
    store.save_answers(vec![several]).await.unwrap();

    for query in ["first answer", "second answer", "third", "一", "二", "三号", "号答案"] {
        assert_eq!(found(&store, query).await, ["a"], "{query}");
    }
    for across in ["一 second", "一second", "一s", "二 三", "二三", "二三号", "\u{1}"] {
        assert_eq!(found(&store, across).await, [""; 0], "{across}");
    }
    let hit = store.search("三号", 0, SearchFilter::default()).await.unwrap().hits.remove(0);
    assert_eq!(hit.passage, ["", "三号", "答案 third"], "the passage is of the answer that holds it");
}

/// Two conversations with two agents, one of them archived: a question, its answer and a title each, all with the word.
async fn store_two(store: &Store) {
    for (name, archived, from) in [("a", false, 10), ("b", true, 20)] {
        let target = Target::Agent { agent: name.into() };
        let row = ConversationRow { title: format!("flange {name}"), target, archived, ..conversation(name, from) };
        let (question_id, answer_id) = (format!("q{name}"), format!("a{name}"));
        let messages = vec![
            question(&question_id, name, None, "Which flange fits?", from),
            answer(&answer_id, name, &question_id, "The flange 12 fits.", from + 1),
        ];
        store.insert_messages(Some(row), messages, from + 1).await.unwrap();
    }
}

#[tokio::test]
async fn filters_leave_out_what_does_not_count() {
    let (_directory, store) = new_store();
    store_two(&store).await;
    let all = SearchFilter::default;
    let agent = |name: &str| Some(Target::Agent { agent: name.into() });
    for (filter, expected) in [
        (all(), &["ab", "qb", "aa", "qa"][..]),
        (SearchFilter { target: agent("a"), ..all() }, &["aa", "qa"]),
        (SearchFilter { target: agent("nobody"), ..all() }, &[]),
        (SearchFilter { kind: Some(SearchKind::Question), ..all() }, &["qb", "qa"]),
        (SearchFilter { kind: Some(SearchKind::Answer), ..all() }, &["ab", "aa"]),
        (SearchFilter { kind: Some(SearchKind::Title), ..all() }, &["title", "title"]),
        (SearchFilter { kind: Some(SearchKind::Title), target: agent("b"), ..all() }, &["title"]),
        (SearchFilter { since: Some(11), ..all() }, &["ab", "qb", "aa"]),
        (SearchFilter { until: Some(20), ..all() }, &["qb", "aa", "qa"]),
        (SearchFilter { since: Some(11), until: Some(20), ..all() }, &["qb", "aa"]),
        (SearchFilter { since: Some(20), until: Some(11), ..all() }, &[]),
        (SearchFilter { without_archived: true, ..all() }, &["aa", "qa"]),
        (SearchFilter { without_archived: true, target: agent("b"), ..all() }, &[]),
        (
            SearchFilter {
                target: agent("b"),
                kind: Some(SearchKind::Answer),
                since: Some(21),
                until: Some(21),
                without_archived: false,
            },
            &["ab"],
        ),
    ] {
        // Two characters and more go to different indexes.
        for query in ["flange", "fl"] {
            let reply = store.search(query, 0, filter.clone()).await.unwrap();
            assert_eq!(reply.total as usize, expected.len(), "{query} {filter:?}");
            assert_eq!(messages(reply), expected, "{query} {filter:?}");
        }
    }
}

#[tokio::test]
async fn a_limit_counts_what_the_filter_lets_through() {
    let (_directory, store) = new_store();
    store_two(&store).await;
    let filter = SearchFilter { kind: Some(SearchKind::Question), ..SearchFilter::default() };
    let reply = store.search("flange", 1, filter).await.unwrap();
    assert_eq!((reply.total, messages(reply)), (2, vec!["qb".to_owned()]));
}
