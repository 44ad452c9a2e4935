//! The sheet that asks before something is done to a tenant: what it does, why, and whatever it needs to know.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::FieldErrors;

use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::platform::shell::StaffShell;

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "platform/tenants/ask.html")]
pub struct Ask {
    /// The frame.
    pub shell: StaffShell,
    /// The question.
    pub title: String,
    /// What the deed does.
    pub hint: String,
    /// The sheet's icon.
    pub icon: &'static str,
    /// `bad` for what hurts.
    pub tone: &'static str,
    /// Where the answer is sent.
    pub action: String,
    /// What the button says.
    pub label: &'static str,
    /// Where "Cancel" leads.
    pub back: String,
    /// What must be known before; empty for nothing.
    pub notice: String,
    /// What happens, point by point.
    pub points: Vec<String>,
    /// What is sent along unseen.
    pub hidden: Vec<(&'static str, String)>,
    /// What is asked.
    pub inputs: Vec<Input>,
    /// What is wrong with the answers.
    pub errors: FieldErrors,
    /// Whether the browser sends it itself, because the answer is shown only once.
    pub whole: bool,
}

/// One thing that is asked.
#[derive(Debug)]
pub struct Input {
    /// The field.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// What was typed or is usual.
    pub value: String,
    /// What to know about it.
    pub hint: String,
    /// How it is asked.
    pub kind: InputKind,
    /// Whether it may be left empty.
    pub optional: bool,
    /// The most characters.
    pub longest: usize,
}

/// How something is asked.
#[derive(Debug)]
pub enum InputKind {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// A whole number.
    Number,
    /// One of these.
    Choice(Vec<Choice>),
}

impl Input {
    /// Something that must be answered.
    pub fn new(
        name: &'static str,
        label: impl Into<String>,
        value: impl Into<String>,
        kind: InputKind,
    ) -> Self {
        Self {
            name,
            label: label.into(),
            value: value.into(),
            hint: String::new(),
            kind,
            optional: false,
            longest: 300,
        }
    }

    /// With a sentence beside it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// May be left empty.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// With so many characters at most.
    #[must_use]
    pub const fn longest(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }
}

impl Ask {
    /// A sheet that only asks "do it?".
    #[must_use]
    pub fn new(
        shell: StaffShell,
        title: impl Into<String>,
        action: impl Into<String>,
        label: &'static str,
    ) -> Self {
        let title = title.into();
        Self {
            shell: shell.titled(title.clone()),
            title,
            hint: String::new(),
            icon: "info",
            tone: "",
            action: action.into(),
            label,
            back: String::new(),
            notice: String::new(),
            points: Vec::new(),
            hidden: Vec::new(),
            inputs: Vec::new(),
            errors: FieldErrors::new(),
            whole: false,
        }
    }

    fn kind(&self) -> &'static str {
        match self.tone {
            "bad" => "danger",
            _ => "primary",
        }
    }

    /// The sheet, as a form or with what is wrong.
    ///
    /// # Errors
    /// 500 when it cannot be drawn.
    pub fn answer(&self) -> Result<HttpResponse, Problem> {
        let status = if self.errors.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        answer::with_status(status, self)
    }
}
