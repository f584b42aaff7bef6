//! The icons as data: a 20-unit grid, strokes in the current colour. Drawn for this product; new ones are drawn too.

/// One drawn part of an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A path's `d`.
    Path(&'static str),
    /// A path of single points, drawn with a wider stroke.
    Dots(&'static str),
    /// Centre x, centre y, radius.
    Circle(&'static str, &'static str, &'static str),
    /// x, y, width, height, corner radius.
    Rect(&'static str, &'static str, &'static str, &'static str, &'static str),
    /// Centre x, centre y, radius x, radius y.
    Ellipse(&'static str, &'static str, &'static str, &'static str),
}

use Shape::{Circle, Dots, Ellipse, Path, Rect};

/// Every icon of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    Chat,
    Agent,
    Platform,
    Model,
    People,
    User,
    Settings,
    Search,
    Plus,
    Close,
    Check,
    Minus,
    Down,
    Up,
    Right,
    Left,
    More,
    Copy,
    External,
    Key,
    Lock,
    Refresh,
    Stop,
    Send,
    Clip,
    At,
    Slash,
    Edit,
    Branch,
    Good,
    Bad,
    Info,
    Alert,
    Error,
    Done,
    Clock,
    Trash,
    Download,
    Upload,
    File,
    Folder,
    Globe,
    Shield,
    ShieldOk,
    Bundle,
    Filter,
    Grip,
    Test,
    Link,
    Pin,
    List,
    Drawer,
    Columns,
    Tool,
    Book,
    Node,
    Think,
    Output,
    Database,
    Arrow,
    ToDown,
    Eye,
    Swap,
    Cloud,
    Command,
    Image,
    Star,
    Tag,
    Power,
    Sun,
    Hub,
    Keyboard,
}

impl IconName {
    /// What it is drawn of.
    pub fn shapes(self) -> &'static [Shape] {
        match self {
            Self::Chat => &[Path("M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-3.5 3v-3a2 2 0 0 1-2-2z")],
            Self::Agent => &[Rect("3.5", "6", "13", "10", "2.5"), Path("M10 3v3M7.5 10v1.5M12.5 10v1.5")],
            Self::Platform => &[Path("M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0zM10 15v2.5")],
            Self::Model => &[Path("M10 2.8l6.2 3.6v7.2L10 17.2l-6.2-3.6V6.4zM3.8 6.4L10 10l6.2-3.6M10 10v7.2")],
            Self::People => &[
                Circle("7.5", "7", "2.75"),
                Path(
                    "M2.5 16c.4-2.8 2.4-4.3 5-4.3s4.6 1.5 5 4.3M13 4.6a2.6 2.6 0 0 1 0 4.9M14.3 12c1.8.5 2.9 1.8 3.2 4",
                ),
            ],
            Self::User => &[Circle("10", "6.8", "3"), Path("M4 16.5c.6-3 3-4.7 6-4.7s5.4 1.7 6 4.7")],
            Self::Settings => &[Path("M3 6h7M14 6h3M3 14h3M10 14h7"), Circle("12", "6", "2"), Circle("8", "14", "2")],
            Self::Search => &[Circle("9", "9", "5"), Path("M12.7 12.7L16.5 16.5")],
            Self::Plus => &[Path("M10 4v12M4 10h12")],
            Self::Close => &[Path("M5 5l10 10M15 5L5 15")],
            Self::Check => &[Path("M4 10.5l4 4 8-9")],
            Self::Minus => &[Path("M5 10h10")],
            Self::Down => &[Path("M5.5 8l4.5 4.5L14.5 8")],
            Self::Up => &[Path("M5.5 12.5L10 8l4.5 4.5")],
            Self::Right => &[Path("M8 5.5l4.5 4.5L8 14.5")],
            Self::Left => &[Path("M12.5 5.5L8 10l4.5 4.5")],
            Self::More => &[Dots("M4.5 10h.01M10 10h.01M15.5 10h.01")],
            Self::Copy => &[
                Rect("7", "7", "9.5", "9.5", "2"),
                Path("M13 4.5a1.5 1.5 0 0 0-1.5-1H5a1.5 1.5 0 0 0-1.5 1.5v6.5a1.5 1.5 0 0 0 1 1.5"),
            ],
            Self::External => &[Path(
                "M11.5 3.5h5v5M16 4l-7 7M8.5 4.5H5A1.5 1.5 0 0 0 3.5 6v9A1.5 1.5 0 0 0 5 16.5h9a1.5 1.5 0 0 0 1.5-1.5v-3.5",
            )],
            Self::Key => &[Circle("6.7", "13.3", "3.2"), Path("M9 11l7.5-7.5M13 7l2.5 2.5")],
            Self::Lock => &[Rect("4.5", "9", "11", "7.5", "2"), Path("M7 9V6.5a3 3 0 0 1 6 0V9")],
            Self::Refresh => &[Path("M16 10a6 6 0 1 1-1.8-4.3L16.5 8M16.5 4v4h-4")],
            Self::Stop => &[Rect("5.5", "5.5", "9", "9", "1.5")],
            Self::Send => &[Path("M10 16V4.5M5 9.3L10 4.3l5 5")],
            Self::Clip => &[Path(
                "M15.5 9.5l-5.6 5.6a3.4 3.4 0 0 1-4.8-4.8L11 4.4a2.3 2.3 0 0 1 3.2 3.2l-5.7 5.7a1.1 1.1 0 0 1-1.6-1.6l5.2-5.2",
            )],
            Self::At => &[Circle("10", "10", "2.8"), Path("M12.8 7.5v3.3a2 2 0 0 0 3.9 0V10a6.7 6.7 0 1 0-2.7 5.4")],
            Self::Slash => &[Rect("3.5", "3.5", "13", "13", "2.5"), Path("M11.7 6.5l-3.4 7")],
            Self::Edit => &[Path("M4 16l.7-3.2L13 4.5a1.7 1.7 0 0 1 2.5 2.5l-8.3 8.3zM11.7 5.8l2.5 2.5")],
            Self::Branch => &[
                Circle("6", "5", "1.8"),
                Circle("6", "15", "1.8"),
                Circle("14", "7.5", "1.8"),
                Path("M6 6.8v6.4M14 9.3c0 2.7-3 2.7-8 3.7"),
            ],
            Self::Good => &[Path(
                "M6.5 9l3-5.5c1.2 0 2 .8 2 2V8h3.7a1.5 1.5 0 0 1 1.5 1.8l-1 5a1.5 1.5 0 0 1-1.5 1.2H6.5zM3.5 9h3v7h-3z",
            )],
            Self::Bad => &[Path(
                "M6.5 11l3 5.5c1.2 0 2-.8 2-2V12h3.7a1.5 1.5 0 0 0 1.5-1.8l-1-5A1.5 1.5 0 0 0 14.2 4H6.5zM3.5 11h3V4h-3z",
            )],
            Self::Info => &[Circle("10", "10", "6.7"), Path("M10 9.3v4M10 6.7h.01")],
            Self::Alert => &[Path("M10 3.5l7 12.5H3zM10 8.5v3.5M10 13.9h.01")],
            Self::Error => &[Circle("10", "10", "6.7"), Path("M10 6.5v4.2M10 13.2h.01")],
            Self::Done => &[Circle("10", "10", "6.7"), Path("M7 10.2l2.2 2.2L13.2 8")],
            Self::Clock => &[Circle("10", "10", "6.7"), Path("M10 6.3V10l2.6 1.7")],
            Self::Trash => &[Path("M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.7 10.5h7.6l.7-10.5M8.5 8.5v5M11.5 8.5v5")],
            Self::Download => &[Path("M10 3.5v9M6 9l4 4 4-4M4 16.5h12")],
            Self::Upload => &[Path("M10 13V4M6 7.7l4-4 4 4M4 16.5h12")],
            Self::File => {
                &[Path("M11.5 3H6a1.5 1.5 0 0 0-1.5 1.5v11A1.5 1.5 0 0 0 6 17h8a1.5 1.5 0 0 0 1.5-1.5V7zM11.5 3v4h4")]
            }
            Self::Folder => &[Path(
                "M3 6a1.5 1.5 0 0 1 1.5-1.5h3.3l1.7 2h6A1.5 1.5 0 0 1 17 8v6a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14z",
            )],
            Self::Globe => &[
                Circle("10", "10", "6.7"),
                Path("M3.5 10h13M10 3.3c2.5 2 2.5 11.4 0 13.4M10 3.3c-2.5 2-2.5 11.4 0 13.4"),
            ],
            Self::Shield => &[Path("M10 3l5.7 2v4.5c0 3.5-2.3 6-5.7 7.5-3.4-1.5-5.7-4-5.7-7.5V5z")],
            Self::ShieldOk => {
                &[Path("M10 3l5.7 2v4.5c0 3.5-2.3 6-5.7 7.5-3.4-1.5-5.7-4-5.7-7.5V5zM7.5 9.8l1.8 1.8 3.3-3.5")]
            }
            Self::Bundle => {
                &[Path("M3.5 7l1.5-3h10l1.5 3v8a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 15zM3.5 7h13M8 10h4")]
            }
            Self::Filter => &[Path("M3.5 5.5h13M6 10h8M8.5 14.5h3")],
            Self::Grip => &[Dots("M7.5 5h.01M12.5 5h.01M7.5 10h.01M12.5 10h.01M7.5 15h.01M12.5 15h.01")],
            Self::Test => &[Path("M2.5 10.5h3.2l2-5 3.6 9 2.2-5.5.9 1.5h3.1")],
            Self::Link => &[Path(
                "M8.5 11.5a3 3 0 0 0 4.3.2l2.4-2.4a3 3 0 0 0-4.3-4.3l-.9.9M11.5 8.5a3 3 0 0 0-4.3-.2l-2.4 2.4a3 3 0 0 0 4.3 4.3l.9-.9",
            )],
            Self::Pin => &[Path("M7.5 3.5h5l-.6 4.7 2.6 2.6H5.5l2.6-2.6zM10 10.8v5.7")],
            Self::List => &[Rect("3", "4", "14", "12", "2"), Path("M8 4v12")],
            Self::Drawer => &[Rect("3", "4", "14", "12", "2"), Path("M12.5 4v12")],
            Self::Columns => &[Rect("3", "4", "14", "12", "2"), Path("M7.7 4v12M12.3 4v12")],
            Self::Tool => &[Path(
                "M11.5 8.5l-7 7 .9.9 7.1-7M11 5.8a3.5 3.5 0 0 1 4.3-2.3L13 5.8l1.2 1.2 2.3-2.3A3.5 3.5 0 0 1 12 9",
            )],
            Self::Book => &[Path(
                "M4 4.5A1.5 1.5 0 0 1 5.5 3H15.5v11h-10A1.5 1.5 0 0 0 4 15.5zM4 15.5A1.5 1.5 0 0 0 5.5 17h10v-3M7 6.5h5.5",
            )],
            Self::Node => &[
                Rect("3", "4", "5", "5", "1.3"),
                Rect("12", "11", "5", "5", "1.3"),
                Path("M8 6.5h3.5a3 3 0 0 1 3 3V11"),
            ],
            Self::Think => {
                &[Path("M10 3.3a5 5 0 0 0-2.8 9.1c.5.4.8.9.8 1.5h4c0-.6.3-1.1.8-1.5A5 5 0 0 0 10 3.3zM8.5 16.7h3")]
            }
            Self::Output => &[Path("M3.5 5.5h13M3.5 10h9M3.5 14.5h6")],
            Self::Database => &[
                Ellipse("10", "5.3", "6", "2.3"),
                Path("M4 5.3v9.4C4 16 6.7 17 10 17s6-1 6-2.3V5.3M4 10c0 1.3 2.7 2.3 6 2.3s6-1 6-2.3"),
            ],
            Self::Arrow => &[Path("M4 10h12M11.5 5.5L16 10l-4.5 4.5")],
            Self::ToDown => &[Path("M10 4v11.5M5 10.5l5 5 5-5")],
            Self::Eye => &[
                Path("M2.5 10c1.9-3.3 4.5-5 7.5-5s5.6 1.7 7.5 5c-1.9 3.3-4.5 5-7.5 5s-5.6-1.7-7.5-5z"),
                Circle("10", "10", "2.3"),
            ],
            Self::Swap => &[Path("M4 7h11.5M12.5 4l3 3-3 3M16 13H4.5M7.5 10l-3 3 3 3")],
            Self::Cloud => &[Path("M6 15.5a3.5 3.5 0 0 1-.4-7A4.7 4.7 0 0 1 14.7 9a3.3 3.3 0 0 1-.4 6.5z")],
            Self::Command => &[Path(
                "M7.5 7.5h5v5h-5zM7.5 7.5V5.7a1.8 1.8 0 1 0-1.8 1.8zM12.5 7.5h1.8a1.8 1.8 0 1 0-1.8-1.8zM12.5 12.5v1.8a1.8 1.8 0 1 0 1.8-1.8zM7.5 12.5H5.7a1.8 1.8 0 1 0 1.8 1.8z",
            )],
            Self::Image => {
                &[Rect("3", "4", "14", "12", "2"), Circle("7.3", "8", "1.2"), Path("M3.5 14l4-3.5 3 2.5 2.5-2 3.5 3")]
            }
            Self::Star => &[Path("M10 3.3l2 4.3 4.7.6-3.5 3.2.9 4.6-4.1-2.3L5.9 16l.9-4.6-3.5-3.2 4.7-.6z")],
            Self::Tag => &[Path("M3.5 9.5v-5a1 1 0 0 1 1-1h5l7 7-6 6zM7 7h.01")],
            Self::Power => &[Path("M10 3.5v6M6.2 5.7a6 6 0 1 0 7.6 0")],
            Self::Sun => &[
                Circle("10", "10", "3"),
                Path(
                    "M10 2.8v1.7M10 15.5v1.7M2.8 10h1.7M15.5 10h1.7M4.9 4.9l1.2 1.2M13.9 13.9l1.2 1.2M15.1 4.9l-1.2 1.2M6.1 13.9l-1.2 1.2",
                ),
            ],
            Self::Hub => &[
                Circle("10", "10", "2.2"),
                Circle("10", "3.8", "1.3"),
                Circle("15.4", "13.2", "1.3"),
                Circle("4.6", "13.2", "1.3"),
                Path("M10 5.1v2.7M14.2 12.5l-2.3-1.4M5.8 12.5l2.3-1.4"),
            ],
            Self::Keyboard => {
                &[Rect("2.5", "5", "15", "10", "2"), Path("M5.5 8h.01M8.5 8h.01M11.5 8h.01M14.5 8h.01M7 12h6")]
            }
        }
    }
}
