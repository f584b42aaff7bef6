//! The one list of commands. The shell answers them, the page calls them, the app manifest grants them by name, and
//! `hub` runs the same functions without a window; nothing is generated from anything else, so nothing can drift.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::agent::{AddAgentRequest, AgentView, EditAgentRequest, ListAgentsRequest, SetAgentIconRequest};
use crate::authorize::{AuthorizeRequest, AuthorizeView, FinishAuthorizeRequest};
use crate::bundle::{
    Audience, BundleContents, BundleKeys, BundleView, CheckBundleRequest, ExportBundleRequest, FollowBundleRequest,
    ImportBundleRequest, MembershipView, PublishBundleRequest,
};
use crate::comparison::{CompareRequest, Compared, ComparisonView};
use crate::connection::{
    AddressCheck, CatalogRequest, CheckAddressRequest, ConnectRequest, ConnectionView, EditConnectionRequest,
    EnableModelsRequest, RemoveConnectionRequest, SetSecretRequest, TestConnectionRequest, TestReport,
};
use crate::conversation::{
    ConversationDetail, ConversationView, EditConversationRequest, EditQuestionRequest, ExportConversationRequest,
    Exported, FeedbackRequest, ListConversationsRequest, MessageView, RegenerateRequest, SearchReply, SearchRequest,
    SendRequest, Sent, ShowConversationRequest, ShowEarlierRequest, WriteConversationRequest, WrittenConversation,
};
use crate::data::{
    AppInfo, BackupRequest, BackupView, CloseRequest, CloseView, DataView, DoctorReport, MoveRequest, OpenLinkRequest,
    PageFailed, PageReady, RestoreRequest, RestoreView, StartAnewView, VaultView,
};
use crate::id::{AgentId, ComparisonId, ConnectionId, ConversationId, MemberId, MessageId};
use crate::math::{Formula, ReadFormulasRequest};
use crate::model::{CatalogView, ModelView};
use crate::past_run::{ListPastRunsRequest, PastRuns};
use crate::people::{
    AddMemberRequest, AddNamedRequest, EditGroupRequest, EditMemberRequest, EditPlanRequest, GrantsPreview, GroupView,
    MemberView, PlanView, PreviewGrantsRequest, RemoveGroupRequest, RemovePlanRequest,
};
use crate::policy::PolicyView;
use crate::progress::Progress;
use crate::run::{ActiveRun, AttachRunRequest, StopRunRequest};
use crate::settings::{EditSettingsRequest, Preferences, PreferencesView, Settings, UnlockVaultRequest};

/// A command: its name, what it takes and what it answers. Every command takes one argument, `request`; a command that
/// streams also takes `events`, a channel of [`crate::run::RunFrame`].
pub trait Command {
    /// Its name on the wire.
    const NAME: &'static str;
    /// What it takes.
    type Request: Serialize + DeserializeOwned + 'static;
    /// What it answers.
    type Reply: Serialize + DeserializeOwned + 'static;
}

/// Who answers a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// The core, so `hub` has it too.
    Core,
    /// The core, with events on a channel.
    Streams,
    /// The window's shell.
    Shell,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $answers:ident $name:ident = $command:ident($request:ty) -> $reply:ty;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $command;

            impl Command for $command {
                const NAME: &'static str = stringify!($name);
                type Request = $request;
                type Reply = $reply;
            }
        )+

        /// Every command by name, with who answers it.
        pub const COMMANDS: &[(&str, Answers)] = &[$((stringify!($name), Answers::$answers)),+];

        /// Hands the whole list to a macro, as `Answers name Command;` entries.
        #[macro_export]
        macro_rules! with_commands {
            ($then:ident) => { $then! { $($answers $name $command;)+ } };
        }
    };
}

commands! {
    /// What this program is.
    Shell app_info = ReadAppInfo(()) -> AppInfo;
    /// The page is on the screen.
    Shell page_ready = TellPageReady(PageReady) -> ();
    /// The page stopped by a fault of its own.
    Shell page_failed = TellPageFailed(PageFailed) -> ();
    /// The preferences.
    Shell preferences_read = ReadPreferences(()) -> PreferencesView;
    /// Changes the preferences: all of them at once.
    Shell preferences_write = WritePreferences(Preferences) -> PreferencesView;
    /// The bundle that the program was asked to open; asked once, it is gone.
    Shell bundle_opened = TakeOpenedBundle(()) -> Option<String>;
    /// Closes the window, once nothing chosen on the page waits to be written; the program ends with it.
    Shell window_close = CloseWindow(CloseRequest) -> CloseView;
    /// Opens a link in the browser.
    Shell link_open = OpenLink(OpenLinkRequest) -> ();
    /// Opens the data directory in the file browser.
    Shell data_dir_open = OpenDataDir(()) -> ();

    /// The connections.
    Core connections_list = ListConnections(()) -> Vec<ConnectionView>;
    /// Looks at an address; sends nothing.
    Core address_check = CheckAddress(CheckAddressRequest) -> AddressCheck;
    /// Tests what a form holds; saves nothing.
    Core connection_try = TryConnection(ConnectRequest) -> TestReport;
    /// Makes a connection.
    Core connection_add = Connect(ConnectRequest) -> ConnectionView;
    /// Changes a connection.
    Core connection_edit = EditConnection(EditConnectionRequest) -> ConnectionView;
    /// Stores a secret of a connection.
    Core connection_set_secret = SetSecret(SetSecretRequest) -> ConnectionView;
    /// Tests a connection.
    Core connection_test = TestConnection(TestConnectionRequest) -> TestReport;
    /// Removes a connection.
    Core connection_remove = RemoveConnection(RemoveConnectionRequest) -> ();
    /// Begins an authorisation.
    Core authorize_begin = BeginAuthorize(AuthorizeRequest) -> AuthorizeView;
    /// How far an authorisation is.
    Core authorize_state = ReadAuthorize(ConnectionId) -> AuthorizeView;
    /// Goes on with an authorisation: a pasted address, or that another account is welcome.
    Core authorize_finish = FinishAuthorize(FinishAuthorizeRequest) -> AuthorizeView;
    /// Gives an authorisation up.
    Core authorize_cancel = CancelAuthorize(ConnectionId) -> ();
    /// What an account can offer.
    Core catalog_list = ListCatalog(CatalogRequest) -> CatalogView;
    /// The enabled models.
    Core models_list = ListModels(()) -> Vec<ModelView>;
    /// Switches models on or off.
    Core models_enable = EnableModels(EnableModelsRequest) -> Vec<ModelView>;

    /// The agents.
    Core agents_list = ListAgents(ListAgentsRequest) -> Vec<AgentView>;
    /// Adds an agent.
    Core agent_add = AddAgent(AddAgentRequest) -> AgentView;
    /// Changes an agent.
    Core agent_edit = EditAgent(EditAgentRequest) -> AgentView;
    /// Gives an agent another picture.
    Core agent_set_icon = SetAgentIcon(SetAgentIconRequest) -> AgentView;
    /// Removes an agent.
    Core agent_remove = RemoveAgent(AgentId) -> ();
    /// The plans.
    Core plans_list = ListPlans(()) -> Vec<PlanView>;
    /// Adds a plan.
    Core plan_add = AddPlan(AddNamedRequest) -> PlanView;
    /// Gives a plan another name.
    Core plan_edit = EditPlan(EditPlanRequest) -> PlanView;
    /// Removes a plan.
    Core plan_remove = RemovePlan(RemovePlanRequest) -> ();
    /// The user groups.
    Core groups_list = ListGroups(()) -> Vec<GroupView>;
    /// Adds a user group.
    Core group_add = AddGroup(AddNamedRequest) -> GroupView;
    /// Gives a user group another name.
    Core group_edit = EditGroup(EditGroupRequest) -> GroupView;
    /// Removes a user group.
    Core group_remove = RemoveGroup(RemoveGroupRequest) -> ();
    /// The members.
    Core members_list = ListMembers(()) -> Vec<MemberView>;
    /// Adds a member.
    Core member_add = AddMember(AddMemberRequest) -> MemberView;
    /// Changes a member.
    Core member_edit = EditMember(EditMemberRequest) -> MemberView;
    /// Removes a member.
    Core member_remove = RemoveMember(MemberId) -> ();
    /// Who could use an agent with certain grants.
    Core grants_preview = PreviewGrants(PreviewGrantsRequest) -> GrantsPreview;

    /// Asks a question; the run goes on by itself and is followed with `run_attach`.
    Core chat_send = Send(SendRequest) -> Sent;
    /// Asks for another answer to the same question.
    Core chat_regenerate = Regenerate(RegenerateRequest) -> Sent;
    /// Asks an earlier question in other words; the earlier one stays beside it.
    Core chat_edit = EditQuestion(EditQuestionRequest) -> Sent;
    /// Asks several at once; each run goes on by itself.
    Core chat_compare = Compare(CompareRequest) -> Compared;
    /// The conversations of a comparison.
    Core comparison_show = ShowComparison(ComparisonId) -> ComparisonView;
    /// Goes on with one conversation of a comparison; the others are put away.
    Core comparison_choose = ChooseCompared(ConversationId) -> ComparisonView;
    /// Follows a run: sends what was missed, then what comes; answers when the run has ended.
    Streams run_attach = AttachRun(AttachRunRequest) -> ();
    /// Stops a run.
    Core run_stop = StopRun(StopRunRequest) -> ();
    /// The runs that are going on.
    Core runs_list = ListRuns(()) -> Vec<ActiveRun>;
    /// What was run earlier with an agent.
    Core past_runs_list = ListPastRuns(ListPastRunsRequest) -> PastRuns;
    /// Tells the platform what a person thinks of an answer.
    Core feedback_send = SendFeedback(FeedbackRequest) -> ();
    /// The conversations.
    Core conversations_list = ListConversations(ListConversationsRequest) -> Vec<ConversationView>;
    /// A conversation with one branch of its messages, or the end of that.
    Core conversation_show = ShowConversation(ShowConversationRequest) -> ConversationDetail;
    /// The messages above one, where only the end of a branch was shown. Fewer than asked for stand at its beginning.
    Core conversation_earlier = ShowEarlier(ShowEarlierRequest) -> Vec<MessageView>;
    /// Shows the branch through a message, now and whenever its conversation is opened.
    Core branch_choose = ChooseBranch(MessageId) -> ConversationDetail;
    /// Begins a conversation with what was said up to an answer.
    Core conversation_branch = BranchConversation(MessageId) -> ConversationView;
    /// Changes a conversation.
    Core conversation_edit = EditConversation(EditConversationRequest) -> ConversationView;
    /// Removes a conversation.
    Core conversation_remove = RemoveConversation(ConversationId) -> ();
    /// Writes a conversation out.
    Core conversation_export = ExportConversation(ExportConversationRequest) -> Exported;
    /// Writes a conversation into a file.
    Core conversation_write = WriteConversation(WriteConversationRequest) -> WrittenConversation;
    /// Searches messages and titles.
    Core search = Search(SearchRequest) -> SearchReply;
    /// Reads the formulas of a text.
    Core formulas_read = ReadFormulas(ReadFormulasRequest) -> Vec<Formula>;

    /// What a bundle for an audience would hold; writes nothing.
    Core bundle_contents = ReadBundleContents(Audience) -> BundleContents;
    /// Writes a bundle.
    Core bundle_export = ExportBundle(ExportBundleRequest) -> BundleView;
    /// Reads a bundle, and imports it when asked to.
    Core bundle_import = ImportBundle(ImportBundleRequest) -> BundleView;
    /// Writes a bundle into a folder that members follow.
    Core bundle_publish = PublishBundle(PublishBundleRequest) -> BundleView;
    /// Follows a place for newer bundles, and looks there at once.
    Core bundle_follow = FollowBundle(FollowBundleRequest) -> Option<MembershipView>;
    /// Looks for a newer bundle in the followed place.
    Core bundle_check = CheckBundle(CheckBundleRequest) -> Option<BundleView>;
    /// The keys of this Hub that others may know.
    Core bundle_keys = ReadBundleKeys(()) -> BundleKeys;
    /// Which other Hub manages this one; nothing in an operator's Hub.
    Core membership_read = ReadMembership(()) -> Option<MembershipView>;

    /// The Hub's settings.
    Core settings_read = ReadSettings(()) -> Settings;
    /// Changes the Hub's settings.
    Core settings_edit = EditSettings(EditSettingsRequest) -> Settings;
    /// What the administrator of this computer has decided.
    Core policy_read = ReadPolicy(()) -> PolicyView;
    /// Tries the vault, which may make the keychain ask the person.
    Core vault_check = CheckVault(()) -> VaultView;
    /// Opens the passphrase vault, or makes it.
    Core vault_unlock = UnlockVault(UnlockVaultRequest) -> VaultView;
    /// How far the long work is that goes on now; nothing when there is none.
    Core progress_read = ReadProgress(()) -> Option<Progress>;
    /// Where the data lies and how much there is.
    Core data_read = ReadData(()) -> DataView;
    /// Writes a verified copy.
    Core backup_make = MakeBackup(BackupRequest) -> BackupView;
    /// The backups.
    Core backups_list = ListBackups(()) -> Vec<BackupView>;
    /// Puts a backup in place.
    Core backup_restore = RestoreBackup(RestoreRequest) -> RestoreView;
    /// Puts a database that cannot be opened aside and begins with an empty one.
    Shell hub_start_anew = StartAnew(()) -> StartAnewView;
    /// Writes everything for another computer.
    Core hub_move = MoveHub(MoveRequest) -> BackupView;
    /// Looks at everything that could be wrong here.
    Core doctor = RunDoctor(()) -> DoctorReport;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = COMMANDS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before, "two commands share a name");
    }
}
