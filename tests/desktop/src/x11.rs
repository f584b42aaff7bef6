//! Just enough of the X11 protocol to ask a window to close, which no Debian 12 tool does without a window manager.
//! Numbers of requests and layouts: "X Window System Protocol", version 11, appendix B; the closing message: ICCCM 4.2.8.1.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use anyhow::{Context, Result, ensure};

const SEND_EVENT: u8 = 25;
const INTERN_ATOM: u8 = 16;
const QUERY_TREE: u8 = 15;
const GET_PROPERTY: u8 = 20;
const CLIENT_MESSAGE: u8 = 33;

/// A connection to a display on this machine.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: UnixStream,
    root: u32,
}

impl Connection {
    pub(crate) fn open(display: &str) -> Result<Self> {
        let mut socket = UnixStream::connect(format!("/tmp/.X11-unix/X{display}")).context("the display is gone")?;
        socket.set_read_timeout(Some(crate::GUARD))?;
        // Little-endian, version 11.0, no authorisation.
        socket.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let head: [u8; 8] = read(&mut socket)?;
        ensure!(head.first() == Some(&1), "the display refused the connection");
        let mut setup = vec![0; usize::from(u16_at(&head, 6)?) * 4];
        socket.read_exact(&mut setup)?;
        let vendor = usize::from(u16_at(&setup, 16)?).next_multiple_of(4);
        let formats = setup.get(21).copied().map(usize::from).context("a short setup")? * 8;
        let root = u32_at(&setup, 32 + vendor + formats)?;
        Ok(Self { socket, root })
    }

    /// Sends `WM_DELETE_WINDOW` to every window that understands it, and says how many that were.
    pub(crate) fn ask_windows_to_close(mut self) -> Result<usize> {
        let protocols = self.atom("WM_PROTOCOLS")?;
        let delete = self.atom("WM_DELETE_WINDOW")?;
        let mut asked = 0;
        for window in self.top_windows()? {
            if self.property(window, protocols)?.contains(&delete) {
                self.send(&message(window, protocols, delete))?;
                asked += 1;
            }
        }
        // A reply proves that the server has handled everything before it.
        self.atom("WM_PROTOCOLS")?;
        Ok(asked)
    }

    fn atom(&mut self, name: &str) -> Result<u32> {
        let mut request = vec![INTERN_ATOM, 0];
        let length = u16::try_from(2 + name.len().div_ceil(4))?;
        request.extend(length.to_le_bytes());
        request.extend(u16::try_from(name.len())?.to_le_bytes());
        request.extend([0, 0]);
        request.extend(name.as_bytes());
        request.resize(usize::from(length) * 4, 0);
        self.send(&request)?;
        let (head, _) = self.reply()?;
        u32_at(&head, 8)
    }

    fn top_windows(&mut self) -> Result<Vec<u32>> {
        let mut request = vec![QUERY_TREE, 0, 2, 0];
        request.extend(self.root.to_le_bytes());
        self.send(&request)?;
        Ok(numbers(&self.reply()?.1))
    }

    fn property(&mut self, window: u32, property: u32) -> Result<Vec<u32>> {
        let mut request = vec![GET_PROPERTY, 0, 6, 0];
        // Any type, from the start, at most 64 numbers.
        for number in [window, property, 0, 0, 64] {
            request.extend(number.to_le_bytes());
        }
        self.send(&request)?;
        Ok(numbers(&self.reply()?.1))
    }

    fn send(&mut self, request: &[u8]) -> Result<()> {
        Ok(self.socket.write_all(request)?)
    }

    /// The head of the next reply and what follows it. No event is asked for, so none comes in between.
    fn reply(&mut self) -> Result<([u8; 32], Vec<u8>)> {
        let head: [u8; 32] = read(&mut self.socket)?;
        ensure!(head.first() == Some(&1), "the display answered with an error");
        let mut rest = vec![0; usize::try_from(u32_at(&head, 4)?)? * 4];
        self.socket.read_exact(&mut rest)?;
        Ok((head, rest))
    }
}

fn message(window: u32, protocols: u32, delete: u32) -> Vec<u8> {
    let mut request = vec![SEND_EVENT, 0, 11, 0];
    request.extend(window.to_le_bytes());
    request.extend([0; 4]);
    // The event: numbers of 32 bits, to that window, "delete yourself", at no particular time.
    request.extend([CLIENT_MESSAGE, 32, 0, 0]);
    for number in [window, protocols, delete, 0, 0, 0, 0] {
        request.extend(number.to_le_bytes());
    }
    request
}

fn read<const N: usize>(socket: &mut UnixStream) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    socket.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|chunk| Some(u32::from_le_bytes(chunk.try_into().ok()?))).collect()
}

fn u16_at(bytes: &[u8], place: usize) -> Result<u16> {
    let found = bytes.get(place..place + 2).context("a short answer")?;
    Ok(u16::from_le_bytes(found.try_into()?))
}

fn u32_at(bytes: &[u8], place: usize) -> Result<u32> {
    let found = bytes.get(place..place + 4).context("a short answer")?;
    Ok(u32::from_le_bytes(found.try_into()?))
}
