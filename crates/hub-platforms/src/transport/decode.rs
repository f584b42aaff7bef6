//! Takes the compression off a body, however it was cut, and refuses one that swells out of proportion.

use std::io::{self, Write};

use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::limits::Limits;

/// Why a body could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecodeError {
    /// It swells to more than the limits allow.
    Swells,
    /// It is larger than a stream may be.
    TooLarge,
    /// It is not what its header says.
    Broken,
}

/// Decodes one body.
pub(super) struct Decoder {
    coding: Coding,
    limits: Limits,
    wire: u64,
    decoded: u64,
}

enum Coding {
    Identity,
    Gzip(Box<GzDecoder<Bounded>>),
    /// `deflate` means the zlib format; some servers send it without its two bytes of header, so the first bytes tell.
    Deflate(Vec<u8>),
    Zlib(Box<ZlibDecoder<Bounded>>),
    Raw(Box<DeflateDecoder<Bounded>>),
    Brotli(Box<brotli::DecompressorWriter<Bounded>>),
}

impl Decoder {
    /// A decoder for that `Content-Encoding`; `None` for one that nobody asked for and that is not known.
    pub(super) fn new(encoding: Option<&str>, limits: Limits) -> Option<Self> {
        let coding = match encoding.map(|encoding| encoding.trim().to_ascii_lowercase()).as_deref() {
            None | Some("" | "identity" | "none") => Coding::Identity,
            Some("gzip" | "x-gzip") => Coding::Gzip(Box::new(GzDecoder::new(Bounded::default()))),
            Some("deflate") => Coding::Deflate(Vec::new()),
            Some("br") => Coding::Brotli(Box::new(brotli::DecompressorWriter::new(Bounded::default(), 16 * 1024))),
            Some(_) => return None,
        };
        Some(Self { coding, limits, wire: 0, decoded: 0 })
    }

    /// Takes the next bytes of the wire and gives what they decode to, which may be nothing yet.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
        self.wire += bytes.len() as u64;
        let swollen = (self.wire * self.limits.inflation).max(self.limits.inflation_free_bytes);
        let room = swollen.min(self.limits.stream_bytes).saturating_sub(self.decoded);
        let decoded = match self.coding.push(bytes, room) {
            Ok(decoded) => decoded,
            Err(Stop::Broken) => return Err(DecodeError::Broken),
            Err(Stop::Full) if swollen < self.limits.stream_bytes => {
                return Err(DecodeError::Swells);
            }
            Err(Stop::Full) => return Err(DecodeError::TooLarge),
        };
        self.decoded += decoded.len() as u64;
        Ok(decoded)
    }
}

enum Stop {
    Full,
    Broken,
}

impl Coding {
    fn push(&mut self, bytes: &[u8], room: u64) -> Result<Vec<u8>, Stop> {
        if let Self::Deflate(held) = self {
            held.extend_from_slice(bytes);
            let Some(zlib) = looks_like_zlib(held) else {
                return Ok(Vec::new());
            };
            let held = std::mem::take(held);
            *self = if zlib {
                Self::Zlib(Box::new(ZlibDecoder::new(Bounded::default())))
            } else {
                Self::Raw(Box::new(DeflateDecoder::new(Bounded::default())))
            };
            return self.push(&held, room);
        }
        match self {
            Self::Identity if bytes.len() as u64 > room => Err(Stop::Full),
            Self::Identity | Self::Deflate(_) => Ok(bytes.to_vec()),
            Self::Gzip(decoder) => through(decoder.as_mut(), GzDecoder::get_mut, bytes, room),
            Self::Zlib(decoder) => through(decoder.as_mut(), ZlibDecoder::get_mut, bytes, room),
            Self::Raw(decoder) => through(decoder.as_mut(), DeflateDecoder::get_mut, bytes, room),
            Self::Brotli(decoder) => through(decoder.as_mut(), brotli::DecompressorWriter::get_mut, bytes, room),
        }
    }
}

/// Writes into a decoder and takes out what came through. The bound stands behind the decoder, so no piece of input,
/// however small, can swell past it.
fn through<D: Write>(
    decoder: &mut D,
    inner: fn(&mut D) -> &mut Bounded,
    bytes: &[u8],
    room: u64,
) -> Result<Vec<u8>, Stop> {
    inner(decoder).room = room;
    let written = write_until_end(decoder, bytes).and_then(|()| decoder.flush());
    let bounded = inner(decoder);
    let decoded = std::mem::take(&mut bounded.bytes);
    match written {
        Ok(()) => Ok(decoded),
        Err(_) if bounded.full => Err(Stop::Full),
        Err(_) => Err(Stop::Broken),
    }
}

/// What stands behind the end of the compressed data is left alone.
fn write_until_end(decoder: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match decoder.write(bytes)? {
            0 => return Ok(()),
            taken => bytes = bytes.get(taken..).unwrap_or_default(),
        }
    }
    Ok(())
}

/// The two header bytes of zlib: method 8, and a multiple of 31 together.
fn looks_like_zlib(bytes: &[u8]) -> Option<bool> {
    let &[first, second, ..] = bytes else {
        return None;
    };
    Some(first & 0x0F == 8 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0)
}

/// Bytes with an upper limit.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    room: u64,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.bytes.len() + bytes.len()) as u64 > self.room {
            self.full = true;
            return Err(io::Error::other("decoded past the limit"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut coded = Vec::new();
        brotli::BrotliCompress(&mut &bytes[..], &mut coded, &brotli::enc::BrotliEncoderParams::default())
            .expect("in memory");
        coded
    }

    fn decode(encoding: &str, coded: &[u8], size: usize, limits: Limits) -> Result<Vec<u8>, DecodeError> {
        let mut decoder = Decoder::new(Some(encoding), limits).expect("known");
        let mut whole = Vec::new();
        for chunk in coded.chunks(size) {
            whole.extend(decoder.push(chunk)?);
        }
        Ok(whole)
    }

    #[test]
    fn q37_every_coding_in_any_cut() {
        let text = "data: 世界\n\n".repeat(50);
        let bytes = text.as_bytes();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(bytes).expect("in memory");
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(bytes).expect("in memory");
        for (encoding, coded) in [
            ("identity", bytes.to_vec()),
            ("gzip", gzip(bytes)),
            ("X-GZip", gzip(bytes)),
            ("deflate", zlib.finish().expect("in memory")),
            ("deflate", raw.finish().expect("in memory")),
            ("br", brotli(bytes)),
        ] {
            for size in [1, 7, 100_000] {
                let decoded = decode(encoding, &coded, size, Limits::default());
                assert_eq!(decoded.as_deref(), Ok(bytes), "{encoding} by {size}");
            }
        }
        assert!(Decoder::new(Some("zstd"), Limits::default()).is_none());
    }

    #[test]
    fn what_was_flushed_comes_out_at_once() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(b"data: a\n\n").expect("in memory");
        encoder.flush().expect("in memory");
        let mut decoder = Decoder::new(Some("gzip"), Limits::default()).expect("known");
        assert_eq!(decoder.push(encoder.get_ref()).as_deref(), Ok(b"data: a\n\n".as_slice()));
    }

    #[test]
    fn a_bomb_is_refused_before_it_swells() {
        let zeros = vec![0; 8 * 1024 * 1024];
        let bombs = [("gzip", gzip(&zeros)), ("br", brotli(&zeros))];
        for (encoding, bomb) in bombs {
            assert_eq!(decode(encoding, &bomb, 1024, Limits::default()), Err(DecodeError::Swells), "{encoding}");
        }
        let limits = Limits { stream_bytes: 10, ..Limits::default() };
        assert_eq!(decode("identity", &[0; 11], 4, limits), Err(DecodeError::TooLarge));
    }

    #[test]
    fn nonsense_is_broken() {
        for encoding in ["gzip", "br"] {
            assert_eq!(decode(encoding, b"not compressed at all", 100, Limits::default()), Err(DecodeError::Broken));
        }
    }
}
