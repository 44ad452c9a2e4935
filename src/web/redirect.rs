//! Where a person goes next when an address says so: only to a path of the host they are on.

use url::Url;

/// A path of the same host, with its query, that is safe in a `Location`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPage(String);

/// Longer ones are no pages of ours.
const LONGEST: usize = 2_000;

impl NextPage {
    /// Reads `?next=`; anything but a plain path of the same host is nothing.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let harmless = typed.len() <= LONGEST
            && typed.starts_with('/')
            && typed
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&byte));
        let (path, _) = typed.split_once('?').unwrap_or((typed, ""));
        (harmless && is_plain(path) && stays(typed)).then(|| Self(typed.to_owned()))
    }

    /// As [`NextPage::parse`], or the first page.
    #[must_use]
    pub fn or_home(typed: Option<&str>) -> Self {
        typed
            .and_then(Self::parse)
            .unwrap_or_else(|| Self("/".to_owned()))
    }

    /// For the `Location` header, or the hidden field that carries it on.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// No empty or dotted segment, also not in disguise: what one reader resolves, the next one may read as a host.
fn is_plain(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let disguised = ["%2f", "%5c", "%2e", "%00", "%09", "%0a", "%0d", "%25"]
        .iter()
        .any(|code| lower.contains(code));
    !disguised
        && !path.contains("//")
        && path
            .split('/')
            .all(|segment| segment != "." && segment != "..")
}

/// What a browser makes of it.
fn stays(typed: &str) -> bool {
    let Ok(base) = Url::parse("http://own.invalid/") else {
        return false;
    };
    base.join(typed)
        .is_ok_and(|url| url.origin() == base.origin() && url.username().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ses_10_only_paths_of_the_same_host() {
        let refused = [
            "",
            " ",
            "users",
            "users/1",
            "?x=1",
            "#x",
            ".",
            "..",
            "./users",
            "../users",
            "//evil.com",
            "///evil.com",
            "////evil.com",
            "//evil.com/",
            "//evil.com:80",
            "//user@evil.com",
            "//@evil.com",
            "/\\evil.com",
            "\\/evil.com",
            "\\evil.com",
            "\\\\evil.com",
            "/\\/evil.com",
            "//\\evil.com",
            "/users\\..\\x",
            "http:evil.com",
            "https:evil.com",
            "http:/evil.com",
            "http://evil.com",
            "https://evil.com",
            "HTTPS://evil.com",
            "https://globex.example.com/",
            "//globex.example.com/users",
            "ftp://evil.com",
            "ws://evil.com",
            "data:text/html,x",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "vbscript:x",
            "mailto:x@evil.com",
            "blob:x",
            "file:///etc/passwd",
            "@evil.com",
            "user@evil.com",
            "evil.com",
            "evil.com/x",
            ":80",
            ":@evil.com",
            "\t//evil.com",
            "/\t/evil.com",
            "/\n/evil.com",
            "/\r/evil.com",
            " //evil.com",
            "/ /evil.com",
            "\0//evil.com",
            "/\0",
            "/users\r\nSet-Cookie: a=b",
            "/users\nLocation: //evil.com",
            "/%2fevil.com",
            "/%2Fevil.com",
            "/%5cevil.com",
            "/%5Cevil.com",
            "%2f%2fevil.com",
            "/%09/evil.com",
            "/%0d%0aX: y",
            "/%00",
            "/%252fevil.com",
            "/.//evil.com",
            "/..//evil.com",
            "/x/..//evil.com",
            "/x/../../evil.com",
            "/./evil.com",
            "/x//evil.com",
            "/%2e%2e/evil.com",
            "/x#//evil.com",
            "/<script>",
            "/\"onclick=",
            "/\u{2028}",
            "/\u{ff0f}evil.com",
            "\u{ff0f}\u{ff0f}evil.com",
            "/{x}",
            "/a|b",
            "/a`b",
            "/a^b",
        ];
        assert!(refused.len() >= 60, "{}", refused.len());
        for typed in refused {
            assert_eq!(NextPage::parse(typed), None, "{typed:?}");
            assert_eq!(NextPage::or_home(Some(typed)).as_str(), "/");
        }
        assert_eq!(NextPage::parse(&format!("/{}", "x".repeat(LONGEST))), None);
    }

    #[test]
    fn our_own_pages_are_kept_as_they_are() {
        for typed in [
            "/",
            "/users",
            "/users/user_01h455vb4pex5vsknk084sn02q",
            "/users?page=2&sort=name&search=a%20b%2Fc",
            "/audit?from=2026-01-01T00:00:00Z",
            "/search?q=%C3%A4&next=//evil.com",
            "/@me",
            "/a.b",
            "/users/~x",
        ] {
            assert_eq!(
                NextPage::parse(typed).map(|next| next.0).as_deref(),
                Some(typed)
            );
        }
        assert_eq!(NextPage::or_home(None).as_str(), "/");
    }
}
