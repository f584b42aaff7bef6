//! The commands and their arguments. Words for `--help` are in `hub-text`, put in by [`crate::help`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use hub_contract::PlatformId;
use hub_contract::connection::DependentAgents;
use hub_contract::conversation::{ExportFormat, SearchKind};
use hub_contract::platform::Language;
use hub_contract::settings::VaultMode;

#[derive(Debug, Parser)]
#[command(name = "hub", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    #[arg(long, global = true, value_name = "WHERE", value_parser = vault_mode())]
    pub(crate) vault: Option<VaultMode>,
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = language())]
    pub(crate) lang: Option<Language>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Platforms,
    Connect(Connect),
    Authorize(Authorize),
    #[command(subcommand)]
    Connections(Connections),
    Catalog(Catalog),
    #[command(subcommand)]
    Models(Models),
    #[command(subcommand)]
    Agents(Agents),
    #[command(subcommand)]
    Plans(Named),
    #[command(subcommand)]
    Groups(Named),
    #[command(subcommand)]
    Members(Members),
    Chat(Chat),
    Feedback(Feedback),
    #[command(subcommand)]
    Conversations(Conversations),
    #[command(subcommand)]
    Bundle(Bundle),
    Backup {
        out: PathBuf,
    },
    Restore(Restore),
    Move(Move),
    Doctor,
}

#[derive(Debug, Args)]
pub(crate) struct Connect {
    #[arg(value_parser = platform)]
    pub(crate) platform: PlatformId,
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    #[arg(long = "field", value_name = "K=V", value_parser = key_value)]
    pub(crate) fields: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) secret: SecretSource,
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
    #[arg(long)]
    pub(crate) no_verify: bool,
}

/// Where a secret comes from. Never from an argument: those can be seen by everybody on the computer.
#[derive(Debug, Args)]
pub(crate) struct SecretSource {
    #[arg(long)]
    pub(crate) secret_stdin: bool,
    #[arg(long, value_name = "FILE", conflicts_with = "secret_stdin")]
    pub(crate) secret_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Authorize {
    pub(crate) connection: String,
    #[arg(long, group = "way")]
    pub(crate) device: bool,
    #[arg(long, group = "way")]
    pub(crate) loopback: bool,
    #[arg(long, group = "way")]
    pub(crate) paste: bool,
    #[arg(long, conflicts_with = "device")]
    pub(crate) no_pkce: bool,
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Connections {
    List,
    Test {
        connection: String,
        #[arg(long)]
        deep: bool,
    },
    Edit(EditConnection),
    SetSecret {
        connection: String,
        #[arg(long = "field", value_name = "K")]
        secret_field: Option<String>,
        #[command(flatten)]
        secret: SecretSource,
        #[arg(long)]
        no_verify: bool,
    },
    Remove {
        connection: String,
        #[arg(long, value_name = "WHAT", default_value = "refuse", value_parser = dependent_agents())]
        agents: DependentAgents,
    },
}

#[derive(Debug, Args)]
pub(crate) struct EditConnection {
    pub(crate) connection: String,
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    #[arg(long = "field", value_name = "K=V", value_parser = key_value)]
    pub(crate) fields: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) secret: SecretSource,
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
    #[arg(long)]
    pub(crate) no_verify: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Catalog {
    pub(crate) connection: String,
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    #[arg(long)]
    pub(crate) refresh: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Models {
    List,
    Enable(SwitchModels),
    Disable(SwitchModels),
}

#[derive(Debug, Args)]
pub(crate) struct SwitchModels {
    pub(crate) connection: String,
    #[arg(required = true, value_name = "MODEL")]
    pub(crate) models: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Agents {
    List {
        #[arg(long, value_name = "MEMBER", group = "as")]
        as_member: Option<String>,
        #[arg(long, value_name = "PLAN", group = "as")]
        as_plan: Option<String>,
        #[arg(long, value_name = "GROUP", group = "as")]
        as_group: Option<String>,
    },
    Add(AddAgent),
    Edit(EditAgent),
    Enable {
        id: String,
    },
    Disable {
        id: String,
    },
    Remove {
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AddAgent {
    #[arg(long, value_name = "ID", required_unless_present = "model", conflicts_with = "model")]
    pub(crate) connection: Option<String>,
    #[arg(long, value_name = "ID", requires = "connection")]
    pub(crate) remote_id: Option<String>,
    #[arg(long, requires = "connection")]
    pub(crate) workflow: bool,
    #[arg(long, value_name = "CONNECTION/MODEL", value_parser = model_address, requires = "prompt_stdin")]
    pub(crate) model: Option<(String, String)>,
    #[arg(long, requires = "model")]
    pub(crate) prompt_stdin: bool,
    #[arg(long)]
    pub(crate) name: String,
    #[arg(long)]
    pub(crate) group: Option<String>,
    #[arg(long)]
    pub(crate) description: Option<String>,
    #[arg(long = "grant-plan", value_name = "PLAN")]
    pub(crate) grant_plans: Vec<String>,
    #[arg(long = "grant-group", value_name = "GROUP")]
    pub(crate) grant_groups: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct EditAgent {
    pub(crate) id: String,
    #[arg(long, value_name = "CONNECTION/MODEL", value_parser = model_address)]
    pub(crate) model: Option<(String, String)>,
    #[arg(long)]
    pub(crate) prompt_stdin: bool,
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(crate) parameters: Option<serde_json::Value>,
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[arg(long)]
    pub(crate) group: Option<String>,
    #[arg(long)]
    pub(crate) description: Option<String>,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["icon_from_platform", "no_icon"])]
    pub(crate) icon: Option<PathBuf>,
    #[arg(long, conflicts_with = "no_icon")]
    pub(crate) icon_from_platform: bool,
    #[arg(long)]
    pub(crate) no_icon: bool,
    #[arg(long = "grant-plan", value_name = "PLAN")]
    pub(crate) grant_plans: Option<Vec<String>>,
    #[arg(long = "grant-group", value_name = "GROUP")]
    pub(crate) grant_groups: Option<Vec<String>>,
}

/// Plans and user groups have the same commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Named {
    List,
    Add {
        name: String,
    },
    Rename {
        id: String,
        #[arg(value_name = "NAME")]
        new_name: String,
    },
    Remove {
        id: String,
        #[arg(long)]
        even_if_used: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Members {
    List,
    Add(Member),
    Edit {
        id: String,
        #[command(flatten)]
        member: Member,
    },
    Remove {
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Member {
    pub(crate) name: String,
    #[arg(long)]
    pub(crate) plan: Option<String>,
    #[arg(long, value_name = "DATE", requires = "plan", value_parser = end_of_day)]
    pub(crate) until: Option<i64>,
    #[arg(long = "group", value_name = "GROUP")]
    pub(crate) groups: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Chat {
    #[arg(long, value_name = "AGENT", conflicts_with = "model", required_unless_present_any = ["model", "conversation"])]
    pub(crate) agent: Option<String>,
    #[arg(long, value_name = "CONNECTION/MODEL", value_parser = model_address)]
    pub(crate) model: Option<(String, String)>,
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    #[arg(long = "attach", value_name = "FILE")]
    pub(crate) attachments: Vec<PathBuf>,
    #[arg(long = "input", value_name = "K=V", value_parser = key_value)]
    pub(crate) inputs: Vec<(String, String)>,
    #[arg(long = "answer", value_name = "K=V", value_parser = key_value)]
    pub(crate) answers: Vec<(String, String)>,
    pub(crate) message: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Feedback {
    pub(crate) message: String,
    pub(crate) verdict: Verdict,
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Verdict {
    Up,
    Down,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Conversations {
    List {
        #[arg(long)]
        archived: bool,
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    Show {
        conversation: String,
    },
    Search(SearchConversations),
    Export {
        conversation: String,
        #[arg(long, value_name = "FORMAT", value_parser = export_format())]
        format: ExportFormat,
    },
    Remove {
        conversation: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SearchConversations {
    pub(crate) text: String,
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
    #[arg(long, value_name = "ID", conflicts_with = "model")]
    pub(crate) agent: Option<String>,
    #[arg(long, value_name = "CONNECTION/MODEL", value_parser = model_address)]
    pub(crate) model: Option<(String, String)>,
    #[arg(long, value_name = "ROLE", value_parser = search_kind())]
    pub(crate) role: Option<SearchKind>,
    #[arg(long, value_name = "DATE", value_parser = beginning_of_day)]
    pub(crate) since: Option<i64>,
    #[arg(long, value_name = "DATE", value_parser = end_of_day)]
    pub(crate) until: Option<i64>,
    #[arg(long)]
    pub(crate) without_archived: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Bundle {
    Export {
        out: PathBuf,
        #[command(flatten)]
        what: BundleWhat,
    },
    Inspect {
        file: PathBuf,
        #[arg(long)]
        passphrase_stdin: bool,
    },
    Import(ImportBundle),
    Publish {
        address: String,
        #[command(flatten)]
        what: BundleWhat,
    },
    Follow {
        address: String,
        #[arg(long, value_name = "MINUTES", default_value_t = 0)]
        every: u32,
        #[arg(long)]
        passphrase_stdin: bool,
    },
    Unfollow,
    Check {
        #[arg(long)]
        yes: bool,
        #[arg(long, value_name = "FINGERPRINT", requires = "yes")]
        trust: Option<String>,
    },
    Status,
    Keys,
    NewKey,
}

#[derive(Debug, Args)]
pub(crate) struct ImportBundle {
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) trust: Option<String>,
    #[arg(long)]
    pub(crate) yes: bool,
    #[arg(long)]
    pub(crate) restore_older: bool,
    #[arg(long)]
    pub(crate) passphrase_stdin: bool,
}

/// Whom a bundle is for, what goes along and what locks it.
#[derive(Debug, Args)]
pub(crate) struct BundleWhat {
    #[arg(long, value_name = "MEMBER", required_unless_present_any = ["for_plans", "for_groups"],
          conflicts_with_all = ["for_plans", "for_groups"])]
    pub(crate) for_member: Option<String>,
    #[arg(long = "for-plan", value_name = "PLAN")]
    pub(crate) for_plans: Vec<String>,
    #[arg(long = "for-group", value_name = "GROUP")]
    pub(crate) for_groups: Vec<String>,
    #[arg(long)]
    pub(crate) with_secrets: bool,
    #[arg(long, conflicts_with = "recipients")]
    pub(crate) passphrase_stdin: bool,
    #[arg(long = "recipient", value_name = "KEY")]
    pub(crate) recipients: Vec<String>,
    #[arg(long, value_name = "DATE", value_parser = end_of_day)]
    pub(crate) not_after: Option<i64>,
    #[arg(long, value_name = "NAME")]
    pub(crate) from: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Move {
    pub(crate) out: PathBuf,
    #[arg(long)]
    pub(crate) passphrase_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    pub(crate) file: PathBuf,
    #[arg(long)]
    pub(crate) preview: bool,
    #[arg(long, conflicts_with = "preview")]
    pub(crate) yes: bool,
    #[arg(long)]
    pub(crate) passphrase_stdin: bool,
}

fn platform(text: &str) -> Result<PlatformId, String> {
    PlatformId::parse(text).ok_or_else(|| {
        let ids: Vec<&str> = PlatformId::ALL.iter().map(|platform| platform.as_str()).collect();
        ids.join(", ")
    })
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("K=V".to_owned()),
    }
}

/// A connection and a model of it. Model ids may hold slashes themselves.
fn model_address(text: &str) -> Result<(String, String), String> {
    match text.split_once('/') {
        Some((connection, model)) if !connection.is_empty() && !model.is_empty() => {
            Ok((connection.to_owned(), model.to_owned()))
        }
        _ => Err("CONNECTION/MODEL".to_owned()),
    }
}

fn json(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(text).map_err(|_| "JSON".to_owned())
}

/// The first millisecond of a day as this computer counts days.
fn beginning_of_day(text: &str) -> Result<i64, String> {
    let no_day = || "YYYY-MM-DD".to_owned();
    let day: jiff::civil::Date = text.parse().map_err(|_| no_day())?;
    let start = day.to_zoned(jiff::tz::TimeZone::system()).map_err(|_| no_day())?;
    Ok(start.timestamp().as_millisecond())
}

/// The last millisecond of a day.
fn end_of_day(text: &str) -> Result<i64, String> {
    let no_day = || "YYYY-MM-DD".to_owned();
    let day: jiff::civil::Date = text.parse().map_err(|_| no_day())?;
    let next = day.tomorrow().map_err(|_| no_day())?;
    Ok(beginning_of_day(&next.to_string())? - 1)
}

/// A parser for a few words that mean values of the contract.
macro_rules! words {
    ($name:ident -> $value:ty { $($word:literal => $meaning:expr),+ $(,)? }) => {
        fn $name() -> impl clap::builder::TypedValueParser<Value = $value> {
            use clap::builder::{PossibleValuesParser, TypedValueParser};
            PossibleValuesParser::new([$($word),+]).try_map(|word| match word.as_str() {
                $($word => Ok($meaning),)+
                other => Err(format!("{other}?")),
            })
        }
    };
}

words!(vault_mode -> VaultMode {
    "keychain" => VaultMode::Keychain,
    "session" => VaultMode::Session,
    "passphrase" => VaultMode::Passphrase,
});
words!(language -> Language { "zh-CN" => Language::ZhCn, "en" => Language::En });
words!(export_format -> ExportFormat {
    "md" => ExportFormat::Md,
    "json" => ExportFormat::Json,
    "html" => ExportFormat::Html,
});
words!(search_kind -> SearchKind {
    "question" => SearchKind::Question,
    "answer" => SearchKind::Answer,
    "title" => SearchKind::Title,
});
words!(dependent_agents -> DependentAgents {
    "refuse" => DependentAgents::Refuse,
    "disable" => DependentAgents::Disable,
    "remove" => DependentAgents::Remove,
});

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once("hub").chain(line.split(' ')))
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_line_of_the_document_is_understood() {
        for line in [
            "platforms",
            "connect openai --name N --base-url https://a.example/v1 --field a=b --field c=d=e --secret-stdin --no-verify",
            "authorize c --device",
            "authorize c --loopback",
            "authorize c --paste --no-pkce --replace",
            "connections list",
            "connections test c --deep",
            "connections edit c --name N",
            "connections set-secret c --secret-file f",
            "connections remove c",
            "catalog c --search T",
            "models list",
            "models enable c org/model:free other",
            "models disable c m",
            "agents list --as-member m",
            "agents list --as-plan p",
            "agents list --as-group g",
            "agents add --connection c --remote-id r --name N --group G --description D --grant-plan p --grant-group g",
            "agents add --model c/m --prompt-stdin --name N",
            "agents edit a --name N",
            "agents edit a --model c/m --prompt-stdin --parameters {}",
            "agents enable a",
            "agents disable a",
            "agents remove a",
            "plans list",
            "plans add N",
            "plans rename p N",
            "plans remove p --even-if-used",
            "groups list",
            "groups add N",
            "groups rename g N",
            "groups remove g",
            "members list",
            "members add N --plan p --until 2027-01-31 --group g",
            "members edit m N",
            "members remove m",
            "chat --agent a hello",
            "chat --model c/m --conversation x --attach f --input k=v --answer k=v hello",
            "chat --conversation x hello",
            "chat --model c/m",
            "feedback m up --reason R",
            "conversations list",
            "conversations show x",
            "conversations search 你",
            "conversations search T --agent a --role answer --since 2026-11-01 --until 2026-11-23 --without-archived",
            "conversations search T --model c/org/model:free --role title --limit 5",
            "conversations export x --format md",
            "conversations remove x",
            "bundle export f --for-member m --with-secrets --passphrase-stdin",
            "bundle export f --for-plan p --for-plan q --for-group g --recipient k --not-after 2027-01-31",
            "bundle inspect f",
            "bundle import f --trust F --yes --restore-older --passphrase-stdin",
            "bundle publish d --for-group g",
            "bundle follow https://a.example --every 60",
            "bundle unfollow",
            "bundle check --yes",
            "bundle check --yes --trust babab-dabab",
            "bundle status",
            "bundle keys",
            "bundle new-key",
            "backup f",
            "restore f",
            "restore f --preview",
            "restore f --yes --passphrase-stdin",
            "move f",
            "move f --passphrase-stdin",
            "doctor --data-dir d --vault session --json --lang en",
        ] {
            parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }

    #[test]
    fn wrong_usage_is_told_before_anything_is_opened() {
        for line in [
            "connect nobody",
            "connect openai sk-test-as-an-argument",
            "connect openai --secret sk-test-as-an-argument",
            "connect openai --field x",
            "chat hello",
            "chat --model nomodel hello",
            "chat --agent a --model c/m hello",
            "conversations export x",
            "models enable c",
            "members add N --plan p --until tomorrow",
            "conversations search T --agent a --model c/m",
            "conversations search T --since yesterday",
            "conversations search T --role tool",
            "bundle export f",
            "--vault plaintext doctor",
            "restore f --preview --yes",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn model_ids_keep_their_slashes() {
        let Command::Chat(chat) = parse("chat --model c/org/model:free hi").unwrap().command else { panic!() };
        assert_eq!(chat.model, Some(("c".into(), "org/model:free".into())));
    }
}
