//! What goes along with the question that is being written, and the chips that show it.

use std::cell::RefCell;
use std::rc::Rc;

use hub_contract::conversation::AttachmentInput;
use hub_text::Texts;
use web_sys::{Blob, File};
use yew::prelude::*;

use super::attach::{Attached, MOST, Refused, check, read, read_as};
use super::paste;
use crate::components::{Icon, IconButton, IconName, IconSize};
use crate::format;

/// The attachments of a question that is being written.
#[derive(Clone)]
pub(super) struct Attachments {
    /// Not a state: readers that end between two drawings add to the same list.
    files: Rc<RefCell<Vec<Rc<Attached>>>>,
    refused: UseStateHandle<Option<Refused>>,
    update: UseForceUpdateHandle,
}

/// Begins with these.
#[hook]
pub(super) fn use_attachments(first: Vec<Rc<Attached>>) -> Attachments {
    Attachments { files: use_mut_ref(|| first), refused: use_state_eq(|| None::<Refused>), update: use_force_update() }
}

impl Attachments {
    /// Takes images; what does not fit is told.
    pub(super) fn take(&self, files: &[File]) {
        self.refuse(None);
        let already = self.files.borrow().len();
        for (place, file) in files.iter().enumerate() {
            match check(&file.type_(), file.size(), already + place) {
                Err(why) => self.refuse(Some(why)),
                Ok(()) => {
                    let attachments = self.clone();
                    read(file, Callback::from(move |one| attachments.add(one)));
                }
            }
        }
    }

    /// Takes a text that was pasted, and tells when it is among the attachments.
    pub(super) fn take_text(&self, text: &str, done: Callback<()>) {
        self.refuse(None);
        if self.files.borrow().len() >= MOST {
            return self.refuse(Some(Refused::TooMany));
        }
        let Ok(blob) = Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into())) else { return };
        let name = paste::file_name(self.files.borrow().iter().map(|file| file.input.name.as_str()));
        let attachments = self.clone();
        let done = Callback::from(move |one| {
            attachments.add(one);
            done.emit(());
        });
        read_as(&blob, name, "text/plain".to_owned(), done);
    }

    pub(super) fn remove(&self, place: usize) {
        let mut files = self.files.borrow_mut();
        if place < files.len() {
            files.remove(place);
        }
        self.update.force_update();
    }

    pub(super) fn clear(&self) {
        self.files.borrow_mut().clear();
        self.refuse(None);
        self.update.force_update();
    }

    /// Tells why something was not taken, or nothing any more.
    pub(super) fn refuse(&self, why: Option<Refused>) {
        self.refused.set(why);
    }

    pub(super) fn refused(&self) -> Option<Refused> {
        *self.refused
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.borrow().is_empty()
    }

    /// All of them, to go along elsewhere.
    pub(super) fn all(&self) -> Vec<Rc<Attached>> {
        self.files.borrow().clone()
    }

    /// As the core takes them.
    pub(super) fn inputs(&self) -> Vec<AttachmentInput> {
        self.files.borrow().iter().map(|file| file.input.clone()).collect()
    }

    fn add(&self, one: Attached) {
        self.files.borrow_mut().push(Rc::new(one));
        self.update.force_update();
    }

    /// A chip each.
    pub(super) fn chips(&self, t: &Texts) -> Html {
        let files = self.files.borrow();
        if files.is_empty() {
            return html! {};
        }
        let chip = |(place, file): (usize, &Rc<Attached>)| {
            let attachments = self.clone();
            let is_image = file.input.mime.starts_with("image/");
            html! {
                <span class="chip">
                    <Icon name={if is_image { IconName::Image } else { IconName::File }} size={IconSize::S14} />
                    <span class="clip">{ &file.input.name }</span>
                    <span class="dim">{ format::bytes(file.bytes) }</span>
                    <IconButton
                        icon={IconName::Close}
                        icon_size={IconSize::S12}
                        label={t.with("chat-attach-remove", &[("name", file.input.name.as_str().into())])}
                        onclick={Callback::from(move |()| attachments.remove(place))}
                    />
                </span>
            }
        };
        html! { <div class="attach">{ for files.iter().enumerate().map(chip) }</div> }
    }
}
