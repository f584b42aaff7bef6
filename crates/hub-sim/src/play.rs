//! Plays an answer that was cut into frames: at its pace, and broken as a scenario wants it.

use std::time::Duration;

use bytes::Bytes;

use crate::{Action, Reply, Scenario};

/// Pace of [`Scenario::Slow`].
const SLOW: u32 = 4;
/// Pace of [`Scenario::Endless`] where the options give none: a flood would only fill the socket.
const ENDLESS: u32 = 100;
/// Pause between the comments of [`Scenario::KeepAlives`].
const KEEP_ALIVE_EVERY: Duration = Duration::from_millis(100);

/// How fast answers come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// Pieces a second; `None` is without pauses.
    pub per_second: Option<u32>,
    /// Pause before the first one.
    pub first: Duration,
}

/// The frames of one answer, each written by itself.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// What comes before any text.
    pub(crate) opening: Vec<String>,
    /// The text, piece by piece.
    pub(crate) pieces: Vec<String>,
    /// What ends it.
    pub(crate) ending: Vec<String>,
    /// What a failure in the middle looks like.
    pub(crate) failure: String,
}

/// The reply that plays these frames in that scenario.
pub(crate) fn play(frames: Frames, scenario: &Scenario, pace: Pace) -> Reply {
    let per_second = match scenario {
        Scenario::Slow => Some(SLOW),
        Scenario::Endless => pace.per_second.or(Some(ENDLESS)),
        _ => pace.per_second,
    };
    let gap = per_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.max(1));
    let paced = |frames: &[String]| -> Vec<Action> {
        frames.iter().flat_map(|frame| pause(gap).into_iter().chain([send(frame)])).collect()
    };
    let (first, second) = frames.pieces.split_at(frames.pieces.len() / 2);
    let mut actions: Vec<Action> = pause(pace.first).into_iter().collect();
    actions.extend(frames.opening.iter().map(|frame| send(frame)));
    match scenario {
        Scenario::Endless => actions.push(Action::Repeat(paced(&frames.pieces), None)),
        Scenario::KeepAlives => {
            let comment = Action::Send(Bytes::from_static(b": keep-alive\n\n"));
            actions.push(Action::Repeat(vec![comment, Action::Delay(KEEP_ALIVE_EVERY)], None));
        }
        Scenario::ErrorInStream => {
            actions.extend(paced(first));
            actions.push(send(&frames.failure));
        }
        Scenario::Cut | Scenario::Reset | Scenario::Stall => {
            actions.extend(paced(first));
            actions.push(match scenario {
                Scenario::Cut => Action::Close,
                Scenario::Reset => Action::Reset,
                _ => Action::HoldOpen,
            });
        }
        Scenario::Held(gate) => {
            actions.extend(paced(first));
            actions.push(Action::Wait(gate.clone()));
            actions.extend(paced(second));
            actions.extend(frames.ending.iter().map(|frame| send(frame)));
        }
        _ => {
            actions.extend(paced(&frames.pieces));
            actions.extend(frames.ending.iter().map(|frame| send(frame)));
        }
    }
    let reply = actions.into_iter().fold(Reply::event_stream().header("cache-control", "no-cache"), Reply::then);
    match scenario {
        Scenario::HeldBeforeHead(gate) => reply.before_head(Action::Wait(gate.clone())),
        Scenario::After(pause) => reply.before_head(Action::Delay(*pause)),
        _ => reply,
    }
}

/// The scenarios in which something else than the platform answers, or nothing.
pub(crate) fn page_of(scenario: &Scenario) -> Option<Reply> {
    Some(match scenario {
        Scenario::Silence => Reply::silence(),
        Scenario::Html => Reply::html(502, "<html><head><title>502</title></head><body>Bad Gateway</body></html>"),
        Scenario::SignInPage => Reply::html(200, "<!doctype html><html><body><form>Sign in</form></body></html>"),
        Scenario::Redirect { location } => Reply::redirect(307, location),
        _ => return None,
    })
}

fn send(frame: &str) -> Action {
    Action::Send(Bytes::copy_from_slice(frame.as_bytes()))
}

fn pause(length: Duration) -> Option<Action> {
    (!length.is_zero()).then_some(Action::Delay(length))
}
