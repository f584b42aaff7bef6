//! The person's own browser, beside the program. What the system is told to open for http and https is only noted by a
//! desktop entry; WebKit's browser then opens it under a driver, so that a test sees the page as the person does.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use fantoccini::Client;

use crate::driver::Driver;
use crate::marked::Environment;
use crate::until;

const ENTRY: &str = "test-browser.desktop";

/// The browser with one page open.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    _driver: Driver,
}

impl Browser {
    /// Makes the machine's system hand web addresses to this browser.
    pub(crate) fn install(environment: &Environment) -> Result<()> {
        let home = environment.home();
        let program = home.join("test-browser");
        let note = format!("#!/bin/sh\nprintf '%s' \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n", asked(home).display());
        fs::write(&program, note)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        let entries = home.join(".local/share/applications");
        fs::create_dir_all(&entries)?;
        let schemes = ["http", "https"].map(|scheme| format!("x-scheme-handler/{scheme}"));
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Test browser\nExec={} %u\nMimeType={};\n",
            program.display(),
            schemes.join(";")
        );
        fs::write(entries.join(ENTRY), entry)?;
        let set = environment.command("xdg-mime").args(["default", ENTRY]).args(schemes).status()?;
        ensure!(set.success(), "the browser cannot be made the system's own");
        Ok(())
    }

    /// Waits until the system was told to open an address, and answers it.
    pub(crate) async fn address_asked_for(environment: &Environment) -> Result<String> {
        let note = asked(environment.home());
        let address = until("the browser to be asked for", async || Ok(fs::read_to_string(&note).ok())).await?;
        fs::remove_file(note)?;
        Ok(address)
    }

    /// The same, and opens it.
    pub(crate) async fn open_what_was_asked(environment: &Environment) -> Result<Self> {
        let address = Self::address_asked_for(environment).await?;
        let driver = Driver::start(environment).await?;
        let client = driver.browse().await?;
        // A page that at once goes on to another program makes this a failure; what is shown tells.
        let _ = client.goto(&address).await;
        Ok(Self { client, _driver: driver })
    }

    /// Closes it.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    /// Waits until the page has sent the browser to a program with a link of that scheme, and says with which. This browser
    /// hands nothing over; it shows that it cannot open the link.
    ///
    /// # Errors
    /// It stays on a page of its own.
    pub async fn sent_to(&self, scheme: &str) -> Result<String> {
        let mut last = String::new();
        let sent = until("the browser to be sent to a program", async || {
            // Of a page that cannot be shown, this is the address that was to be opened.
            last = self.client.current_url().await.map(String::from).unwrap_or_default();
            Ok(last.starts_with(&format!("{scheme}:")).then(|| last.clone()))
        })
        .await;
        sent.with_context(|| format!("the browser stays at {last}"))
    }
}

fn asked(home: &Path) -> PathBuf {
    home.join("browser-asked")
}
