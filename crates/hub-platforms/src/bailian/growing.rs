//! Texts that come in pieces, or whole again and again although pieces were asked for (`wire/cloud-llm.md` 0.3, 2.2).

/// Fewest characters of a text that no piece begins with by chance.
const NO_CHANCE: usize = 8;

/// What a frame added to a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Grown {
    /// Nothing new.
    Nothing,
    /// This, behind what is known.
    More(String),
    /// Another text than what was told: the frames hold all of it each time.
    Whole,
}

/// One text as it grows. Taken for pieces until the frames prove to be whole.
#[derive(Debug)]
pub(super) struct Growing {
    text: String,
    /// What the last frame held.
    last: String,
    /// How many frames in a row began with all of the one before and went on.
    grew: u32,
    /// Every frame so far began with the one before.
    always: bool,
    whole: bool,
}

impl Default for Growing {
    fn default() -> Self {
        Self { text: String::new(), last: String::new(), grew: 0, always: true, whole: false }
    }
}

impl Growing {
    /// Takes what a frame holds; `is_last` for the frame that ends the answer, after which nothing could prove more.
    pub(super) fn take(&mut self, frame: &str, is_last: bool) -> Grown {
        if frame.is_empty() {
            return Grown::Nothing;
        }
        if self.whole {
            return self.take_whole(frame);
        }
        let begins_anew = !self.last.is_empty() && frame.starts_with(&self.last);
        let goes_on = begins_anew && frame.len() > self.last.len();
        if goes_on {
            self.grew += 1;
        } else if !begins_anew {
            self.grew = 0;
            self.always &= self.last.is_empty();
        }
        let known = self.last.chars().count();
        let no_chance = known >= NO_CHANCE;
        let proven = goes_on && self.grew >= 2 && no_chance;
        let likely = is_last && begins_anew && self.always && (no_chance || goes_on && known >= 2);
        if proven || likely {
            self.whole = true;
            return self.take_whole(frame);
        }
        self.text.push_str(frame);
        frame.clone_into(&mut self.last);
        Grown::More(frame.to_owned())
    }

    /// All of it, as far as it is known.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn take_whole(&mut self, frame: &str) -> Grown {
        if let Some(more) = frame.strip_prefix(self.text.as_str()) {
            let more = more.to_owned();
            self.text.push_str(&more);
            return if more.is_empty() { Grown::Nothing } else { Grown::More(more) };
        }
        // A frame that comes late holds less than is known; one after wrong joining does so too, but is not its start.
        if self.text.starts_with(frame) && frame.len() < self.last.len() {
            return Grown::Nothing;
        }
        frame.clone_into(&mut self.text);
        frame.clone_into(&mut self.last);
        Grown::Whole
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The text after these frames, the last of which ends the answer.
    fn read(frames: &[&str]) -> String {
        let mut growing = Growing::default();
        let mut told = String::new();
        for (place, frame) in frames.iter().enumerate() {
            match growing.take(frame, place + 1 == frames.len()) {
                Grown::Nothing => {}
                Grown::More(more) => told.push_str(&more),
                Grown::Whole => growing.text().clone_into(&mut told),
            }
        }
        assert_eq!(told, growing.text());
        told
    }

    #[test]
    fn pieces_are_joined() {
        assert_eq!(read(&["您好", ",有什么可以帮您?", ""]), "您好,有什么可以帮您?");
        assert_eq!(read(&["哈", "哈", "哈"]), "哈哈哈");
        assert_eq!(read(&["--------", "--------", "--------", "x"]), "------------------------x");
        assert_eq!(read(&["a", "ab", "abc", "d"]), "aababcd");
    }

    #[test]
    fn whole_texts_are_not_repeated() {
        assert_eq!(
            read(&["今天的会议室", "今天的会议室已预订", "今天的会议室已预订成功。"]),
            "今天的会议室已预订成功。"
        );
        assert_eq!(read(&["您好", "您好,有什么"]), "您好,有什么");
        assert_eq!(read(&["一二三四五六七八九", "一二三四五六七八九"]), "一二三四五六七八九");
        let frames = ["一二三四五六七八", "一二三四五六七八九", "一二三四五六七八九十", "一二三四五六七八九", ""];
        assert_eq!(read(&frames), "一二三四五六七八九十");
        assert_eq!(read(&["abcdefgh", "abcdefghi", "abcdefghij", "another text", "another text!"]), "another text!");
    }

    proptest! {
        #[test]
        fn a_text_that_is_sent_whole_each_time_is_the_text(text in "[a-z你好]{12,40}", cuts in prop::collection::vec(9usize..40, 2..6)) {
            let letters: Vec<char> = text.chars().collect();
            let mut ends: Vec<usize> = cuts.into_iter().map(|cut| cut.min(letters.len())).collect();
            ends.push(letters.len());
            ends.sort_unstable();
            ends.dedup();
            let frames: Vec<String> = ends.iter().map(|end| letters[..*end].iter().collect()).collect();
            let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
            prop_assert_eq!(read(&frames), text);
        }
    }
}
