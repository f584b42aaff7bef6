//! The public face: every operation, and on which thread it runs.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hub_contract::UtcMs;
use hub_contract::connection::DependentAgents;
use hub_contract::conversation::{FileView, ListConversationsRequest, MessageView, SearchFilter, SearchReply};
use hub_contract::id::{
    AgentId, ComparisonId, ConnectionId, ConversationId, FileId, GroupId, MemberId, MessageId, ModelId, PlanId,
};
use hub_contract::model::CatalogItem;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::data_dir::{DataDir, remove_dir_if_there};
use crate::migrations::{MIGRATIONS, Migration};
use crate::tell::Tell;
use crate::threads::Threads;
use crate::{
    AgentRow, BackupFile, ConnectionRow, ConversationRow, CopyFacts, GroupRow, ManagedRows, MemberRow, ModelRow,
    NewFile, PastRunRow, PastRunsOf, PlanRow, Sizes, Staged, StoreError, Uses, Written, agents, backup, backups,
    connections, conversations, database, files, managed, members, messages, models, past_runs, plans, restore, search,
    settings, sizes, user_groups,
};

type Result<T> = std::result::Result<T, StoreError>;

/// How many threads read. A slow search then never keeps a page from being shown.
const READERS: usize = 3;

/// The stored data of one Hub. Cheap to clone.
///
/// An operation that was begun is done, also when the future that waits for it is dropped. Every change is on disk when
/// its future returns. Dropping the last clone waits for the changes that are under way, like [`Store::close`].
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// Where and as what to open.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The data directory; made when it is missing.
    pub data_dir: PathBuf,
    /// Now.
    pub now: UtcMs,
    /// The id of a new Hub; used only when the database is new.
    pub hub_id: String,
}

impl Store {
    /// Takes the lock of the data directory, makes or opens the database, migrates it after a backup, and marks answers
    /// that were growing as truncated. Blocks; called once, at the start.
    ///
    /// # Errors
    /// [`StoreError::InstanceRunning`] when another instance holds the lock. [`StoreError::Newer`] and
    /// [`StoreError::Damaged`], with the database left as it is, byte for byte. [`StoreError::ReadOnly`],
    /// [`StoreError::DiskFull`] and [`StoreError::Busy`].
    pub fn open(options: StoreOptions) -> Result<Store> {
        Self::open_with(options, MIGRATIONS)
    }

    /// Opens for reading beside a running instance: takes no lock and writes nothing. Every change is refused with
    /// [`StoreError::InstanceRunning`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no database, [`StoreError::NeedsMigration`] when an older version wrote it,
    /// otherwise as [`Store::open`].
    pub fn open_reading(data_dir: &Path) -> Result<Store> {
        let place = DataDir::new(data_dir);
        database::check_readable(&place, MIGRATIONS)?;
        let connection = database::open_reading(&place.database())?;
        let hub_id = database::hub_id(&connection)?;
        let readers = Threads::start("hub-store-read", Reader::several(&place))?;
        let inner = Inner { place, hub_id, readers, writer: None, damaged: AtomicBool::new(false) };
        Ok(Store { inner: Arc::new(inner) })
    }

    pub(crate) fn open_with(options: StoreOptions, migrations: &[Migration]) -> Result<Store> {
        let place = DataDir::new(&options.data_dir);
        place.create()?;
        let lock = place.lock()?;
        // Not later: what is begun after this may need the same names.
        if let Err(error) = remove_dir_if_there(&place.work()).and_then(|()| backups::clear_unfinished(&place)) {
            tracing::warn!(%error, "leftovers of an unfinished copy are still there");
        }
        let mut connection = database::open_or_create(&place, migrations, &options.hub_id, options.now)?;
        let hub_id = database::hub_id(&connection)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        messages::mark_interrupted(&transaction)?;
        transaction.commit()?;

        let writer = Writer { connection, place: place.clone(), awaited: HashSet::new(), _lock: lock };
        let writer = Threads::start("hub-store-write", vec![writer])?;
        writer.submit(Writer::clear_leftovers)?;
        let readers = Threads::start("hub-store-read", Reader::several(&place))?;
        let inner = Inner { place, hub_id, readers, writer: Some(writer), damaged: AtomicBool::new(false) };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// The Hub's own id: random, made with the database.
    pub fn hub_id(&self) -> &str {
        &self.inner.hub_id
    }

    /// What platforms know the person of this Hub by: they keep conversations under it. The Hub's id when the Hub is
    /// new; it goes along when a Hub is restored or moved elsewhere.
    pub async fn person(&self) -> Result<String> {
        self.read(database::person).await
    }

    /// The data directory.
    pub fn data_dir(&self) -> &Path {
        self.inner.place.root()
    }

    /// A setting.
    pub async fn setting(&self, name: &str) -> Result<Option<Value>> {
        let name = name.to_owned();
        self.read(move |connection| settings::get(connection, &name)).await
    }

    /// Stores a setting.
    pub async fn set_setting(&self, name: &str, value: &Value) -> Result<()> {
        let (name, value) = (name.to_owned(), value.clone());
        self.write(move |transaction| settings::set(transaction, &name, &value)).await
    }

    /// Forgets a setting. One that does not exist is no error.
    pub async fn remove_setting(&self, name: &str) -> Result<()> {
        let name = name.to_owned();
        self.write(move |transaction| settings::remove(transaction, &name)).await
    }

    /// All connections, in the order they were made.
    pub async fn connections(&self) -> Result<Vec<ConnectionRow>> {
        self.read(connections::list).await
    }

    /// One connection.
    pub async fn connection(&self, id: &ConnectionId) -> Result<Option<ConnectionRow>> {
        let id = id.clone();
        self.read(move |connection| connections::get(connection, &id)).await
    }

    /// Adds a connection.
    pub async fn insert_connection(&self, row: ConnectionRow) -> Result<()> {
        self.write(move |transaction| connections::insert(transaction, &row)).await
    }

    /// Stores a connection in place of the one with its id.
    pub async fn update_connection(&self, row: ConnectionRow) -> Result<()> {
        self.write(move |transaction| connections::update(transaction, &row)).await
    }

    /// Removes a connection and its models; `agents` says what becomes of those that stand on it. Conversations stay and
    /// can be read. Answers how many agents stood in the way; unless it is 0, nothing was removed.
    pub async fn remove_connection(&self, id: &ConnectionId, agents: DependentAgents) -> Result<usize> {
        let id = id.clone();
        self.write(move |transaction| match agents::leave_connection(transaction, &id, agents)? {
            0 => connections::remove(transaction, &id).map(|()| 0),
            standing => Ok(standing),
        })
        .await
    }

    /// All agents, in their order.
    pub async fn agents(&self) -> Result<Vec<AgentRow>> {
        self.read(agents::list).await
    }

    /// The same without role prompts and their parameters, for those who may not see them.
    pub async fn agent_outlines(&self) -> Result<Vec<AgentRow>> {
        self.read(agents::outlines).await
    }

    /// One agent.
    pub async fn agent(&self, id: &AgentId) -> Result<Option<AgentRow>> {
        let id = id.clone();
        self.read(move |connection| agents::get(connection, &id)).await
    }

    /// Adds an agent after all others.
    pub async fn insert_agent(&self, row: AgentRow) -> Result<()> {
        self.write(move |transaction| agents::insert(transaction, &row)).await
    }

    /// Stores an agent in place of the one with its id.
    pub async fn update_agent(&self, row: AgentRow) -> Result<()> {
        self.write(move |transaction| agents::update(transaction, &row)).await
    }

    /// Removes an agent. Conversations with it stay and can be read.
    pub async fn remove_agent(&self, id: &AgentId) -> Result<()> {
        let id = id.clone();
        self.write(move |transaction| agents::remove(transaction, &id)).await
    }

    /// All plans, in the order they were made.
    pub async fn plans(&self) -> Result<Vec<PlanRow>> {
        self.read(plans::list).await
    }

    /// The same with what hangs on each.
    pub async fn plans_with_uses(&self) -> Result<Vec<(PlanRow, Uses)>> {
        self.read(plans::list_with_uses).await
    }

    /// Adds a plan, or gives the one with its id this name. [`StoreError::NameTaken`] when another has it.
    pub async fn put_plan(&self, row: PlanRow) -> Result<()> {
        self.write(move |transaction| plans::put(transaction, &row)).await
    }

    /// Removes a plan. Members that have it then have none, and agents that it opens lose that grant.
    pub async fn remove_plan(&self, id: &PlanId) -> Result<()> {
        let id = id.clone();
        self.write(move |transaction| plans::remove(transaction, &id)).await
    }

    /// All user groups, in the order they were made.
    pub async fn groups(&self) -> Result<Vec<GroupRow>> {
        self.read(user_groups::list).await
    }

    /// The same with what hangs on each.
    pub async fn groups_with_uses(&self) -> Result<Vec<(GroupRow, Uses)>> {
        self.read(user_groups::list_with_uses).await
    }

    /// Adds a user group, or gives the one with its id this name. [`StoreError::NameTaken`] when another has it.
    pub async fn put_group(&self, row: GroupRow) -> Result<()> {
        self.write(move |transaction| user_groups::put(transaction, &row)).await
    }

    /// Removes a user group. Its members leave it, and agents that it opens lose that grant.
    pub async fn remove_group(&self, id: &GroupId) -> Result<()> {
        let id = id.clone();
        self.write(move |transaction| user_groups::remove(transaction, &id)).await
    }

    /// All members, in the order they were added.
    pub async fn members(&self) -> Result<Vec<MemberRow>> {
        self.read(members::list).await
    }

    /// One member.
    pub async fn member(&self, id: &MemberId) -> Result<Option<MemberRow>> {
        let id = id.clone();
        self.read(move |connection| members::get(connection, &id)).await
    }

    /// Adds a member, or sets everything of the one with its id anew. [`StoreError::NameTaken`] when another has the name.
    pub async fn put_member(&self, row: MemberRow) -> Result<()> {
        self.write(move |transaction| members::put(transaction, &row)).await
    }

    /// Removes a member.
    pub async fn remove_member(&self, id: &MemberId) -> Result<()> {
        let id = id.clone();
        self.write(move |transaction| members::remove(transaction, &id)).await
    }

    /// Puts what a bundle brings in place of what the one before it brought: all of it or nothing.
    pub async fn replace_managed(&self, rows: ManagedRows) -> Result<()> {
        self.write(move |transaction| managed::replace(transaction, &rows)).await
    }

    /// The models of a connection: the platform's in its order, then typed-in ones.
    pub async fn models(&self, connection: &ConnectionId) -> Result<Vec<ModelRow>> {
        let of = connection.clone();
        self.read(move |connection| models::list(connection, &of)).await
    }

    /// The enabled models of all connections.
    pub async fn enabled_models(&self) -> Result<Vec<ModelRow>> {
        self.read(models::enabled).await
    }

    /// Everything that a connection offers, as last fetched, typed-in models last.
    pub async fn catalog(&self, connection: &ConnectionId) -> Result<Vec<CatalogItem>> {
        let of = connection.clone();
        self.read(move |connection| models::catalog(connection, &of)).await
    }

    /// Puts a fetched list in place of the last one. Enabled models stay enabled, typed-in ones stay; an enabled model
    /// that is no longer listed becomes a typed-in one.
    pub async fn replace_catalog(&self, connection: &ConnectionId, items: Vec<CatalogItem>, at: UtcMs) -> Result<()> {
        let of = connection.clone();
        self.write(move |transaction| models::replace(transaction, &of, &items, at)).await
    }

    /// Switches models on or off. Ids that are not listed become typed-in models.
    pub async fn enable_models(&self, connection: &ConnectionId, models: Vec<ModelId>, enabled: bool) -> Result<()> {
        let of = connection.clone();
        self.write(move |transaction| models::enable(transaction, &of, &models, enabled)).await
    }

    /// A page of conversations, newest first. A page without `before` begins with every pinned conversation; these do not
    /// count towards its limit and are on no other page.
    pub async fn conversations(&self, request: ListConversationsRequest) -> Result<Vec<ConversationRow>> {
        self.read(move |connection| conversations::list(connection, &request)).await
    }

    /// One conversation.
    pub async fn conversation(&self, id: &ConversationId) -> Result<Option<ConversationRow>> {
        let id = id.clone();
        self.read(move |connection| conversations::get(connection, &id)).await
    }

    /// The conversations of a comparison, in the order in which they began.
    pub async fn compared(&self, id: &ComparisonId) -> Result<Vec<ConversationRow>> {
        let id = id.clone();
        self.read(move |connection| conversations::compared(connection, &id)).await
    }

    /// Takes one conversation of a comparison back to the list and puts the others away.
    pub async fn choose_compared(&self, chosen: &ConversationId) -> Result<()> {
        let chosen = chosen.clone();
        self.write(move |transaction| conversations::choose_compared(transaction, &chosen)).await
    }

    /// Adds a conversation without messages.
    pub async fn insert_conversation(&self, row: ConversationRow) -> Result<()> {
        self.write(move |transaction| conversations::insert(transaction, &row)).await
    }

    /// Stores title, pin, archive and draft; the rest of the row stays as it is.
    pub async fn update_conversation(&self, row: ConversationRow) -> Result<()> {
        self.write(move |transaction| conversations::update(transaction, &row)).await
    }

    /// Removes a conversation with its messages, and the files that only these held.
    pub async fn remove_conversation(&self, id: &ConversationId) -> Result<()> {
        let id = id.clone();
        self.run_on_writer(move |writer| writer.remove_conversation(&id)).await
    }

    /// The branch from the first message through `through` down to a leaf, with siblings filled in: at every place the
    /// message that was written or chosen last follows.
    pub async fn branch(&self, conversation: &ConversationId, through: Option<&MessageId>) -> Result<Vec<MessageView>> {
        let (conversation, through) = (conversation.clone(), through.cloned());
        self.read(move |connection| Ok(messages::branch(connection, &conversation, through.as_ref(), None)?.1)).await
    }

    /// The last messages of the same branch, at most so many, and how many stand above them.
    pub async fn branch_end(
        &self,
        conversation: &ConversationId,
        through: Option<&MessageId>,
        last: usize,
    ) -> Result<(usize, Vec<MessageView>)> {
        let (conversation, through) = (conversation.clone(), through.cloned());
        self.read(move |connection| messages::branch(connection, &conversation, through.as_ref(), Some(last))).await
    }

    /// What stands above a message, oldest first, with siblings filled in: the nearest, at most so many. Nothing if the
    /// message is gone.
    pub async fn messages_above(&self, id: &MessageId, count: usize) -> Result<Option<Vec<MessageView>>> {
        let id = id.clone();
        self.read(move |connection| messages::above(connection, &id, count)).await
    }

    /// A page of what was run earlier with an agent, newest first, without copies of conversations. A run that waited for
    /// the person and went on is one. [`StoreError::NotFound`] when the run that the page begins before is gone.
    pub async fn past_runs(&self, of: PastRunsOf) -> Result<Vec<PastRunRow>> {
        self.read(move |connection| past_runs::list(connection, &of)).await
    }

    /// The answers of a conversation that hold a text and that the platform keeps in that conversation of its own.
    pub async fn answers_kept_in(&self, conversation: &ConversationId, remote: &str) -> Result<Vec<MessageId>> {
        let (conversation, remote) = (conversation.clone(), remote.to_owned());
        self.read(move |connection| messages::kept_in(connection, &conversation, &remote)).await
    }

    /// One message, with siblings filled in.
    pub async fn message(&self, id: &MessageId) -> Result<Option<MessageView>> {
        let id = id.clone();
        self.read(move |connection| messages::get(connection, &id)).await
    }

    /// All messages at the place of that one, in order, itself included. Empty when it is gone.
    pub async fn siblings(&self, id: &MessageId) -> Result<Vec<MessageId>> {
        let id = id.clone();
        self.read(move |connection| messages::siblings_of(connection, &id)).await
    }

    /// One transaction: new conversations, then the messages, in order. Their conversations grew at `at` and have no draft
    /// any more. Files that they hold must have been put before.
    pub async fn insert_messages(
        &self,
        conversations: impl IntoIterator<Item = ConversationRow>,
        messages: Vec<MessageView>,
        at: UtcMs,
    ) -> Result<()> {
        let conversations: Vec<_> = conversations.into_iter().collect();
        self.run_on_writer(move |writer| {
            writer.link_files(|transaction| messages::insert_all(transaction, &conversations, &messages, at))
        })
        .await
    }

    /// Makes the branch through that message the one that is shown from now on.
    pub async fn choose_branch(&self, through: &MessageId, at: UtcMs) -> Result<()> {
        let through = through.clone();
        self.write(move |transaction| messages::choose(transaction, &through, at)).await
    }

    /// One transaction for all of them: text, state, body and files of growing and ended answers. Answers that were
    /// removed meanwhile are passed over. The order of conversations stays: nothing moves in a list because an answer grows.
    pub async fn save_answers(&self, answers: Vec<MessageView>) -> Result<()> {
        self.run_on_writer(move |writer| writer.link_files(|transaction| messages::save_all(transaction, &answers)))
            .await
    }

    /// Messages that hold the text, and conversations in which only the title does, as far as the filter lets them count;
    /// newest first. Case and kinds of white space do not matter; nothing in the text has a meaning of its own. Growing
    /// answers are found once they have ended. A limit of 0 means 50. `ms` is 0.
    pub async fn search(&self, text: &str, limit: u32, filter: SearchFilter) -> Result<SearchReply> {
        let text = text.to_owned();
        self.read(move |connection| search::find(connection, &text, limit, &filter)).await
    }

    /// Keeps a file, once however often it is put. It stays until the last message that holds it is removed; one that no
    /// message came to hold goes when the Hub is next opened.
    pub async fn put_file(&self, name: &str, mime: &str, bytes: Vec<u8>) -> Result<FileView> {
        let size = bytes.len() as u64;
        let bytes = Arc::new(bytes);
        let hashed = Arc::clone(&bytes);
        let id = self.run_on_reader(move |_| Ok(files::id_of(&hashed))).await?;
        let announced = id.clone();
        self.run_on_writer(move |writer| writer.announce_file(announced, size)).await?;
        let (place, written) = (self.inner.place.clone(), id.clone());
        self.run_on_reader(move |_| files::write(&place, &written, &bytes)).await?;
        Ok(FileView { id, name: name.to_owned(), mime: mime.to_owned(), bytes: size })
    }

    /// The bytes of a file, proven against its id.
    pub async fn read_file(&self, id: &FileId) -> Result<Vec<u8>> {
        let (place, id) = (self.inner.place.clone(), id.clone());
        self.run_on_reader(move |_| files::read(&place, &id)).await
    }

    /// How much is stored.
    pub async fn sizes(&self) -> Result<Sizes> {
        let place = self.inner.place.clone();
        self.read(move |connection| sizes::measure(connection, &place)).await
    }

    /// Writes everything but credentials into one file, proves it and gives it its name, replacing what had it.
    pub async fn backup(&self, path: &Path, now: UtcMs, tell: Tell) -> Result<Written> {
        let (place, target) = (self.inner.place.clone(), path.to_owned());
        self.run_on_reader(move |_| backup::write(&place, &target, now, &tell)).await
    }

    /// Writes everything, with what the core knows of credentials, for another computer. The caller seals it, so that
    /// nothing lies anywhere in clear, and proves it with [`crate::check`].
    pub async fn write_copy<W>(
        &self,
        mut out: W,
        now: UtcMs,
        credentials: Zeroizing<Vec<u8>>,
        tell: Tell,
    ) -> Result<(W, CopyFacts)>
    where
        W: Write + Send + 'static,
    {
        self.refuse_reading()?;
        let place = self.inner.place.clone();
        self.run_on_reader(move |_| {
            let facts = backup::write_into(&place, &mut out, now, &credentials, &tell)?;
            Ok((out, facts))
        })
        .await
    }

    /// Begins a file that takes its name when it is complete. The Hub's own files are refused.
    pub fn new_file(&self, path: &Path) -> Result<NewFile> {
        backup::new_file(&self.inner.place, path)
    }

    /// The backups in the data directory, newest first.
    pub async fn backups(&self) -> Result<Vec<BackupFile>> {
        let place = self.inner.place.clone();
        self.run_on_reader(move |_| backups::list(&place)).await
    }

    /// Removes all but the newest `keep` of the backups whose names begin with `prefix`; `newest` counts as newest
    /// whatever the clock said when it was made.
    pub async fn prune_backups(&self, prefix: &'static str, keep: usize, newest: PathBuf) -> Result<()> {
        let place = self.inner.place.clone();
        self.run_on_reader(move |_| backups::prune(&place, prefix, keep, &newest)).await
    }

    /// Unpacks and proves an archive beside the data, and brings it up to date. Nothing changes yet.
    ///
    /// # Errors
    /// [`StoreError::BackupDamaged`], [`StoreError::Newer`], [`StoreError::DiskFull`].
    pub async fn stage<R: Read + Send + 'static>(&self, archive: R) -> Result<Staged> {
        self.refuse_reading()?;
        let place = self.inner.place.clone();
        self.run_on_reader(move |_| Staged::unpack(&place, archive)).await
    }

    /// The same with a database alone, as it lies in the backups folder after a migration.
    pub async fn stage_database(&self, path: &Path) -> Result<Staged> {
        self.refuse_reading()?;
        let (place, path) = (self.inner.place.clone(), path.to_owned());
        self.run_on_reader(move |_| Staged::of_database(&place, &path)).await
    }

    /// Copies the database's files aside as they are, when it is too damaged for a backup; answers where they lie.
    pub async fn copy_aside(&self, now: UtcMs) -> Result<PathBuf> {
        let place = self.inner.place.clone();
        self.run_on_reader(move |_| restore::copy_aside(&place, now)).await
    }

    /// Puts an unpacked copy in the place of everything, all or nothing. The Hub keeps its own id, and with it its place
    /// in the keychain. Works on a damaged database too.
    pub async fn restore(&self, staged: Staged) -> Result<()> {
        let Some(writer) = &self.inner.writer else {
            return Err(StoreError::InstanceRunning);
        };
        let hub_id = self.inner.hub_id.clone();
        writer.run(move |writer| writer.restore(staged, &hub_id)).await?;
        self.inner.damaged.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Reads the whole database and tells whether its pages hold together.
    pub async fn quick_check(&self) -> Result<()> {
        self.read(database::quick_check).await
    }

    /// Finishes what was begun, folds the log into the database and gives the lock back. Afterwards every operation of
    /// every clone answers [`StoreError::Closed`].
    pub async fn close(&self) {
        let inner = Arc::clone(&self.inner);
        if let Err(error) = tokio::task::spawn_blocking(move || inner.stop()).await {
            tracing::error!(%error, "the store was not closed in order");
        }
    }

    /// Runs a reading job on one state of the database.
    async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let result = self.run_on_reader(move |reader| job(&*reader.connection()?.unchecked_transaction()?)).await;
        self.inner.note_damage(result)
    }

    /// Runs a changing job in a transaction.
    async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        self.run_on_writer(move |writer| writer.transaction(job)).await
    }

    fn refuse_reading(&self) -> Result<()> {
        if self.inner.writer.is_some() { Ok(()) } else { Err(StoreError::InstanceRunning) }
    }

    async fn run_on_reader<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader) -> Result<T> + Send + 'static,
    {
        self.inner.readers.run(job).await
    }

    async fn run_on_writer<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    {
        let Some(writer) = &self.inner.writer else {
            return Err(StoreError::InstanceRunning);
        };
        self.inner.refuse_if_damaged()?;
        let result = writer.run(job).await;
        self.inner.note_damage(result)
    }
}

#[derive(Debug)]
struct Inner {
    place: DataDir,
    hub_id: String,
    readers: Threads<Reader>,
    /// `None` when opened for reading.
    writer: Option<Threads<Writer>>,
    /// SQLite goes on writing into a damaged file, which makes it worse; so after the first sign nothing is written.
    damaged: AtomicBool,
}

impl Inner {
    fn refuse_if_damaged(&self) -> Result<()> {
        if self.damaged.load(Ordering::Relaxed) {
            return Err(StoreError::Damaged("nothing is written until it is repaired".to_owned()));
        }
        Ok(())
    }

    fn note_damage<T>(&self, result: Result<T>) -> Result<T> {
        if matches!(result, Err(StoreError::Damaged(_))) {
            self.damaged.store(true, Ordering::Relaxed);
        }
        result
    }

    /// Readers first: the last connection that closes folds the log into the database, and only the writer can.
    fn stop(&self) {
        self.readers.stop();
        if let Some(writer) = &self.writer {
            writer.stop();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the writing thread owns.
struct Writer {
    connection: Connection,
    place: DataDir,
    /// Files that were put and that no message holds yet: these are not leftovers.
    awaited: HashSet<FileId>,
    /// Given back last of all.
    _lock: File,
}

impl Writer {
    fn transaction<T>(&mut self, job: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = job(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    fn announce_file(&mut self, id: FileId, bytes: u64) -> Result<()> {
        self.transaction(|transaction| files::announce(transaction, &id, bytes))?;
        self.awaited.insert(id);
        Ok(())
    }

    /// A transaction that tells which files messages hold now.
    fn link_files(&mut self, job: impl FnOnce(&Transaction<'_>) -> Result<Vec<FileId>>) -> Result<()> {
        for file in self.transaction(job)? {
            self.awaited.remove(&file);
        }
        Ok(())
    }

    fn remove_conversation(&mut self, id: &ConversationId) -> Result<()> {
        let held = self.transaction(|transaction| {
            let key = conversations::key(transaction, id)?;
            let held = files::of_conversation(transaction, key)?;
            search::remove_conversation(transaction, key)?;
            conversations::remove(transaction, key)?;
            Ok(held)
        })?;
        // The conversation is gone; a file that cannot be removed now is removed at the next start.
        if let Err(error) = self.remove_files(&held) {
            tracing::warn!(%error, "files of a removed conversation are still there");
        }
        Ok(())
    }

    fn restore(&mut self, staged: Staged, hub_id: &str) -> Result<()> {
        staged.replace(&self.place, hub_id, &mut self.connection)?;
        self.transaction(|transaction| messages::mark_interrupted(transaction))?;
        self.clear_leftovers();
        Ok(())
    }

    /// What a crash, or a question that was never sent, left behind.
    fn clear_leftovers(&mut self) {
        let cleared = files::clear_incoming(&self.place)
            .and_then(|()| files::unlinked(&self.connection))
            .and_then(|unlinked| self.remove_files(&unlinked));
        if let Err(error) = cleared {
            tracing::warn!(%error, "leftover files are still there");
        }
    }

    fn remove_files(&mut self, ids: &[FileId]) -> Result<()> {
        let place = self.place.clone();
        let leftovers: Vec<&FileId> = ids.iter().filter(|id| !self.awaited.contains(*id)).collect();
        if leftovers.is_empty() {
            return Ok(());
        }
        self.transaction(|transaction| {
            leftovers.into_iter().try_for_each(|id| files::remove_unlinked(transaction, &place, id))
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Err(error) = database::tidy(&self.connection) {
            tracing::warn!(%error, "the log was not folded into the database");
        }
    }
}

/// What a reading thread owns. Its connection is made when it is first needed, so that opening a Hub makes only one.
struct Reader {
    path: PathBuf,
    connection: Option<Connection>,
}

impl Reader {
    fn several(place: &DataDir) -> Vec<Reader> {
        (0..READERS).map(|_| Reader { path: place.database(), connection: None }).collect()
    }

    fn connection(&mut self) -> Result<&Connection> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => database::open_reading(&self.path)?,
        };
        Ok(self.connection.insert(connection))
    }
}
