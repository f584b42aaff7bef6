//! Files: each belongs to the person who uploaded it.

use serde_json::{Value, json};

use super::platform::State;
use super::refusal::Refusal;
use crate::openai::fields::Fields;
use crate::{Recorded, Reply};

impl State {
    /// `POST /files/upload`.
    pub(super) fn upload(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        let form = String::from_utf8_lossy(&request.body);
        let user = form.split("name=\"user\"").nth(1).and_then(|rest| rest.split("\r\n\r\n").nth(1));
        let user = user.and_then(|rest| rest.split("\r\n").next()).unwrap_or_default().to_owned();
        let Some(file) = form.split("name=\"file\"; filename=\"").nth(1) else {
            return Err(Refusal::Invalid("sim: please upload your file".to_owned()));
        };
        if request.body.len() > self.options.upload_bytes {
            return Err(Refusal::FileTooLarge);
        }
        let head = file.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase();
        let Some(mime) = head.split("content-type:").nth(1).map(|mime| mime.trim().to_owned()) else {
            return Err(Refusal::UnsupportedFile);
        };
        let name = file.split('"').next().unwrap_or_default();
        let id = format!("{:08x}-0000-4000-8000-{:012x}", 9, self.count);
        self.uploads.insert(id.clone(), user);
        let document = json!({ "id": id, "name": name, "size": request.body.len(), "mime_type": mime,
            "extension": name.rsplit('.').next(), "created_by": "sim", "created_at": 1_900_000_000 });
        Ok(Reply::json(201, &document))
    }

    /// Files belong to the person who uploaded them.
    pub(super) fn check_files(&self, body: &Value, user: &str) -> Result<(), Refusal> {
        let listed = body.field("files").as_array().into_iter().flatten();
        let variables = body.field("inputs").as_object().into_iter().flat_map(|inputs| inputs.values());
        let files = listed.chain(variables).filter_map(|file| file.get("upload_file_id").and_then(Value::as_str));
        for id in files {
            match self.uploads.get(id) {
                Some(owner) if owner == user => {}
                Some(_) => return Err(Refusal::FileDenied),
                None => return Err(Refusal::Invalid("sim: invalid upload file".to_owned())),
            }
        }
        Ok(())
    }
}
