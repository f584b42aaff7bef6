//! A question on its way: it is made ready for its platform, stored with an empty answer, and its run begins.

use std::collections::BTreeMap;

use hub_contract::conversation::{FileView, MessageBody, MessageState, MessageView, Role, RunFacts, Sent};
use hub_contract::id::{MessageId, RunId};
use hub_contract::run::{ActiveRun, FinishReason, NeedInput};
use hub_platforms::{Attachment, PastMessage, Turn};
use hub_store::ConversationRow;
use serde_json::Value;

use crate::addressee::Addressee;
use crate::runs::Job;
use crate::{Hub, Result, history, recall};

/// A question: where it stands and what it answers.
pub(crate) struct Asked {
    pub(crate) conversation: ConversationRow,
    pub(crate) is_new: bool,
    pub(crate) before: Vec<MessageView>,
    pub(crate) question: MessageView,
    pub(crate) question_is_new: bool,
    pub(crate) answer: BTreeMap<String, Value>,
}

/// A question that can be stored, and the run that begins then.
pub(crate) struct Ready {
    conversation: ConversationRow,
    is_new: bool,
    question: MessageView,
    question_is_new: bool,
    job: Job,
}

impl Hub {
    /// Stores a question and begins its run.
    pub(crate) async fn ask(&self, asked: Asked, to: Addressee) -> Result<Sent> {
        let ready = self.ready(asked, to).await?;
        self.store_asked(std::slice::from_ref(&ready)).await?;
        let sent = self.begin(ready);
        self.with_siblings(sent).await
    }

    /// Reads everything that a question needs on its way. Stores and sends nothing.
    pub(crate) async fn ready(&self, asked: Asked, to: Addressee) -> Result<Ready> {
        let Asked { conversation, is_new, before, question, question_is_new, answer } = asked;
        let recall::Recalled { remote, notice } = self.recalled(&conversation, &before, &to).await?;
        let settings = self.settings_now();
        // A platform that knows the conversation is told again what was said in it only where it turns out to have
        // forgotten it. Then words do; files are not read for that.
        let is_known = remote.conversation.is_some();
        let chosen = history::choose(&before, &question.text, to.context, settings.history_limit);
        let mut turn = Turn {
            model: to.model.clone(),
            app: to.app.clone(),
            system: to.prompt.clone(),
            history: Vec::with_capacity(chosen.sent.len()),
            text: question.text.clone(),
            attachments: self.read_files(&question.attachments).await?,
            inputs: if to.app.workflow { question.body.inputs.clone() } else { inputs_of(&question, &before) },
            waits_for: before.last().and_then(waits_for).cloned(),
            answer,
            remote,
            parameters: to.parameters.clone(),
            user: self.inner.store.person().await?,
            fresh_id: String::new(),
        };
        for message in &chosen.sent {
            turn.history.push(PastMessage {
                role: message.role,
                text: message.text.clone(),
                attachments: if is_known { Vec::new() } else { self.read_files(&message.attachments).await? },
            });
        }
        let facts = RunFacts {
            connection: to.connection.name.clone(),
            model: to.model.as_ref().map(|model| model.0.clone()),
            history_sent: if is_known { 0 } else { u32::try_from(chosen.sent.len()).unwrap_or(u32::MAX) },
            history_not_sent: if is_known { 0 } else { chosen.not_sent },
            ..RunFacts::default()
        };
        let answer = MessageView {
            id: MessageId(self.inner.ids.new_id()),
            conversation: conversation.id.clone(),
            parent: Some(question.id.clone()),
            role: Role::Assistant,
            state: MessageState::Streaming,
            text: String::new(),
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: self.now(),
        };
        let active = ActiveRun {
            run: RunId(self.inner.ids.new_id()),
            conversation: conversation.id.clone(),
            message: answer.id.clone(),
        };
        let job = Job {
            active,
            connection: to.connection.id,
            answer,
            platforms: self.inner.platforms.clone(),
            endpoint: to.endpoint,
            turn,
            facts,
            notice,
        };
        Ok(Ready { conversation, is_new, question, question_is_new, job })
    }

    /// Stores questions with their empty answers: all of them or, where it fails, none.
    pub(crate) async fn store_asked(&self, ready: &[Ready]) -> Result<()> {
        let new = ready.iter().filter(|one| one.is_new).map(|one| one.conversation.clone()).collect::<Vec<_>>();
        let messages = ready.iter().flat_map(|one| {
            let question = one.question_is_new.then(|| one.question.clone());
            question.into_iter().chain([one.job.answer.clone()])
        });
        Ok(self.inner.store.insert_messages(new, messages.collect(), self.now()).await?)
    }

    /// Begins the run of a question that is stored.
    pub(crate) fn begin(&self, ready: Ready) -> Sent {
        let Ready { conversation, question, job, .. } = ready;
        let (run, answer) = (job.active.run.clone(), job.answer.clone());
        self.inner.runs.begin(job);
        let mut conversation = self.conversation_view(conversation, true);
        conversation.updated_at = answer.created_at;
        Sent { run, conversation, question, answer }
    }

    /// The same, with everything that stands at their places of the tree.
    pub(crate) async fn with_siblings(&self, mut sent: Sent) -> Result<Sent> {
        for message in [&mut sent.question, &mut sent.answer] {
            message.siblings = self.inner.store.siblings(&message.id).await?;
        }
        Ok(sent)
    }

    async fn read_files(&self, files: &[FileView]) -> Result<Vec<Attachment>> {
        let mut read = Vec::with_capacity(files.len());
        for file in files {
            let bytes = self.inner.store.read_file(&file.id).await?;
            read.push(Attachment {
                name: file.name.clone(),
                mime: file.mime.clone(),
                bytes: bytes.into(),
                uploaded: None,
            });
        }
        Ok(read)
    }
}

/// What the platform waits for since that answer.
pub(crate) fn waits_for(answer: &MessageView) -> Option<&NeedInput> {
    let waits = matches!(answer.state, MessageState::Finished { reason: FinishReason::NeedsInput });
    answer.body.need_input.as_ref().filter(|_| waits)
}

/// The variables of a question; later questions of a chat go with those of the last one that brought some.
fn inputs_of(question: &MessageView, before: &[MessageView]) -> BTreeMap<String, Value> {
    let questions = std::iter::once(question).chain(before.iter().rev().filter(|message| message.role == Role::User));
    questions.map(|message| &message.body.inputs).find(|inputs| !inputs.is_empty()).cloned().unwrap_or_default()
}
