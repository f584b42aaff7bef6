//! An icon of the product, drawn from [`super::icon_shapes`]. Always decorative: the control around it has the name.

use yew::prelude::*;

pub use super::icon_shapes::IconName;
use super::icon_shapes::Shape;

/// Sizes of icons, in CSS pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IconSize {
    /// 12: inside badges.
    S12,
    /// 14: inside small buttons.
    S14,
    /// 16: everywhere else.
    #[default]
    S16,
    /// 20: the rail and empty states.
    S20,
    /// 24: the first page.
    S24,
}

#[derive(Properties, PartialEq)]
pub struct IconProps {
    pub name: IconName,
    #[prop_or_default]
    pub size: IconSize,
    /// Further classes, for example a colour.
    #[prop_or_default]
    pub class: Classes,
}

#[component]
pub fn Icon(props: &IconProps) -> Html {
    props.draw()
}

/// An icon in place. What holds many icons is quicker without a component for each.
pub(super) fn icon(name: IconName, size: IconSize) -> Html {
    IconProps { name, size, class: Classes::new() }.draw()
}

impl IconProps {
    fn draw(&self) -> Html {
        let size = match self.size {
            IconSize::S12 => Some("i-12"),
            IconSize::S14 => Some("i-14"),
            IconSize::S16 => None,
            IconSize::S20 => Some("i-20"),
            IconSize::S24 => Some("i-24"),
        };
        html! {
            <svg class={classes!("i", size, self.class.clone())} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
                { for self.name.shapes().iter().map(|shape| draw(*shape)) }
            </svg>
        }
    }
}

fn draw(shape: Shape) -> Html {
    match shape {
        Shape::Path(d) => html! { <path d={d} /> },
        Shape::Dots(d) => html! { <path d={d} stroke-width="2.2" /> },
        Shape::Circle(cx, cy, r) => html! { <circle cx={cx} cy={cy} r={r} /> },
        Shape::Rect(x, y, width, height, rx) => {
            html! { <rect x={x} y={y} width={width} height={height} rx={rx} /> }
        }
        Shape::Ellipse(cx, cy, rx, ry) => html! { <ellipse cx={cx} cy={cy} rx={rx} ry={ry} /> },
    }
}
