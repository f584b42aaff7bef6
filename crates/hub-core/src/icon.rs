//! What an agent's icon is kept as: a PNG of at most 128x128 pixels and 16 KB, in a data URL. Whatever comes in is decoded
//! and written anew, so that nothing else in it gets through: no script, no metadata, no second picture.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_contract::{ErrorCode, HubError};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType as Scaling;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use crate::Result;
use crate::hub::blocking;

/// Longest icon that is kept, as a data URL.
const URL_MAX: usize = PREFIX.len() + KEPT_BYTES.div_ceil(3) * 4;
/// Most bytes of an icon.
const KEPT_BYTES: usize = 16 * 1024;
/// Longest edges that are tried until the bytes suffice. The last one does in any case: 54 x 54 x 4 bytes, uncompressed.
const EDGES: [u32; 4] = [128, 96, 72, 54];
/// Longest edge of a picture that is read.
const READ_EDGE: u32 = 4096;
/// Most memory that a picture may take when it is decoded: such an edge squared, with transparency.
const READ_BYTES: u64 = 64 * 1024 * 1024;
/// The formats that are read. No SVG: it is a program, not a picture.
const FORMATS: [(ImageFormat, &str); 3] = [
    (ImageFormat::Png, PREFIX),
    (ImageFormat::Jpeg, "data:image/jpeg;base64,"),
    (ImageFormat::WebP, "data:image/webp;base64,"),
];
const PREFIX: &str = "data:image/png;base64,";

/// The icon out of the bytes of a picture, as a data URL.
///
/// # Errors
/// `unsupported_file` with the hint `icon_kind` for what is no picture or a damaged one, `too_large` with the hint
/// `icon_size`.
pub(crate) async fn kept(bytes: Vec<u8>) -> Result<String> {
    blocking(move || Ok(format!("{PREFIX}{}", STANDARD.encode(written_anew(&bytes)?)))).await?
}

/// Whether a data URL of somebody else's is small enough to be shown, without decoding it.
pub(crate) fn is_small(url: &str) -> bool {
    let read = |(format, prefix): &(ImageFormat, &str)| {
        let bytes = STANDARD.decode(url.strip_prefix(prefix)?).ok()?;
        ImageReader::with_format(Cursor::new(bytes), *format).into_dimensions().ok()
    };
    let most = EDGES.iter().copied().max().unwrap_or_default();
    url.len() <= URL_MAX && FORMATS.iter().find_map(read).is_some_and(|(width, height)| width.max(height) <= most)
}

fn written_anew(bytes: &[u8]) -> Result<Vec<u8>> {
    let picture = decoded(bytes)?;
    for edge in EDGES {
        let small = if picture.width().max(picture.height()) > edge {
            picture.resize(edge, edge, Scaling::CatmullRom)
        } else {
            picture.clone()
        };
        let written = png(small)?;
        if written.len() <= KEPT_BYTES {
            return Ok(written);
        }
    }
    Err(too_large())
}

fn decoded(bytes: &[u8]) -> Result<DynamicImage> {
    // What the bytes say counts, not what the server or the file's name calls them.
    let format = image::guess_format(bytes).ok().filter(|found| FORMATS.iter().any(|(format, _)| format == found));
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.ok_or_else(no_picture)?);
    // Before a pixel is decoded: a few kilobytes can swell to gigabytes.
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(READ_EDGE);
    limits.max_image_height = Some(READ_EDGE);
    limits.max_alloc = Some(READ_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    if decoder.total_bytes() > READ_BYTES {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn png(picture: DynamicImage) -> Result<Vec<u8>> {
    // Eight bits a channel, whatever it had before.
    let picture: DynamicImage =
        if picture.color().has_alpha() { picture.into_rgba8().into() } else { picture.into_rgb8().into() };
    let mut written = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut written, CompressionType::Best, FilterType::Adaptive);
    picture.write_with_encoder(encoder).map_err(|_| HubError::internal("an icon could not be written"))?;
    Ok(written)
}

fn refused(error: &ImageError) -> HubError {
    if matches!(error, ImageError::Limits(_)) { too_large() } else { no_picture() }
}

fn no_picture() -> HubError {
    HubError::new(ErrorCode::UnsupportedFile, "it is no PNG, JPEG or WebP picture").hint("icon_kind").field("icon")
}

fn too_large() -> HubError {
    HubError::new(ErrorCode::TooLarge, "the picture is too large").hint("icon_size").field("icon")
}

#[cfg(test)]
mod tests {
    use image::{ImageBuffer, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    /// A picture that compresses badly.
    fn noise(width: u32, height: u32) -> DynamicImage {
        let mut seed = 1_u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        };
        RgbImage::from_fn(width, height, |_, _| Rgb([next(), next(), next()])).into()
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// The checksum of a PNG's parts (ISO 3309).
    fn crc32(bytes: &[u8]) -> u32 {
        let bit = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
    }

    fn hint(bytes: &[u8]) -> String {
        written_anew(bytes).unwrap_err().detail.hint.unwrap_or_default()
    }

    #[test]
    fn every_format_becomes_a_small_png() {
        for (format, _) in FORMATS {
            for (width, height) in [(300, 200), (1, 900), (64, 64), (128, 128)] {
                let kept = written_anew(&file(&noise(width, height), format)).unwrap();
                let again = image::load_from_memory_with_format(&kept, ImageFormat::Png).unwrap();
                assert!(kept.len() <= KEPT_BYTES, "{format:?} {width}x{height}: {} bytes", kept.len());
                assert!(again.width().max(again.height()) <= 128 && again.width() >= 1);
            }
        }
    }

    #[test]
    fn a_small_picture_keeps_its_size_and_its_transparency() {
        let glass: DynamicImage = RgbaImage::from_pixel(40, 30, Rgba([10, 200, 30, 0])).into();
        let kept = written_anew(&file(&glass, ImageFormat::WebP)).unwrap();
        assert_eq!(image::load_from_memory(&kept).unwrap(), glass);
    }

    #[test]
    fn sixteen_bits_a_channel_become_eight() {
        let deep: DynamicImage = ImageBuffer::<Rgba<u16>, _>::from_pixel(54, 54, Rgba([7, 70, 700, 7_000])).into();
        let kept = written_anew(&file(&deep, ImageFormat::Png)).unwrap();
        assert_eq!(image::load_from_memory(&kept).unwrap().color(), image::ColorType::Rgba8);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let svg: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        let whole = file(&noise(50, 50), ImageFormat::Png);
        let cut = &whole[..whole.len() / 2];
        for bytes in [b"".as_slice(), b"<!doctype html><p>Sign in</p>", svg, b"GIF89a\x01\0\x01\0\0\0\0;", cut] {
            assert_eq!(hint(bytes), "icon_kind");
        }
    }

    #[test]
    fn a_picture_that_would_swell_is_refused_before_it_is_decoded() {
        // A head is enough to tell. This one promises 4096x4096 with sixteen bits a channel: 128 MB of pixels.
        let mut head = file(&noise(8, 8), ImageFormat::Png);
        head[16..26].copy_from_slice(&[0, 0, 16, 0, 0, 0, 16, 0, 16, 6]);
        let checksum = crc32(&head[12..29]);
        head[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(hint(&head), "icon_size");
        let wide: DynamicImage = image::GrayImage::new(READ_EDGE + 1, 1).into();
        assert_eq!(hint(&file(&wide, ImageFormat::Png)), "icon_size");
        // 65,500 pixels each way.
        let mut head = file(&noise(8, 8), ImageFormat::Jpeg);
        let frame = head.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
        head[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
        assert_eq!(hint(&head), "icon_size");
    }

    #[test]
    fn somebody_elses_icon_is_looked_at_before_it_is_shown() {
        let url = |picture: &DynamicImage| format!("{PREFIX}{}", STANDARD.encode(file(picture, ImageFormat::Png)));
        assert!(is_small(&url(&noise(60, 60))));
        assert!(!is_small(&url(&noise(120, 120))), "more than 16 KB");
        assert!(!is_small(&url(&image::GrayImage::new(2_000, 2_000).into())), "it would swell");
        for url in ["data:image/png;base64,AAAA", "data:image/svg+xml;base64,AAAA", "https://host.example/a.png", ""] {
            assert!(!is_small(url), "{url}");
        }
    }
}
