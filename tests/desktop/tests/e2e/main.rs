//! The real program in a real window. Each test has a machine of its own: home, screen, session bus, keychain.
#![cfg(target_os = "linux")]

mod bundles;
mod charts;
mod chat;
mod compare;
mod composer;
mod connect;
mod data;
mod formulas;
mod gestures;
mod history;
mod icons;
mod keyboard;
mod long;
mod office;
mod people;
mod policy;
mod real;
mod runs;
mod seed;
mod start;
mod tree;
mod window;
