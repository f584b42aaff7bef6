//! Files to send along, on their way from the picker, the clipboard or a drop into the question.

use hub_contract::conversation::AttachmentInput;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Blob, File, FileList, FileReader};
use yew::prelude::*;

/// Most files of one question.
pub(super) const MOST: usize = 9;
/// Largest file, in bytes; the core has the same limit.
pub(super) const LARGEST: f64 = 20.0 * 1024.0 * 1024.0;

/// A file that was chosen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attached {
    pub(crate) input: AttachmentInput,
    /// Its size, in bytes.
    pub(crate) bytes: u64,
}

/// Why a file was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    NotAnImage,
    TooLarge,
    TooMany,
    /// Something was pasted that the system did not hand to the page.
    NotHanded,
}

/// The files of a list.
pub(crate) fn files_of(list: Option<FileList>) -> Vec<File> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|place| list.item(place)).collect()
}

/// Whether a file may go along, when there are so many already.
pub(super) fn check(mime: &str, size: f64, already: usize) -> Result<(), Refused> {
    if !mime.starts_with("image/") {
        Err(Refused::NotAnImage)
    } else if size > LARGEST {
        Err(Refused::TooLarge)
    } else if already >= MOST {
        Err(Refused::TooMany)
    } else {
        Ok(())
    }
}

/// Reads a file in the background. A file that cannot be read does not appear.
pub(crate) fn read(file: &File, done: Callback<Attached>) {
    read_as(file, file.name(), file.type_(), done);
}

/// Reads something in the background, to be a file of that name and type.
pub(super) fn read_as(content: &Blob, name: String, mime: String, done: Callback<Attached>) {
    let Ok(reader) = FileReader::new() else { return };
    let bytes = content.size() as u64;
    let source = reader.clone();
    let onload = Closure::once_into_js(move || {
        let url = source.result().ok().and_then(|result| result.as_string()).unwrap_or_default();
        if let Some((_, base64)) = url.split_once(";base64,") {
            let input = AttachmentInput { name, mime, base64: base64.to_owned() };
            done.emit(Attached { input, bytes });
        }
    });
    reader.set_onload(Some(onload.unchecked_ref()));
    let _ = reader.read_as_data_url(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_images_of_a_sensible_size_and_number() {
        assert_eq!(check("image/png", 1e6, 0), Ok(()));
        assert_eq!(check("application/pdf", 1e6, 0), Err(Refused::NotAnImage));
        assert_eq!(check("image/png", 3e7, 0), Err(Refused::TooLarge));
        assert_eq!(check("image/png", 1e6, MOST), Err(Refused::TooMany));
    }
}
