//! The browser's files: our styles and scripts, htmx and the typeface, gathered by `build.rs`. Each is
//! served under a hash of its content, for ever, and compressed once. No page is made here.

use std::{
    borrow::Cow,
    io::Write,
    sync::{LazyLock, OnceLock},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use sha2::{Digest, Sha256};

static GATHERED: &[(&str, &str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

struct Asset {
    name: &'static str,
    mime: &'static str,
    /// `/assets/app.0f3a….css`
    address: String,
    etag: HeaderValue,
    body: Cow<'static, [u8]>,
    brotli: OnceLock<Vec<u8>>,
    gzip: OnceLock<Vec<u8>>,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut list: Vec<Asset> = Vec::with_capacity(GATHERED.len());
    // The typeface first: the stylesheet names it by its address.
    for styles in [false, true] {
        for &(name, mime, body) in GATHERED {
            if name.ends_with(".css") == styles {
                let body = if styles {
                    with_addresses(body, &list)
                } else {
                    Cow::Borrowed(body)
                };
                list.push(Asset::new(name, mime, body));
            }
        }
    }
    list
});

/// The address of a file, for a page: `asset("app.css")`. Nothing where the build left it out.
#[must_use]
pub fn asset(name: &str) -> Option<&'static str> {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map(|asset| asset.address.as_str())
}

/// `GET /assets/{file}`; the router's own line. Anyone may read these.
pub async fn file(request: HttpRequest, path: web::Path<String>) -> HttpResponse {
    let wanted = path.into_inner();
    let found = ASSETS
        .iter()
        .find(|asset| asset.address.strip_prefix(PREFIX) == Some(&wanted));
    found.map_or_else(
        || HttpResponse::NotFound().finish(),
        |asset| asset.answer(&request),
    )
}

/// Compresses everything once, so that no reader waits for it; called as the server starts.
pub fn warm() {
    for asset in ASSETS.iter().filter(|asset| asset.compresses()) {
        asset.brotli();
        asset.gzip();
    }
}

const PREFIX: &str = "/assets/";

impl Asset {
    fn new(name: &'static str, mime: &'static str, body: Cow<'static, [u8]>) -> Self {
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&body));
        let short = hash.get(..12).unwrap_or(&hash);
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let etag = HeaderValue::from_str(&format!("\"{short}\""));
        Self {
            name,
            mime,
            address: format!("{PREFIX}{stem}.{short}.{ending}"),
            etag: etag.unwrap_or(HeaderValue::from_static("\"0\"")),
            body,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    fn compresses(&self) -> bool {
        !self.mime.starts_with("font/")
    }

    fn answer(&'static self, request: &HttpRequest) -> HttpResponse {
        let known = request.headers().get(header::IF_NONE_MATCH);
        let mut answer = if known.is_some_and(|tag| *tag == self.etag) {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        answer
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .insert_header((header::ETAG, self.etag.clone()))
            .insert_header((header::VARY, "accept-encoding"));
        if known.is_some_and(|tag| *tag == self.etag) {
            return answer.finish();
        }
        answer.insert_header((header::CONTENT_TYPE, self.mime));
        let (coding, body) = self.coded(request);
        answer
            .insert_header((header::CONTENT_ENCODING, coding))
            .body(body)
    }

    fn coded(&'static self, request: &HttpRequest) -> (&'static str, &'static [u8]) {
        let accepted = request.headers().get(header::ACCEPT_ENCODING);
        let accepted = accepted
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let takes = |coding: &str| {
            accepted.split(',').any(|part| {
                let mut pieces = part.split(';').map(str::trim);
                pieces.next() == Some(coding) && !pieces.any(|p| p == "q=0" || p == "q=0.0")
            })
        };
        if self.compresses() && takes("br") {
            ("br", self.brotli())
        } else if self.compresses() && takes("gzip") {
            ("gzip", self.gzip())
        } else {
            ("identity", &self.body)
        }
    }

    fn brotli(&self) -> &[u8] {
        self.brotli.get_or_init(|| {
            let mut out = Vec::with_capacity(self.body.len() / 4);
            let params = brotli::enc::BrotliEncoderParams {
                quality: 10,
                lgwin: 18,
                ..Default::default()
            };
            let mut from = self.body.as_ref();
            match brotli::BrotliCompress(&mut from, &mut out, &params) {
                Ok(_) => out,
                // Writing into memory does not fail; were it to, no bytes are better than half of them.
                Err(_) => Vec::new(),
            }
        })
    }

    fn gzip(&self) -> &[u8] {
        self.gzip.get_or_init(|| {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            out.write_all(&self.body)
                .and_then(|()| out.finish())
                .unwrap_or_default()
        })
    }
}

/// Replaces `asset:NAME` by the address of that file.
fn with_addresses(body: &'static [u8], known: &[Asset]) -> Cow<'static, [u8]> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Cow::Borrowed(body);
    };
    let mut text = text.to_owned();
    for asset in known {
        text = text.replace(&format!("asset:{}", asset.name), &asset.address);
    }
    Cow::Owned(text.into_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should say where")]

    use actix_web::{App, http::StatusCode, test};

    use super::*;

    async fn call(
        address: &str,
        name: header::HeaderName,
        value: &str,
    ) -> actix_web::dev::ServiceResponse {
        let app = App::new().route("/assets/{file}", web::get().to(file));
        let app = test::init_service(app).await;
        let request = test::TestRequest::get()
            .uri(address)
            .insert_header((name, value));
        test::call_service(&app, request.to_request()).await
    }

    #[actix_web::test]
    async fn a_file_is_kept_for_ever_and_asked_for_once() {
        let address = asset("app.css").unwrap();
        let first = call(address, header::ACCEPT_ENCODING, "gzip, br").await;
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers().get(header::CONTENT_ENCODING).unwrap(), "br");
        assert!(
            first
                .headers()
                .get(header::CACHE_CONTROL)
                .unwrap()
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let etag = first
            .headers()
            .get(header::ETAG)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let again = call(address, header::IF_NONE_MATCH, &etag).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[actix_web::test]
    async fn a_coding_that_is_refused_is_not_used() {
        let address = asset("app.css").unwrap();
        let plain = call(address, header::ACCEPT_ENCODING, "br;q=0, gzip;q=0").await;
        assert_eq!(
            plain.headers().get(header::CONTENT_ENCODING).unwrap(),
            "identity"
        );
        let zipped = call(address, header::ACCEPT_ENCODING, "gzip").await;
        assert_eq!(
            zipped.headers().get(header::CONTENT_ENCODING).unwrap(),
            "gzip"
        );
    }

    #[actix_web::test]
    async fn an_unknown_file_is_not_found() {
        for address in [
            "/assets/app.css",
            "/assets/app.000000000000.css",
            "/assets/..%2fapp.css",
        ] {
            let answer = call(address, header::ACCEPT_ENCODING, "br").await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{address}");
        }
    }

    #[actix_web::test]
    async fn the_stylesheet_names_the_typeface_by_its_address() {
        let styles = ASSETS.iter().find(|asset| asset.name == "app.css").unwrap();
        let text = std::str::from_utf8(&styles.body).unwrap();
        assert!(!text.contains("asset:"));
        if let Some(font) = asset("inter.woff2") {
            assert!(text.contains(font));
        }
    }

    /// What a first visit costs over the wire: the sign-in page's files, and the shell's.
    #[actix_web::test]
    async fn a_first_visit_stays_small() {
        if asset("inter.woff2").is_none() {
            return;
        }
        let size = |name: &str| {
            let found = ASSETS.iter().find(|asset| asset.name == name).unwrap();
            if found.compresses() {
                found.brotli().len()
            } else {
                found.body.len()
            }
        };
        let sign_in: usize = ["app.css", "base.js", "inter.woff2", "icon.svg"]
            .map(size)
            .iter()
            .sum();
        let shell: usize = ["app.js", "htmx.js"].map(size).iter().sum();
        // Leaves 1.5 KiB for the page itself.
        assert!(
            sign_in <= 59_900,
            "the sign-in page's files are {sign_in} bytes"
        );
        assert!(shell <= 19_000, "what the shell adds is {shell} bytes");
    }
}
