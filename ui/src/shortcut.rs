//! The keys that work everywhere in the window.

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// mod + K
    Search,
    /// mod + N
    NewChat,
    /// mod + ,
    Settings,
    /// mod + Q
    Quit,
    /// mod + [
    ToggleList,
    /// F6 and Shift + F6
    NextRegion {
        /// The other way round.
        back: bool,
    },
}

/// A pressed key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press<'a> {
    /// The key as the browser names it.
    pub key: &'a str,
    /// Ctrl.
    pub ctrl: bool,
    /// ⌘ or the Windows key.
    pub meta: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

impl Shortcut {
    /// What that press means; `mac` swaps Ctrl for ⌘.
    pub fn of(press: Press<'_>, mac: bool) -> Option<Self> {
        if press.key == "F6" && !press.ctrl && !press.meta && !press.alt {
            return Some(Self::NextRegion { back: press.shift });
        }
        let (modifier, other) = if mac { (press.meta, press.ctrl) } else { (press.ctrl, press.meta) };
        if !modifier || other || press.alt || press.shift {
            return None;
        }
        match press.key {
            "k" | "K" => Some(Self::Search),
            "n" | "N" => Some(Self::NewChat),
            "," => Some(Self::Settings),
            "q" | "Q" => Some(Self::Quit),
            "[" => Some(Self::ToggleList),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press { key, ctrl: false, meta: false, alt: false, shift: false }
    }

    #[test]
    fn the_modifier_follows_the_keyboard() {
        let ctrl_k = Press { ctrl: true, ..press("k") };
        assert_eq!(Shortcut::of(ctrl_k, false), Some(Shortcut::Search));
        assert_eq!(Shortcut::of(ctrl_k, true), None, "Ctrl+K is the Mac's own");
        assert_eq!(Shortcut::of(Press { meta: true, ..press("k") }, true), Some(Shortcut::Search));
    }

    #[test]
    fn a_letter_means_the_same_with_caps_lock() {
        let quit = |key| Shortcut::of(Press { ctrl: true, ..press(key) }, false);
        assert_eq!((quit("q"), quit("Q")), (Some(Shortcut::Quit), Some(Shortcut::Quit)));
    }

    #[test]
    fn other_modifiers_are_somebody_elses() {
        assert_eq!(Shortcut::of(Press { ctrl: true, alt: true, ..press("[") }, false), None, "AltGr types a bracket");
        assert_eq!(Shortcut::of(Press { ctrl: true, shift: true, ..press("N") }, false), None);
        assert_eq!(Shortcut::of(press("n"), false), None);
    }

    #[test]
    fn f6_goes_both_ways() {
        assert_eq!(Shortcut::of(press("F6"), false), Some(Shortcut::NextRegion { back: false }));
        assert_eq!(
            Shortcut::of(Press { shift: true, ..press("F6") }, false),
            Some(Shortcut::NextRegion { back: true })
        );
    }
}
