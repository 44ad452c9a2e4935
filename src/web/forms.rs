//! The strict form: exactly the fields that its page has, each once unless it is a list, nothing that is no text.
//! A form struct holds what was typed (`String`, `Vec<String>`), so that a page can show it again; rules are the domain's.

use std::{future::Future, pin::Pin};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, dev::Payload, http::StatusCode, web::Data,
};
use serde::{
    Deserializer,
    de::{DeserializeOwned, Error as _, Visitor, value},
    forward_to_deserialize_any,
};
use url::form_urlencoded;

use super::{body, refusal::Refusal};
use crate::config::{Config, Limits};
pub use domain::FieldErrors;

/// What was typed, and what is already known to be wrong with it.
#[derive(Debug)]
pub struct Form<T> {
    /// The fields as typed, cleaned of what no page can show.
    pub typed: T,
    /// Empty, or what the extractor found; the page adds to it.
    pub errors: FieldErrors,
}

/// The body of a form as it came, for the sign-in page that stands in when the session has ended.
#[derive(Debug, Clone)]
pub struct Posted(pub Vec<u8>);

/// The mark of a request whose body [`Posted::keep`] reads, because its door will not open.
#[derive(Debug, Clone, Copy)]
struct Unread;

impl Posted {
    /// Marks the request before its other parts are read, so that none of them answers first.
    pub fn mark(request: &HttpRequest) {
        request.extensions_mut().insert(Unread);
    }

    /// Reads a form that no handler will see, because nobody is signed in. What cannot be read is lost.
    pub async fn keep(request: &HttpRequest, payload: Payload) {
        let limits = request
            .app_data::<Data<Config>>()
            .map_or_else(Limits::default, |config| config.limits);
        if !request
            .content_type()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        {
            return;
        }
        let read = body::read(
            request.headers(),
            payload,
            limits.form_bytes,
            limits.body_timeout,
        );
        if let Ok(bytes) = read.await {
            request.extensions_mut().insert(Self(bytes));
        }
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if request.extensions().contains::<Unread>() {
                // The tenant's door refuses this request and has the body; its answer is the answer.
                return std::future::pending().await;
            }
            let limits = request
                .app_data::<Data<Config>>()
                .map_or_else(Limits::default, |config| config.limits);
            if !request
                .content_type()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            {
                return Err(Refusal::and_close(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "Only forms are read here.",
                )
                .into());
            }
            let bytes = body::read(
                request.headers(),
                payload,
                limits.form_bytes,
                limits.body_timeout,
            )
            .await?;
            let form = parse(&bytes, limits.form_fields)?;
            request.extensions_mut().insert(Posted(bytes));
            Ok(form)
        })
    }
}

/// Reads an encoded form.
///
/// # Errors
/// 400 for more than `most` fields, an unknown or missing field, or one field given twice.
pub fn parse<T: DeserializeOwned>(bytes: &[u8], most: usize) -> Result<Form<T>, Refusal> {
    let mut errors = FieldErrors::default();
    let mut clean = form_urlencoded::Serializer::new(String::with_capacity(bytes.len()));
    let known = names::<T>();
    for (count, (field, value)) in form_urlencoded::parse(bytes).enumerate() {
        if count >= most {
            return Err(malformed("The form holds more fields than can be read."));
        }
        if !known.contains(&field.as_ref()) {
            return Err(malformed(
                "The form holds a field that this page does not have.",
            ));
        }
        let value = value.replace("\r\n", "\n");
        if value.contains(is_no_text) {
            errors.add(field.to_string(), format!("{} held characters that are no text, such as control codes. They were taken out: please check it.", words(&field)));
        }
        clean.append_pair(&field, &value.replace(is_no_text, ""));
    }
    let typed = serde_html_form::from_str(&clean.finish())
        .map_err(|_| malformed("The form misses a field, or holds one twice."))?;
    Ok(Form { typed, errors })
}

/// Control codes but tab and line feed, codes that turn the direction of text around, and what stands for broken UTF-8.
fn is_no_text(letter: char) -> bool {
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (letter.is_control() && letter != '\n' && letter != '\t')
        || turns
        || letter == char::REPLACEMENT_CHARACTER
}

/// `display_name` as a person says it: "Display name".
fn words(field: &str) -> String {
    let mut letters = field.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first
        .into_iter()
        .chain(letters.map(|letter| if letter == '_' { ' ' } else { letter }))
        .collect()
}

fn malformed(sentence: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, sentence)
}

/// The names of a form's fields, asked of its `Deserialize`, so that no form can forget to refuse the others.
fn names<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // Always an error: the listener gives no values.
    let _ = T::deserialize(Listener(&mut names));
    names
}

struct Listener<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(value::Error::custom("a form is a struct with named fields"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(value::Error::custom("only the names were wanted"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Invitation {
        email: String,
        role: String,
        #[serde(default)]
        note: String,
        #[serde(default)]
        team: Vec<String>,
    }

    fn read(text: &str) -> Result<Form<Invitation>, Refusal> {
        parse(text.as_bytes(), 20)
    }

    #[test]
    fn inp_02_what_was_typed_stays() {
        let form =
            read("email=a%40b.c&role=member&note=one%0D%0Atwo%09+%F0%9F%98%80&team=x&team=y")
                .unwrap();
        assert!(form.errors.is_empty());
        assert_eq!(
            (form.typed.email.as_str(), form.typed.role.as_str()),
            ("a@b.c", "member")
        );
        assert_eq!(form.typed.note, "one\ntwo\t 😀");
        assert_eq!(form.typed.team, ["x", "y"]);
        assert_eq!(read("email=&role=&team=x").unwrap().typed.team, ["x"]);
    }

    #[test]
    fn inp_02_what_is_no_text_is_refused_in_words() {
        for bad in [
            "%00",
            "%1B",
            "%7F",
            "%0D",
            "%C2%85",
            "%E2%80%AE",
            "%E2%81%A6",
            "%FF",
            "%C3%28",
        ] {
            let form = read(&format!("email=a{bad}b%40c.d&role=x")).unwrap();
            assert!(
                form.errors
                    .of("email")
                    .unwrap()
                    .starts_with("Email held characters"),
                "{bad}"
            );
            assert_eq!(form.errors.of("role"), None);
            assert!(!form.typed.email.contains(is_no_text), "{bad}");
        }
        assert_eq!(words("display_name"), "Display name");
    }

    #[test]
    fn inp_05_fields_that_the_page_does_not_have_are_refused() {
        for bad in [
            "email=a&role=x&is_admin=true",
            "email=a&role=x&tenant_id=globex",
            "email=a&email=b&role=x",
            "email%5B%5D=a&role=x",
            "email[0]=a&role=x",
            "email=a",
            "",
            "=",
            "email=a&role=x&%00=1",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&format!("email=a&role=x{}", "&team=x".repeat(18))).is_ok());
        assert!(read(&format!("email=a&role=x{}", "&team=x".repeat(19))).is_err());
    }
}
