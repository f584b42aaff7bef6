//! One answer as long and as fast as one likes: headings, lists, code, tables, in English and Chinese.

use std::time::Duration;

use hub_sim::{Action, Framing, Reply, Responder};
use serde_json::{Value, json};

/// The one model that gives it.
pub const MODEL: &str = "scripted";

/// Pieces closer to each other than this are sent together: timers are no finer.
const TICK: Duration = Duration::from_millis(10);

/// An answer of so many source lines, as so many chunks, at so many a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Source lines.
    pub lines: usize,
    /// Chunks.
    pub chunks: usize,
    /// Chunks a second.
    pub rate: u32,
}

impl Default for Answer {
    /// The one that other clients were measured with.
    fn default() -> Self {
        Self { lines: 1_000, chunks: 4_346, rate: 100 }
    }
}

impl Answer {
    /// Its Markdown.
    pub fn text(&self) -> String {
        (0..).flat_map(section).take(self.lines).collect::<Vec<_>>().join("\n")
    }

    /// The answer as OpenAI's stream.
    pub fn reply(&self) -> Reply {
        let text: Vec<char> = self.text().chars().collect();
        let chunks = self.chunks.clamp(1, text.len().max(1));
        let pieces = (0..chunks).map(|number| {
            let [from, to] = [number, number + 1].map(|edge| edge * text.len() / chunks);
            text.get(from..to).unwrap_or_default().iter().collect::<String>()
        });
        let frames: Vec<String> = pieces.map(|piece| frame(&json!({ "content": piece }), None)).collect();
        let together = (f64::from(self.rate) * TICK.as_secs_f64()).ceil().max(1.0);
        let pause = Duration::from_secs_f64(together / f64::from(self.rate.max(1)));
        let mut reply = Reply::event_stream().framing(Framing::Chunked);
        for batch in frames.chunks(together as usize) {
            reply = reply.then(Action::Delay(pause)).send(batch.concat());
        }
        reply.send(frame(&json!({}), Some("stop"))).send("data: [DONE]\n\n")
    }

    /// A server that gives it to every question.
    pub fn platform(&self) -> impl Responder {
        let answer = self.reply();
        move |request: &hub_sim::Recorded| match request.path.as_str() {
            path if path.ends_with("/chat/completions") => answer.clone(),
            path if path.ends_with("/models") => {
                Reply::json(200, &json!({ "object": "list", "data": [{ "id": MODEL, "object": "model" }] }))
            }
            _ => Reply::status(404),
        }
    }
}

/// Twenty lines: what an answer to an engineer looks like.
fn section(number: usize) -> Vec<String> {
    let mut lines = vec![
        format!("## Section {number}: 第 {number} 节"),
        String::new(),
        format!(
            "The repair rate of line {number} rose, **mostly** because of `seal {number}`; 返修率上升的主要原因是密封圈。"
        ),
        String::new(),
        format!("- first cause of {number}: the seal hardens when the oil is warmer than 70 degrees for more than an hour"),
        "- second cause, with a [link](https://example.com/report): parts of the spring delivery are *slightly* too wide".to_owned(),
        "- 第三个原因：温度过高。夏季车间温度超过三十五度时，密封圈的寿命缩短一半，建议增加通风并提前更换".to_owned(),
        String::new(),
        "```rust".to_owned(),
        format!("fn rate_{number}(repaired: u32, made: u32) -> f64 {{"),
        "    // Nothing made, nothing repaired.".to_owned(),
        "    if made == 0 { return 0.0; }".to_owned(),
        "    f64::from(repaired) / f64::from(made)".to_owned(),
        "}".to_owned(),
        "```".to_owned(),
        String::new(),
        "| line | made | repaired |".to_owned(),
        "|---|---:|---:|".to_owned(),
        format!("| A | {} | {number} |", number * 37),
    ];
    lines.push(String::new());
    lines
}

fn frame(delta: &Value, finish: Option<&str>) -> String {
    let data = json!({
        "id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 1, "model": MODEL,
        "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }],
    });
    format!("data: {data}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_lines_that_were_asked_for() {
        for lines in [1, 20, 1_000] {
            let text = Answer { lines, ..Answer::default() }.text();
            assert_eq!(text.split('\n').count(), lines);
        }
    }
}
