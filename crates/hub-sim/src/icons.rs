//! Icons of simulated apps, drawn while they are asked for: nothing is fetched, and nobody owns them.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use crate::Reply;

/// Edge of an icon, in pixels.
const EDGE: u32 = 256;
/// The colours that a gradient leads between, from the upper left to the lower right.
const GRADIENTS: [[[u8; 3]; 2]; 6] = [
    [[64, 156, 255], [58, 70, 214]],
    [[38, 198, 160], [14, 116, 144]],
    [[255, 170, 72], [220, 74, 62]],
    [[186, 120, 255], [104, 58, 200]],
    [[255, 122, 150], [196, 46, 120]],
    [[150, 196, 60], [44, 130, 74]],
];

/// A coloured gradient with a ring, always the same for the same seed, as a file of that format.
pub fn picture(seed: &str, format: ImageFormat) -> Vec<u8> {
    let sum = seed.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    let [from, to] = GRADIENTS.get(sum % GRADIENTS.len()).copied().unwrap_or_default();
    let middle = f64::from(EDGE) * (0.35 + (sum / GRADIENTS.len() % 4) as f64 * 0.1);
    let drawn = RgbImage::from_fn(EDGE, EDGE, |x, y| {
        let along = f64::from(x + y) / f64::from(2 * EDGE);
        let away = (f64::from(x) - middle).hypot(f64::from(y) - middle) / f64::from(EDGE);
        // Soft at its rims, and lighter than what is below it.
        let ring = (1.0 - ((away - 0.22).abs() - 0.05).max(0.0) * 60.0).clamp(0.0, 1.0) * 0.75;
        let shade = |from: u8, to: u8| {
            let below = f64::from(from) + (f64::from(to) - f64::from(from)) * along;
            (below + (255.0 - below) * ring).round() as u8
        };
        Rgb([shade(from[0], to[0]), shade(from[1], to[1]), shade(from[2], to[2])])
    });
    let mut file = Cursor::new(Vec::new());
    // Writing to memory cannot fail for a format that can be written.
    let _ = drawn.write_to(&mut file, format);
    file.into_inner()
}

/// The answer to a call for an icon.
pub(crate) fn reply(seed: &str) -> Reply {
    Reply::status(200).header("content-type", "image/png").send(picture(seed, ImageFormat::Png))
}
