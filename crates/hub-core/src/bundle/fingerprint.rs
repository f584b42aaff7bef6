//! A key's fingerprint in words that two people can compare on the phone.
//!
//! The first 96 bits of the key's SHA-256, sixteen bits a word: consonant, vowel, consonant, vowel, consonant, after the
//! "proquints" of Daniel Wilkerson. Every word can be spoken, in any language, and no word list has to be shared.

use sha2::{Digest, Sha256};

const CONSONANTS: [char; 16] = ['b', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z'];
const VOWELS: [char; 4] = ['a', 'i', 'o', 'u'];
const WORDS: usize = 6;

/// Six words, with hyphens between them.
pub(super) fn words(key: &[u8]) -> String {
    let digest = Sha256::digest(key);
    let words: Vec<String> = digest
        .chunks_exact(2)
        .take(WORDS)
        .map(|pair| word(pair.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte))))
        .collect();
    words.join("-")
}

/// Whether what a person typed is this fingerprint. Case and what stands between the words do not matter.
pub(super) fn is_same(typed: &str, fingerprint: &str) -> bool {
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    letters(typed) == letters(fingerprint)
}

fn word(bits: u16) -> String {
    let consonant = |shift: u16| CONSONANTS.get(usize::from(bits >> shift & 0b1111)).copied().unwrap_or_default();
    let vowel = |shift: u16| VOWELS.get(usize::from(bits >> shift & 0b11)).copied().unwrap_or_default();
    [consonant(12), vowel(10), consonant(6), vowel(4), consonant(0)].into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_are_one_word_that_can_be_spoken() {
        // The example of the proquints proposal: 127.0.0.1 is lusab-babad.
        assert_eq!((word(0x7f00), word(0x0001)), ("lusab".to_owned(), "babad".to_owned()));
    }

    #[test]
    fn another_key_has_other_words_and_typing_is_forgiven() {
        let (one, other) = (words(b"one"), words(b"other"));
        assert_ne!(one, other);
        assert_eq!(one.split('-').count(), WORDS);
        assert!(is_same(&one.to_uppercase().replace('-', " "), &one));
        assert!(!is_same(&one, &other) && !is_same("", &one));
    }
}
