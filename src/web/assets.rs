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
                quality: 11,
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
#[path = "assets_tests.rs"]
mod tests;
