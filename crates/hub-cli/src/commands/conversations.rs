//! `hub conversations`: history.

use std::fmt::Write as _;

use hub_contract::conversation::{
    ConversationDetail, ExportConversationRequest, ListConversationsRequest, Role, SearchFilter, SearchRequest,
    ShowConversationRequest,
};
use hub_contract::id::ConversationId;

use crate::args::{Conversations, SearchConversations};
use crate::failure::Result;
use crate::output::Output;
use crate::session::{Access, Session, target};
use crate::table;

pub(super) async fn run(command: Conversations, session: &Session, output: &Output) -> Result<()> {
    match command {
        Conversations::List { archived, limit } => list(archived, limit, session, output).await,
        Conversations::Show { conversation } => show(ConversationId(conversation), session, output).await,
        Conversations::Search(asked) => search(asked, session, output).await,
        Conversations::Export { conversation, format } => {
            let request = ExportConversationRequest { id: ConversationId(conversation), format };
            let exported =
                session.with(Access::Reading, async |hub| Ok(hub.conversation_export(request).await?)).await?;
            if output.is_json() { output.object(&exported) } else { output.text(&exported.text) }
        }
        Conversations::Remove { conversation } => {
            let id = ConversationId(conversation.clone());
            session.with(Access::Writing, async |hub| Ok(hub.conversation_remove(id).await?)).await?;
            output.say("cli-removed", &[("what", conversation.into())]);
            Ok(())
        }
    }
}

async fn list(archived: bool, limit: u32, session: &Session, output: &Output) -> Result<()> {
    let request = ListConversationsRequest { archived, limit, ..ListConversationsRequest::default() };
    let conversations = session.with(Access::Reading, async |hub| Ok(hub.conversations_list(request).await?)).await?;
    output.list(&conversations, &["id", "time", "with", "title"], |conversation| {
        vec![
            conversation.id.to_string(),
            output.time(conversation.updated_at),
            conversation.target_name.clone(),
            conversation.title.clone(),
        ]
    })
}

async fn show(id: ConversationId, session: &Session, output: &Output) -> Result<()> {
    let request = ShowConversationRequest { id, through: None, last: None };
    let detail = session.with(Access::Reading, async |hub| Ok(hub.conversation_show(request).await?)).await?;
    if output.is_json() { output.object(&detail) } else { output.text(&in_words(&detail, output)) }
}

async fn search(asked: SearchConversations, session: &Session, output: &Output) -> Result<()> {
    let SearchConversations { text, limit, agent, model, role, since, until, without_archived } = asked;
    let reply = session
        .with(Access::Reading, async |hub| {
            let target = target(&hub, agent.as_deref(), model.as_ref()).await?;
            let filter = SearchFilter { target, kind: role, since, until, without_archived };
            Ok(hub.search(SearchRequest { text, limit, filter }).await?)
        })
        .await?;
    output.list(&reply.hits, &["id", "time", "title", "passage"], |hit| {
        vec![hit.conversation.to_string(), output.time(hit.at), hit.title.clone(), table::plain(&hit.passage.concat())]
    })?;
    let shown = reply.hits.len();
    if !output.is_json() && u32::try_from(shown).is_ok_and(|shown| shown < reply.total) {
        output.say("cli-more-hits", &[("shown", shown.into()), ("total", reply.total.into())]);
    }
    Ok(())
}

fn in_words(detail: &ConversationDetail, output: &Output) -> String {
    let mut out = format!("{}\n", table::plain(&detail.conversation.title));
    for message in &detail.messages {
        let who = match message.role {
            Role::User => output.texts().get("cli-you"),
            Role::Assistant => detail.conversation.target_name.clone(),
        };
        let _ = write!(out, "\n— {} · {}\n{}\n", table::plain(&who), output.time(message.created_at), message.text);
        for file in &message.attachments {
            let _ = writeln!(out, "[{}]", table::plain(&file.name));
        }
        for part in &message.body.parts {
            let _ = writeln!(out, "{}", part.text);
        }
        let state = output.state(&message.state);
        if !state.is_empty() {
            let _ = writeln!(out, "({state})");
        }
    }
    out
}
