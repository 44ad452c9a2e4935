//! Reads the repository's own files and fails on what the house forbids. No product code is run here.

mod house;
mod templates;
