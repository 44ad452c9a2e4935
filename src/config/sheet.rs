//! The sheet on which the concerns read their keys: it layers the sources, remembers each origin and collects every fault.
//! Asking for a key is what declares it, so whatever nobody asked for is unknown.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use super::{
    Fault, Origin, Setting, Sources,
    file::{self, Raw},
    names::{is_ours, unknown, variable},
};

pub(super) struct Sheet {
    file: BTreeMap<String, (Raw, Origin)>,
    environment: BTreeMap<String, (Raw, Origin)>,
    flags: BTreeMap<String, (Raw, Origin)>,
    pub(super) cores: usize,
    /// Whether it is read for the demo.
    pub(super) demo: bool,
    /// The folders of `PATH`.
    pub(super) path: Vec<PathBuf>,
    settings: Vec<Setting>,
    faults: Vec<Fault>,
}

impl Sheet {
    pub(super) fn new(sources: &Sources) -> Self {
        let mut faults = Vec::new();
        let file = match &sources.file {
            None => BTreeMap::new(),
            Some((path, Err(reason))) => {
                let origin = Origin::Kept(path.clone());
                faults.push(Fault::new(
                    "",
                    origin,
                    format!("the configuration file cannot be read: {reason}"),
                ));
                BTreeMap::new()
            }
            Some((path, Ok(text))) => file::flatten(path, text).unwrap_or_else(|mut wrong| {
                faults.append(&mut wrong);
                BTreeMap::new()
            }),
        };
        let mut environment = BTreeMap::new();
        for (name, value) in &sources.environment {
            if !is_ours(name) {
                continue;
            }
            let origin = Origin::Environment(name.clone());
            match value.to_str() {
                Some(text) => {
                    environment.insert(name.clone(), (Raw::Text(text.to_owned()), origin));
                }
                None => faults.push(Fault::new("", origin, "is not UTF-8 text")),
            }
        }
        let flags = sources
            .flags
            .iter()
            .map(|(key, text)| (key.clone(), (Raw::Text(text.clone()), Origin::Flag)))
            .collect();
        Self {
            file,
            environment,
            flags,
            cores: sources.cores.max(1),
            demo: sources.demo,
            path: sources
                .environment
                .get("PATH")
                .map(|path| std::env::split_paths(path).collect())
                .unwrap_or_default(),
            settings: Vec::new(),
            faults,
        }
    }

    /// The value of a key that has a default.
    pub(super) fn value<T: fmt::Display>(
        &mut self,
        key: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        let (value, origin) = match self.parsed(key, parse) {
            Some((value, origin)) => (value, origin),
            None => (default, Origin::Default),
        };
        self.show(key, value.to_string(), origin);
        value
    }

    /// The value of a key that may be absent.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        absent: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        shown: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        match self.parsed(key, parse) {
            Some((value, origin)) => {
                self.show(key, shown(&value), origin);
                Some(value)
            }
            None => {
                self.show(key, absent.to_owned(), Origin::Default);
                None
            }
        }
    }

    /// The values of a list, written as a TOML array or separated by commas.
    pub(super) fn list<T: fmt::Display>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let Some((raw, origin)) = self.take(key) else {
            self.show(key, "none".to_owned(), Origin::Default);
            return Vec::new();
        };
        let items = match raw {
            Raw::List(items) => items,
            Raw::Text(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
        };
        let mut values = Vec::new();
        for item in &items {
            match parse(item) {
                Ok(value) => values.push(value),
                Err(sentence) => self.faults.push(Fault::new(key, origin.clone(), sentence)),
            }
        }
        self.show(
            key,
            values
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            origin,
        );
        values
    }

    /// Records a fault that shows only when values are compared.
    pub(super) fn fault(&mut self, key: &'static str, sentence: impl Into<String>) {
        let origin = self
            .settings
            .iter()
            .find(|setting| setting.key == key)
            .map_or(Origin::Default, |setting| setting.origin.clone());
        self.faults.push(Fault::new(key, origin, sentence));
    }

    /// Records what a key is shown as.
    pub(super) fn show(&mut self, key: &'static str, shown: String, origin: Origin) {
        self.settings.push(Setting { key, shown, origin });
    }

    /// Whether the operator set this key anywhere; only for keys that were read before.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.settings
            .iter()
            .any(|setting| setting.key == key && setting.origin != Origin::Default)
    }

    /// Whether something is wrong with this key already.
    pub(super) fn is_faulty(&self, key: &str) -> bool {
        self.faults.iter().any(|fault| fault.key() == key)
    }

    /// All settings, or all faults; whatever was not asked for is unknown.
    pub(super) fn finish(mut self) -> Result<Vec<Setting>, Vec<Fault>> {
        let known: Vec<&str> = self.settings.iter().map(|setting| setting.key).collect();
        let variables: Vec<String> = known.iter().map(|key| variable(key)).collect();
        for (key, (_, origin)) in self.file.iter().chain(&self.flags) {
            self.faults.push(Fault::new(
                key,
                origin.clone(),
                unknown(key, known.iter().copied()),
            ));
        }
        for (name, (_, origin)) in &self.environment {
            let sentence = unknown(name, variables.iter().map(String::as_str));
            self.faults.push(Fault::new("", origin.clone(), sentence));
        }
        if self.faults.is_empty() {
            Ok(self.settings)
        } else {
            Err(self.faults)
        }
    }

    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<(T, Origin)> {
        let (raw, origin) = self.take(key)?;
        let result = match &raw {
            Raw::Text(text) if text.trim().is_empty() => {
                Err("is empty; give a value or remove it".to_owned())
            }
            Raw::Text(text) => parse(text.trim()),
            Raw::List(_) => Err("holds a list; give one value".to_owned()),
        };
        match result {
            Ok(value) => Some((value, origin)),
            Err(sentence) => {
                self.faults.push(Fault::new(key, origin, sentence));
                None
            }
        }
    }

    /// The winning value; the ones it hides are known as well, so all layers forget the key.
    fn take(&mut self, key: &'static str) -> Option<(Raw, Origin)> {
        let file = self.file.remove(key);
        let environment = self.environment.remove(&variable(key));
        let flag = self.flags.remove(key);
        flag.or(environment).or(file)
    }
}
