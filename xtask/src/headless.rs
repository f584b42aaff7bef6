//! A window without a display: an X server in memory, a session bus, and a picture once the window has painted.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::progress::spell;
use crate::sweeper::Sweeper;

const SCREEN: &str = "1280x800x24";
/// A cold start of the web view on a slow machine takes seconds; this is only a guard.
const LIMIT: Duration = Duration::from_secs(90);

/// How a window came up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    /// From the start of the process to the first paint.
    pub(crate) seconds: f64,
    /// Memory of the program and all that it started, shared pages counted in proportion, once the window stands still.
    pub(crate) memory_mib: f64,
}

/// Runs the program until its window has painted and stands still, and writes `window.png` into `dir`.
pub(crate) fn picture(program: &Command, dir: &Path, sweeper: &mut Sweeper) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("could not make {}", dir.display()))?;
    let display = start_display(sweeper)?;
    let (window, shown) = wait_for_paint(program, &display, sweeper)?;
    let file = dir.join("window.png");
    process::run(x_tool("import", &display).args(["-window", &window]).arg(&file))?;
    eprintln!(
        "    The window painted after {}. Its picture: {}",
        spell(Duration::from_secs_f64(shown.seconds)),
        file.display()
    );
    Ok(())
}

/// The same without a picture.
pub(crate) fn show(program: &Command, sweeper: &mut Sweeper) -> Result<Shown> {
    let display = start_display(sweeper)?;
    Ok(wait_for_paint(program, &display, sweeper)?.1)
}

fn wait_for_paint(program: &Command, display: &str, sweeper: &mut Sweeper) -> Result<(String, Shown)> {
    let start = Instant::now();
    let app = sweeper.spawn_group(&mut on_display(program, display))?;
    let group = app.id();
    let window = process::poll(LIMIT, || {
        if let Some(status) = app.try_wait()? {
            anyhow::bail!("the program ended with {status} before its window was painted");
        }
        Ok(largest_window(display).filter(|window| painted(window, display)))
    })?;
    let window = window.context("no painted window within 90 s")?;
    let seconds = start.elapsed().as_secs_f64();
    let still = wait_until_still(&window, display)?;
    ensure!(still, "the window did not come to rest within 90 s");
    Ok((window, Shown { seconds, memory_mib: memory_of_group(group) }))
}

/// Proportional set sizes of a process group together (proc(5), `smaps_rollup`); 0 where the system does not tell.
fn memory_of_group(group: u32) -> f64 {
    let Ok(processes) = fs::read_dir("/proc") else {
        return 0.0;
    };
    let kib: u64 = processes
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|process| group_of(process) == Some(group))
        .filter_map(|process| proportional_kib(&fs::read_to_string(process.join("smaps_rollup")).ok()?))
        .sum();
    kib as f64 / 1024.0
}

/// The process group, the third field after the name in `stat`.
fn group_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(2)?.parse().ok()
}

fn proportional_kib(rollup: &str) -> Option<u64> {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Starts Xvfb on a display number that it chooses itself.
fn start_display(sweeper: &mut Sweeper) -> Result<String> {
    let mut server = Command::new("Xvfb");
    server.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]);
    server.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let output = sweeper.spawn_group(&mut server)?.stdout.take().context("Xvfb has no output")?;
    let mut number = String::new();
    BufReader::new(output).read_line(&mut number)?;
    ensure!(!number.trim().is_empty(), "Xvfb did not start");
    Ok(format!(":{}", number.trim()))
}

/// The same program with this display and a session bus of its own.
fn on_display(program: &Command, display: &str) -> Command {
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(program.get_program()).args(program.get_args()).stdin(Stdio::null());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("DISPLAY", display).env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
    // The accelerated path paints nothing in a display without a graphics card.
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    command
}

/// The largest visible window of the shell, as X names it; the web view also has tiny ones.
fn largest_window(display: &str) -> Option<String> {
    // By class, which is the program's name, or by title.
    let words = ["search", "--onlyvisible", "--class", "--name", "hub.desktop", "getwindowgeometry", "--shell", "%@"];
    let output = process::capture(x_tool("xdotool", display).args(words)).ok()?;
    let mut best: Option<(u64, String)> = None;
    let (mut window, mut width) = (String::new(), 0);
    for line in String::from_utf8_lossy(&output).lines() {
        match line.split_once('=') {
            Some(("WINDOW", value)) => window = value.to_owned(),
            Some(("WIDTH", value)) => width = value.parse().unwrap_or(0),
            Some(("HEIGHT", value)) => {
                let area = width * value.parse::<u64>().unwrap_or(0);
                if best.as_ref().is_none_or(|(largest, _)| area > *largest) {
                    best = Some((area, window.clone()));
                }
            }
            _ => {}
        }
    }
    best.filter(|(area, _)| *area > 300 * 300).map(|(_, window)| window)
}

fn painted(window: &str, display: &str) -> bool {
    pixels(window, display).is_ok_and(|pixels| !flat(&pixels))
}

/// Two pictures in a row are equal.
fn wait_until_still(window: &str, display: &str) -> Result<bool> {
    let mut before = pixels(window, display)?;
    let still = process::poll(LIMIT, || {
        let now = pixels(window, display)?;
        let same = now == before && !flat(&now);
        before = now;
        Ok(same.then_some(()))
    })?;
    Ok(still.is_some())
}

/// The window as raw red, green, blue.
fn pixels(window: &str, display: &str) -> Result<Vec<u8>> {
    process::capture(x_tool("import", display).args(["-window", window, "-depth", "8", "rgb:-"]))
}

/// All of one colour: not painted yet, or blank.
fn flat(pixels: &[u8]) -> bool {
    let mut colours = pixels.chunks_exact(3);
    let first = colours.next();
    colours.all(|colour| Some(colour) == first)
}

fn x_tool(name: &str, display: &str) -> Command {
    let mut command = Command::new(name);
    command.env("DISPLAY", display);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proportional_size_is_one_line_of_many() {
        assert_eq!(proportional_kib("Rss:   300 kB\nPss:   120 kB\nPss_Anon:  80 kB\n"), Some(120));
        assert_eq!(proportional_kib("Rss: 1 kB"), None);
    }

    #[test]
    fn one_colour_is_flat_and_one_other_pixel_is_not() {
        assert!(flat(&[]));
        assert!(flat(&[7, 8, 9, 7, 8, 9]));
        assert!(!flat(&[7, 8, 9, 7, 8, 9, 7, 8, 10]));
    }
}
