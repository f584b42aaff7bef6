//! Reads a recorded answer without a socket, exactly as a run reads one that comes: for figures and for hostile inputs.

use crate::chat::ChatSignal;
use crate::dialect::{self, Progress};
use crate::endpoint::Endpoint;
use crate::sse::{Decoder, TooLarge};
use crate::turn::Turn;

/// Tells the signals of an answer to that turn whose bytes come in these pieces. Reading stops where a run would stop.
pub fn stream<'b>(
    endpoint: &Endpoint,
    turn: &Turn,
    event_bytes: usize,
    pieces: impl IntoIterator<Item = &'b [u8]>,
    mut tell: impl FnMut(ChatSignal),
) {
    let mut reader = dialect::for_turn(endpoint.platform, turn).reader(endpoint, turn);
    let mut decoder = Decoder::new(event_bytes);
    let (mut items, mut signals) = (Vec::new(), Vec::new());
    for piece in pieces {
        let pushed = decoder.push(piece, &mut items);
        for item in items.drain(..) {
            let progress = reader.item(&item, &mut signals);
            signals.drain(..).for_each(&mut tell);
            if progress == Progress::Over {
                return;
            }
        }
        if let Err(TooLarge) = pushed {
            break;
        }
    }
    decoder.finish(&mut items);
    for item in &items {
        let progress = reader.item(item, &mut signals);
        signals.drain(..).for_each(&mut tell);
        if progress == Progress::Over {
            return;
        }
    }
    reader.end(None, &mut signals);
    signals.drain(..).for_each(&mut tell);
}
