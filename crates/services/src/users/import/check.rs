//! Judging the lines of an import: each that is wrong with all that is wrong with it, and what the good
//! ones would do.

use std::collections::{BTreeSet, HashMap};

use domain::address_list::Addressee;
use domain::{BuiltInRole, EmailAddress, FreeFields, PersonName, Role, text};
use store::limits::Limit;
use store::users::Known;

use super::file::{PROBLEM, Table};
use crate::roles::RoleBook;
use crate::users::change::MAX_LINE;
use crate::users::export::{self, FIELD_PREFIX};
use crate::users::invite::{Guest, already};
use crate::users::rules::Doer;

/// A line that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the file, the head being line 1.
    pub line: u64,
    /// Its address, as written.
    pub email: String,
    /// All that is wrong with it.
    pub problems: Vec<String>,
    /// Its cells, as read.
    pub cells: Vec<String>,
}

/// What a dry run found.
#[derive(Debug)]
pub struct Report {
    /// The file's name.
    pub file_name: String,
    /// The columns of the file.
    pub columns: Vec<String>,
    /// Those to be invited.
    pub(in crate::users) good: Vec<Guest>,
    /// The lines that are wrong.
    pub bad: Vec<BadLine>,
    /// Seats taken and there.
    pub seats: Option<Limit>,
    /// How many of the good ones get each role.
    pub roles: Vec<(String, usize)>,
    /// The columns that are in the file but say nothing new.
    pub ignored: Vec<String>,
}

impl Report {
    /// How many people would be invited.
    #[must_use]
    pub fn people(&self) -> usize {
        self.good.len()
    }

    /// The first of them, as they would be invited: address, name, role.
    pub fn sample(&self, book_name: impl Fn(Role) -> String) -> Vec<(String, String, String)> {
        let first = self.good.iter().take(5);
        first
            .map(|guest| {
                let name = guest.addressee.name.as_ref().map(ToString::to_string);
                let email = guest.addressee.email.as_str().to_owned();
                (email, name.unwrap_or_default(), book_name(guest.role))
            })
            .collect()
    }

    /// Whether there are seats for all of them.
    #[must_use]
    pub fn fits(&self) -> bool {
        let wanted = i64::try_from(self.good.len()).unwrap_or(i64::MAX);
        self.seats
            .is_none_or(|seats| seats.used.saturating_add(wanted) <= seats.hard)
    }

    /// Whether it may be confirmed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.bad.is_empty() && !self.good.is_empty() && self.fits()
    }

    /// The wrong lines as a file, to be put right and imported: the columns as they were, behind them
    /// what is wrong.
    pub(super) fn bad_lines_as_csv(&self) -> Vec<u8> {
        // A file of wrong lines that still has some brings that column along.
        let kept = |place: &usize| self.columns.get(*place).is_some_and(|name| name != PROBLEM);
        let places: Vec<usize> = (0..self.columns.len()).filter(kept).collect();
        let pick = |cells: &[String]| -> Vec<String> {
            places
                .iter()
                .map(|place| cells.get(*place).cloned().unwrap_or_default())
                .collect()
        };
        let mut head = pick(&self.columns);
        head.push(PROBLEM.to_owned());
        let mut lines = export::line(&head);
        for bad in &self.bad {
            let mut cells = pick(&bad.cells);
            cells.push(format!("Line {}: {}", bad.line, bad.problems.join(" ")));
            lines.extend(export::line(&cells));
        }
        lines
    }
}

/// What an export says and an import cannot set.
const TOLD: [&str; 4] = ["status", "last_sign_in_at", "created_at", PROBLEM];

pub(super) fn check(
    file_name: &str,
    table: Table,
    known: &[Known],
    book: &RoleBook,
    doer: &Doer,
    seats: Option<Limit>,
) -> Report {
    let known: HashMap<&str, &Known> = known
        .iter()
        .map(|known| (known.email_folded.as_str(), known))
        .collect();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (line, cells) in table.rows {
        let reading = Reading {
            columns: &table.columns,
            cells: &cells,
            book,
            doer,
        };
        let (guest, mut problems) = reading.guest();
        if let Some(guest) = &guest {
            let folded = guest.addressee.email.folded();
            if let Some(known) = known.get(folded.as_str()) {
                problems.push(already(known.status, known.name.as_str()));
            }
            if let Some(first) = seen.insert(folded.clone(), line) {
                problems.push(format!("The address is in line {first} already."));
                seen.insert(folded, first);
            }
        }
        match guest {
            Some(guest) if problems.is_empty() => good.push(guest),
            _ => bad.push(BadLine {
                line,
                email: reading.cell("email").chars().take(80).collect(),
                problems,
                cells,
            }),
        }
    }
    Report {
        file_name: file_name.to_owned(),
        roles: by_role(&good, book),
        ignored: TOLD
            .iter()
            .filter(|told| table.columns.iter().any(|column| column == *told))
            .map(ToString::to_string)
            .collect(),
        columns: table.columns,
        good,
        bad,
        seats,
    }
}

fn by_role(good: &[Guest], book: &RoleBook) -> Vec<(String, usize)> {
    let count = |role: Role| good.iter().filter(|guest| guest.role == role).count();
    book.iter()
        .map(|info| (info.name.clone(), count(info.role)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// One line, while it is read.
struct Reading<'a> {
    columns: &'a [String],
    cells: &'a [String],
    book: &'a RoleBook,
    doer: &'a Doer,
}

impl Reading<'_> {
    fn cell(&self, column: &str) -> &str {
        let place = self.columns.iter().position(|known| known == column);
        place
            .and_then(|place| self.cells.get(place))
            .map_or("", String::as_str)
    }

    /// The person of the line; none without an address.
    fn guest(&self) -> (Option<Guest>, Vec<String>) {
        let mut problems = BTreeSet::new();
        let mut note = |column: &str, why: String| {
            problems.insert(format!("{column}: {why}"));
        };
        if self.cells.len() > self.columns.len() {
            note(
                "line",
                "It has more cells than there are columns.".to_owned(),
            );
        }
        let email =
            EmailAddress::parse(self.cell("email")).map_err(|why| note("email", why.to_string()));
        let name = Some(self.cell("name").trim())
            .filter(|name| !name.is_empty())
            .map(PersonName::parse)
            .transpose()
            .map_err(|why| note("name", why.to_string()));
        let role = self.role().map_err(|why| note("role", why));
        let mut line = |column: &str| {
            text::optional_line(self.cell(column), MAX_LINE)
                .map_err(|why| note(column, why.to_string()))
                .unwrap_or_default()
        };
        let (department, location) = (line("department"), line("location"));
        let phone = text::optional_phone(self.cell("phone"))
            .map_err(|why| note("phone", why.to_string()))
            .unwrap_or_default();
        let own = self.columns.iter().filter_map(|column| {
            let name = column.strip_prefix(FIELD_PREFIX)?;
            Some((name, self.cell(column)))
        });
        let fields = FreeFields::parse(own)
            .map_err(|why| note("field", why.to_string()))
            .unwrap_or_default();
        let guest = email.ok().map(|email| Guest {
            addressee: Addressee {
                email,
                name: name.unwrap_or_default(),
            },
            role: role.unwrap_or(Role::BuiltIn(BuiltInRole::Viewer)),
            department,
            location,
            phone,
            fields,
        });
        (guest, problems.into_iter().collect())
    }

    /// A line without a role means a member; a role above the importer's is none to give.
    fn role(&self) -> Result<Role, String> {
        let written = self.cell("role").trim();
        let role = if written.is_empty() {
            Role::BuiltIn(BuiltInRole::Member)
        } else {
            let shown: String = written.chars().take(60).collect();
            let found = self.book.named(written);
            found.ok_or(format!("There is no role “{shown}”."))?.role
        };
        if self.doer.may_give(role, self.book) {
            Ok(role)
        } else {
            Err(format!(
                "You cannot give the role {}, which allows more than yours.",
                self.book.name(role)
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use domain::{UserId, UserStatus};
    use uuid::Uuid;

    use super::super::file;
    use super::*;

    fn report(text: &str) -> Report {
        let table = file::read(text).unwrap();
        let known = [Known {
            id: UserId::from_uuid(Uuid::nil()),
            email_folded: "known@x.com".to_owned(),
            name: PersonName::parse("Ada").unwrap(),
            status: UserStatus::Active,
        }];
        let manager = Doer {
            id: None,
            name: String::new(),
            owner: false,
            permissions: BuiltInRole::Manager.permissions(),
        };
        let seats = Some(Limit { used: 8, hard: 10 });
        check(
            "people.csv",
            table,
            &known,
            &RoleBook::of(Vec::new()),
            &manager,
            seats,
        )
    }

    #[test]
    fn inp_13_every_wrong_line_is_told_with_its_number() {
        let report = report(
            "email,name,role,phone,field:Badge\n\
             a@x.com,Mia,viewer,,7\n\
             nobody,,boss,call me,\n\
             Known@x.com,,,,\n\
             A@X.com,,owner,,\n\
             b@x.com,,,,,,more\n",
        );
        let told: Vec<_> = report
            .bad
            .iter()
            .map(|bad| (bad.line, bad.problems.join(" ")))
            .collect();
        assert_eq!(
            told,
            [
                (3, "email: Write the address as name@example.com. phone: Write a telephone number with digits, spaces and + - ( ) / . only. role: There is no role “boss”.".to_owned()),
                (4, "Here already (Ada).".to_owned()),
                (5, "role: You cannot give the role Owner, which allows more than yours. The address is in line 2 already.".to_owned()),
                (6, "line: It has more cells than there are columns.".to_owned()),
            ]
        );
        assert_eq!(report.people(), 1);
        assert!(!report.is_clean());
    }

    #[test]
    fn inp_12_what_was_exported_escaped_is_imported_as_it_was() {
        let cells = |cells: [&str; 4]| export::line(&cells.map(str::to_owned));
        let mut file = cells(["email", "name", "department", "field:Note"]);
        file.extend(cells([
            "a@x.com",
            "=cmd|' /C calc'!A0",
            "+1, \"x\"",
            "@SUM(A1)",
        ]));
        let text = String::from_utf8(file).unwrap();
        assert!(text.contains("'=cmd") && text.contains("'@SUM"));
        let report = report(&text);
        let guest = report.good.first().unwrap();
        assert_eq!(
            guest.addressee.name.as_ref().unwrap().as_str(),
            "=cmd|' /C calc'!A0"
        );
        assert_eq!(guest.department.as_deref(), Some("+1, \"x\""));
        assert_eq!(guest.fields.of("Note"), Some("@SUM(A1)"));
    }

    #[test]
    fn inp_13_wrong_lines_come_as_a_file_that_can_be_corrected_and_read_again() {
        let wrong = report("email;name\nbad;=Mia\na@x.com;Ada\n");
        let file = String::from_utf8(wrong.bad_lines_as_csv()).unwrap();
        assert_eq!(
            file,
            "email,name,problem\r\nbad,'=Mia,Line 2: email: Write the address as name@example.com.\r\n"
        );
        let again = report(&file.replace("bad,", "bad@x.com,"));
        assert_eq!((again.people(), again.bad.len()), (1, 0));
        assert_eq!(again.ignored, ["problem"]);
    }

    #[test]
    fn seats_are_counted_before_anybody_is_invited() {
        assert!(report("email\na@x.com\nb@x.com\n").is_clean());
        let three = report("email\na@x.com\nb@x.com\nc@x.com\n");
        assert!(three.bad.is_empty() && !three.fits() && !three.is_clean());
        assert_eq!(three.roles, [("Member".to_owned(), 3)]);
    }
}
