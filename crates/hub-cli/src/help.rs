//! `--help` in the chosen language: every command and argument gets its words from `hub-text`.

use clap::{Command, CommandFactory};
use hub_text::Texts;

use crate::args::Arguments;

/// The definition of all commands, with words.
pub(crate) fn command(texts: &Texts) -> Command {
    let mut command = Arguments::command().disable_help_subcommand(true);
    // Builds clap's own arguments (`--help`) too, so that they get words like the others.
    command.build();
    worded(command, "hub", texts)
}

fn worded(command: Command, path: &str, texts: &Texts) -> Command {
    let template = format!("{{about}}\n\n{}{{usage}}\n\n{{all-args}}", texts.with("cli-help-usage", &[]) + " ");
    let mut command = command
        .about(texts.get(&about_key(path)))
        .help_template(template)
        .subcommand_help_heading(texts.get("cli-help-commands"))
        .mut_args(|argument| {
            let heading = if argument.is_positional() { "cli-help-arguments" } else { "cli-help-options" };
            let words = texts.get(&argument_key(texts, path, argument.get_id().as_str()));
            argument.help(words).long_help(None).help_heading(texts.get(heading))
        });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let path = format!("{path}-{name}");
        command = command.mut_subcommand(name, |sub| worded(sub, &path, texts));
    }
    command
}

fn about_key(path: &str) -> String {
    format!("cli-about-{path}")
}

/// One text serves an argument in all commands unless a command has its own.
fn argument_key(texts: &Texts, path: &str, id: &str) -> String {
    let id = id.replace('_', "-");
    let own = format!("cli-arg-{path}-{id}");
    if texts.find(&own, &[]).is_some() { own } else { format!("cli-arg-{id}") }
}

#[cfg(test)]
mod tests {
    use hub_contract::platform::Language;

    use super::*;

    #[test]
    fn every_command_and_argument_has_words_in_both_languages() {
        for language in [Language::ZhCn, Language::En] {
            let texts = Texts::new(language);
            let mut missing = Vec::new();
            collect(&command(&texts), &mut missing);
            assert!(missing.is_empty(), "{language:?}: {missing:#?}");
        }
    }

    fn collect(command: &Command, missing: &mut Vec<String>) {
        let words = command.get_about().map(ToString::to_string).into_iter();
        let arguments = command.get_arguments().filter_map(|argument| argument.get_help().map(ToString::to_string));
        missing.extend(words.chain(arguments).filter(|text| text.starts_with("cli-")));
        command.get_subcommands().for_each(|sub| collect(sub, missing));
    }

    #[test]
    fn help_is_in_the_language_of_the_reader() {
        let texts = Texts::new(Language::ZhCn);
        let help = command(&texts).render_long_help().to_string();
        assert!(help.contains("命令") && help.contains("连接"), "{help}");
    }
}
