//! The figures of the store: how long a person waits for a conversation, the list and a search, in a Hub that was used
//! for years. Prints one line of JSON: the median and the 95th percentile of each, in milliseconds.
//!
//! `cargo bench -p hub-store --bench store [-- --messages N]`. The Hub is generated once and kept in `target/bench`;
//! without `--messages` it has 1,000,000 messages of 200 characters in 20,000 conversations, half of them Chinese.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench ends there"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hub_contract::conversation::{
    ListConversationsRequest, MessageBody, MessageState, MessageView, Role, SearchFilter, SearchKind, Target,
};
use hub_contract::run::FinishReason;
use hub_store::{ConversationRow, Store, StoreOptions};

const PER_CONVERSATION: u64 = 50;
const CHARACTERS: usize = 200;
/// How often each thing is measured, each time with another argument.
const ROUNDS: u64 = 200;
/// A minute between messages.
const MINUTE: i64 = 60_000;

fn main() {
    let messages = messages_asked();
    let directory = target_directory().join(format!("bench/store-{messages}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let generated = (!directory.exists()).then(|| runtime.block_on(generate(&directory, messages)));
    let mut figures = runtime.block_on(measure(&directory, messages));
    figures["messages"] = messages.into();
    figures["database_mib"] = (fs::metadata(directory.join("hub.db")).unwrap().len() >> 20).into();
    figures["generated_s"] = generated.map(|took| took.as_secs()).into();
    println!("{figures}");
}

fn messages_asked() -> u64 {
    let arguments: Vec<String> = std::env::args().collect();
    let asked = arguments.iter().position(|argument| argument == "--messages").and_then(|at| arguments.get(at + 1));
    asked.map_or(1_000_000, |number| number.parse().expect("--messages takes a number"))
}

/// Cargo puts the program into `<target>/<profile>/deps`.
fn target_directory() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

/// Makes the Hub under another name, so that one that was interrupted is never measured.
async fn generate(directory: &Path, messages: u64) -> Duration {
    let began = Instant::now();
    let unfinished = directory.with_extension("part");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).unwrap();
    }
    let store = open(&unfinished);
    let words = Words::new();
    for number in 0..messages / PER_CONVERSATION {
        let id = conversation_id(number);
        let mut random = Random(number);
        let first = number * PER_CONVERSATION;
        let texts: Vec<MessageView> =
            (first..first + PER_CONVERSATION).map(|number| words.message(number, &id, first, &mut random)).collect();
        let row = conversation(&id, &words.text(number, 12, &mut random), texts[0].created_at);
        let at = texts.last().unwrap().created_at;
        store.insert_messages(Some(row), texts, at).await.unwrap();
    }
    store.close().await;
    fs::rename(&unfinished, directory).unwrap();
    began.elapsed()
}

async fn measure(directory: &Path, messages: u64) -> serde_json::Value {
    let store = open(directory);
    let words = Words::new();
    let conversations = messages / PER_CONVERSATION;
    let mut figures = BTreeMap::new();

    figures.insert(
        "open",
        Figure::of(|round| {
            let id = conversation_id(Random(round).below(conversations)).as_str().into();
            let store = &store;
            async move { store.branch(&id, None).await.unwrap().len() }
        })
        .await,
    );
    figures.insert(
        "list",
        Figure::of(|_| {
            let store = &store;
            async move { store.conversations(ListConversationsRequest::default()).await.unwrap().len() }
        })
        .await,
    );
    let all = SearchFilter::default();
    let mut search = async |name, filter: &SearchFilter, query: &dyn Fn(u64) -> String| {
        let figure = Figure::of(|round| {
            let (store, query, filter) = (&store, query(round), filter.clone());
            async move { store.search(&query, 0, filter).await.unwrap().total as usize }
        });
        figures.insert(name, figure.await);
    };
    search("search_common", &all, &|round| words.english[(round % 20) as usize].clone()).await;
    // A filter that most of what is found fits, and one that nothing fits: the first may not read more, the second reads
    // everything that the index holds.
    let answers = SearchFilter { kind: Some(SearchKind::Answer), without_archived: true, ..SearchFilter::default() };
    search("search_common_answers", &answers, &|round| words.english[(round % 20) as usize].clone()).await;
    let never = SearchFilter { until: Some(0), ..SearchFilter::default() };
    search("search_common_never", &never, &|round| words.english[(round % 20) as usize].clone()).await;
    search("search_common_chinese", &all, &|round| {
        let word = &words.chinese[(round % 20) as usize];
        format!("{word}{}", words.chinese[(round / 20) as usize])
    })
    .await;
    search("search_rare", &all, &|round| rare(round % (messages / RARE_EVERY))).await;
    search("search_nothing", &all, &|round| {
        format!("{} {}", words.english[round as usize], words.english[299 - round as usize])
    })
    .await;
    search("search_one_character", &all, &|round| words.chinese[round as usize].chars().next().unwrap().to_string())
        .await;
    search("search_two_characters", &all, &|round| words.chinese[(round * 10) as usize].clone()).await;
    search("search_letter", &all, &|round| char::from(b'a' + (round % 26) as u8).to_string()).await;
    store.close().await;
    serde_json::to_value(figures).unwrap()
}

/// The median and the 95th percentile of what one thing takes.
#[derive(serde::Serialize)]
struct Figure {
    p50_ms: f64,
    p95_ms: f64,
    max_ms: f64,
    /// How much was found on average, so that it is seen what was measured.
    found: u64,
}

impl Figure {
    async fn of<F: Future<Output = usize>>(what: impl Fn(u64) -> F) -> Self {
        let mut times = Vec::new();
        let mut found = 0;
        for round in 0..ROUNDS {
            let began = Instant::now();
            found += what(round).await as u64;
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let at = |percent: usize| {
            (times[(times.len() * percent).div_ceil(100) - 1].as_secs_f64() * 100_000.0).round() / 100.0
        };
        Self { p50_ms: at(50), p95_ms: at(95), max_ms: at(100), found: found / ROUNDS }
    }
}

fn open(directory: &Path) -> Store {
    Store::open(StoreOptions { data_dir: directory.to_owned(), now: 0, hub_id: "bench".to_owned() }).unwrap()
}

fn conversation_id(number: u64) -> String {
    format!("c-{number}")
}

fn conversation(id: &str, title: &str, at: i64) -> ConversationRow {
    ConversationRow {
        id: id.into(),
        title: title.to_owned(),
        target: Target::Model { connection: "bench".into(), model: "bench".into() },
        target_name: "bench".to_owned(),
        platform: None,
        pinned: false,
        archived: false,
        draft: String::new(),
        comparison: None,
        created_at: at,
        updated_at: at,
    }
}

/// Every so many messages one holds a word that is in no other.
const RARE_EVERY: u64 = 1_000;

fn rare(number: u64) -> String {
    format!("zq{number:06}qz")
}

/// A vocabulary in which, as in a language, the second word is half as frequent as the first, the third a third.
struct Words {
    english: Vec<String>,
    chinese: Vec<String>,
    /// The sums of the frequencies.
    sums: Vec<f64>,
}

impl Words {
    const COUNT: usize = 5_000;

    fn new() -> Self {
        let mut random = Random(7);
        let mut syllable = || {
            let (consonants, vowels) = ("bcdfghklmnprstvw", "aeiou");
            let mut of = |letters: &str| letters.as_bytes()[random.below(letters.len() as u64) as usize] as char;
            format!("{}{}", of(consonants), of(vowels))
        };
        let english = (0..Self::COUNT).map(|number| (0..2 + number % 3).map(|_| syllable()).collect()).collect();
        // The 2,500 characters of a newspaper, two a word.
        let mut random = Random(8);
        let mut character = || char::from_u32(0x4e00 + random.below(2_500) as u32 * 8).unwrap();
        let chinese = (0..Self::COUNT).map(|_| format!("{}{}", character(), character())).collect();
        let mut sum = 0.0;
        let sums = (1..=Self::COUNT)
            .map(|rank| {
                sum += 1.0 / rank as f64;
                sum
            })
            .collect();
        Self { english, chinese, sums }
    }

    fn message(&self, number: u64, conversation: &str, first: u64, random: &mut Random) -> MessageView {
        let mut text = self.text(number, CHARACTERS, random);
        if number.is_multiple_of(RARE_EVERY) {
            text.replace_range(..text.char_indices().nth(10).unwrap().0, &rare(number / RARE_EVERY));
        }
        let role = if number.is_multiple_of(2) { Role::User } else { Role::Assistant };
        MessageView {
            id: format!("m-{number}").as_str().into(),
            conversation: conversation.into(),
            parent: (number > first).then(|| format!("m-{}", number - 1).as_str().into()),
            role,
            state: MessageState::Finished { reason: FinishReason::Stop },
            text,
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: number as i64 * MINUTE,
        }
    }

    /// So many characters; every other message is Chinese.
    fn text(&self, number: u64, characters: usize, random: &mut Random) -> String {
        let (words, between) = if (number / 2).is_multiple_of(2) { (&self.chinese, "") } else { (&self.english, " ") };
        let mut text = String::new();
        while text.chars().count() < characters {
            let drawn = random.unit() * self.sums[Self::COUNT - 1];
            text.push_str(&words[self.sums.partition_point(|sum| *sum < drawn)]);
            text.push_str(between);
        }
        let end = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
        text.truncate(end);
        text
    }
}

/// SplitMix64: the same Hub on every computer.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
