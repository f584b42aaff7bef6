//! Who owns the scroll position: the growing answer, or the person. Pure; the viewport feeds it and obeys.

/// Nearer to the end than this counts as being there, in CSS pixels.
const AT_END: f64 = 24.0;

/// Whether the view follows the end of the conversation. A gesture of the person ends that until they are back at the
/// end themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Follow {
    following: bool,
    /// A pointer is down: text is being selected or the scroll bar dragged.
    held: bool,
    /// The page is on its way to a message that is being drawn.
    sets_out: bool,
    last_top: f64,
}

impl Default for Follow {
    fn default() -> Self {
        Self { following: true, held: false, sets_out: false, last_top: 0.0 }
    }
}

impl Follow {
    /// Whether growing content moves the view.
    pub(super) fn sticks(&self) -> bool {
        self.following && !self.held
    }

    /// Whether the way back to the end is offered.
    pub(super) fn is_away(&self) -> bool {
        !self.following
    }

    /// Whether the page is on its way to a message. Where the view stands says nothing until it is there: between drawing
    /// and going, the browser may lay the page out and tell of it.
    pub(super) fn is_on_its_way(&self) -> bool {
        self.sets_out
    }

    /// The page goes to a message as soon as it is drawn.
    pub(super) fn sets_out(&mut self) {
        self.sets_out = true;
        self.following = false;
    }

    /// The message is not there after all.
    pub(super) fn gave_up(&mut self) {
        self.sets_out = false;
    }

    /// The person moves away from the end by wheel or key; the position itself changes a moment later.
    pub(super) fn gesture_up(&mut self) {
        self.sets_out = false;
        self.following = false;
    }

    /// A pointer goes down or up in the view.
    pub(super) fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// The view went to the end: on its own, or because the person asked for it.
    pub(super) fn went_to_end(&mut self, top: f64) {
        self.sets_out = false;
        self.following = true;
        self.last_top = top;
    }

    /// The view was put somewhere by the page, for example at a message that was found.
    pub(super) fn went_to(&mut self, top: f64) {
        self.sets_out = false;
        self.following = false;
        self.last_top = top;
    }

    /// The position changed. `left` is what remains below it.
    pub(super) fn scrolled(&mut self, top: f64, left: f64) {
        if self.sets_out {
            // What is drawn changed, not where the person wants to be.
        } else if left <= AT_END {
            self.following = true;
        } else if top < self.last_top - 1.0 {
            self.following = false;
        }
        self.last_top = top;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_text_is_followed_until_the_person_scrolls_up() {
        let mut follow = Follow::default();
        follow.went_to_end(100.0);
        follow.scrolled(100.0, 0.0);
        assert!(follow.sticks());
        follow.scrolled(100.0, 300.0);
        assert!(follow.sticks(), "the text grew; nobody moved");
        follow.scrolled(60.0, 340.0);
        assert!(!follow.sticks() && follow.is_away());
        follow.scrolled(90.0, 310.0);
        assert!(!follow.sticks(), "moving down is not yet being back");
        follow.scrolled(390.0, 10.0);
        assert!(follow.sticks());
    }

    #[test]
    fn a_wheel_turn_wins_over_text_that_comes_before_the_scroll_event() {
        let mut follow = Follow::default();
        follow.went_to_end(100.0);
        follow.gesture_up();
        assert!(!follow.sticks());
        follow.scrolled(95.0, 5.0);
        assert!(follow.sticks(), "a turn too small to leave the end changes nothing");
    }

    #[test]
    fn on_the_way_to_a_message_the_place_of_the_view_says_nothing() {
        let mut follow = Follow::default();
        follow.went_to_end(900.0);
        follow.sets_out();
        follow.scrolled(850.0, 0.0);
        assert!(follow.is_on_its_way() && !follow.sticks(), "another end came under the view");
        follow.went_to(40.0);
        assert!(!follow.is_on_its_way() && follow.is_away());
        follow.sets_out();
        follow.gesture_up();
        assert!(!follow.is_on_its_way(), "the person goes elsewhere");
    }

    #[test]
    fn a_pressed_pointer_holds_the_view_still() {
        let mut follow = Follow::default();
        follow.hold(true);
        assert!(!follow.sticks());
        assert!(!follow.is_away());
        follow.hold(false);
        assert!(follow.sticks());
    }
}
