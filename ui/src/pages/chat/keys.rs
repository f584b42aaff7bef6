//! What keys do in the composer. Pure, because two kinds of engines report the end of an input method's work in
//! opposite orders, and both must be tested.
//!
//! Chromium and Firefox: `keydown` (composing, code 229), then `compositionend`. WebKit: `compositionend`, then a
//! `keydown` with code 229 that says it is not composing. A key that belongs to the input method never sends.

use hub_contract::settings::SendKey;

/// The key code of a key that the input method has taken.
const TAKEN_BY_INPUT_METHOD: u32 = 229;

/// Whether an input method is at work in the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Composition {
    composing: bool,
    /// It ended in this very task, so a key that follows at once still belongs to it.
    just_ended: bool,
}

impl Composition {
    /// The input method begins.
    pub(super) fn start(&mut self) {
        *self = Self { composing: true, just_ended: false };
    }

    /// The input method ends.
    pub(super) fn end(&mut self) {
        *self = Self { composing: false, just_ended: true };
    }

    /// The task in which it ended is over.
    pub(super) fn next_task(&mut self) {
        self.just_ended = false;
    }

    /// The text lost the focus: whatever was going on is over. Some input methods end without saying so.
    pub(super) fn leave(&mut self) {
        *self = Self::default();
    }

    /// Whether a key belongs to the input method.
    pub(super) fn owns(self, press: KeyPress) -> bool {
        press.composing || press.code == TAKEN_BY_INPUT_METHOD || self.composing || self.just_ended
    }

    /// What a press of Enter means.
    pub(super) fn enter(self, press: KeyPress, send_key: SendKey) -> EnterMeans {
        if self.owns(press) {
            return EnterMeans::InputMethod;
        }
        let modifier = press.ctrl || press.meta;
        match send_key {
            SendKey::Enter if !press.shift && !press.alt => EnterMeans::Send,
            SendKey::ModEnter if modifier && !press.alt => EnterMeans::Send,
            SendKey::Enter | SendKey::ModEnter => EnterMeans::NewLine,
        }
    }
}

/// A key, as it was pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct KeyPress {
    /// The engine says that it is composing.
    pub(super) composing: bool,
    /// The legacy key code.
    pub(super) code: u32,
    /// Shift.
    pub(super) shift: bool,
    /// Ctrl.
    pub(super) ctrl: bool,
    /// ⌘ or the Windows key.
    pub(super) meta: bool,
    /// Alt.
    pub(super) alt: bool,
}

impl KeyPress {
    /// Whether Ctrl or ⌘ is held, and nothing else.
    pub(super) fn is_modified(self) -> bool {
        (self.ctrl || self.meta) && !self.shift && !self.alt
    }

    /// Whether no other key is held.
    pub(super) fn is_plain(self) -> bool {
        !(self.shift || self.ctrl || self.meta || self.alt)
    }
}

/// What a press of Enter means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EnterMeans {
    /// The question goes.
    Send,
    /// A new line.
    NewLine,
    /// It accepts what the input method offers.
    InputMethod,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTER: KeyPress = KeyPress { composing: false, code: 13, shift: false, ctrl: false, meta: false, alt: false };

    #[test]
    fn chromium_order_keydown_then_end() {
        let mut composition = Composition::default();
        composition.start();
        let press = KeyPress { composing: true, code: 229, ..ENTER };
        assert_eq!(composition.enter(press, SendKey::Enter), EnterMeans::InputMethod);
        composition.end();
        composition.next_task();
        assert_eq!(composition.enter(ENTER, SendKey::Enter), EnterMeans::Send, "the next Enter is the person's own");
    }

    #[test]
    fn webkit_order_end_then_keydown() {
        let mut composition = Composition::default();
        composition.start();
        composition.end();
        assert_eq!(composition.enter(KeyPress { code: 229, ..ENTER }, SendKey::Enter), EnterMeans::InputMethod);
        assert_eq!(composition.enter(ENTER, SendKey::Enter), EnterMeans::InputMethod, "even without the code");
        composition.next_task();
        assert_eq!(composition.enter(ENTER, SendKey::Enter), EnterMeans::Send);
    }

    #[test]
    fn a_composition_that_never_ended_does_not_block_for_ever() {
        let mut composition = Composition::default();
        composition.start();
        composition.leave();
        assert_eq!(composition.enter(ENTER, SendKey::Enter), EnterMeans::Send);
    }

    #[test]
    fn the_send_key_is_the_persons_choice() {
        let composition = Composition::default();
        let shift = KeyPress { shift: true, ..ENTER };
        let ctrl = KeyPress { ctrl: true, ..ENTER };
        let meta = KeyPress { meta: true, ..ENTER };
        assert_eq!(composition.enter(shift, SendKey::Enter), EnterMeans::NewLine);
        assert_eq!(composition.enter(ctrl, SendKey::Enter), EnterMeans::Send);
        assert_eq!(composition.enter(ENTER, SendKey::ModEnter), EnterMeans::NewLine);
        assert_eq!(composition.enter(ctrl, SendKey::ModEnter), EnterMeans::Send);
        assert_eq!(composition.enter(meta, SendKey::ModEnter), EnterMeans::Send);
    }
}
