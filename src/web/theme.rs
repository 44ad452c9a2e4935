//! `/theme.css` of a tenant: its one brand colour as the stylesheet's variable, and the derived colours
//! spelt out for browsers that cannot derive them. Which tenant asks is the route's business.

use std::fmt::Write;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use domain::colour::{Brand, Colour, Palette};

/// The text of `/theme.css`. The second colour, if the tenant has one, is the second chart series.
#[must_use]
pub fn theme_css(primary: Colour, secondary: Option<Colour>) -> String {
    let brand = Brand::from(primary);
    let second = secondary
        .map(|colour| format!("--chart-2:{colour};"))
        .unwrap_or_default();
    let mut css = format!(":root{{--brand:{};{second}}}\n", brand.oklch());
    css.push_str("@supports not (color:oklch(from red l c h)){\n");
    write_palette(&mut css, ":root", &brand.light());
    css.push_str("@media (prefers-color-scheme:dark){\n");
    write_palette(&mut css, ":root:not([data-theme=light])", &brand.dark());
    css.push_str("}\n");
    write_palette(&mut css, ":root[data-theme=dark]", &brand.dark());
    css.push_str("}\n");
    css
}

/// A short mark of a theme's content, for `/theme.css?v=…`.
#[must_use]
pub fn theme_version(primary: Colour, secondary: Option<Colour>) -> String {
    let bare = |colour: Colour| colour.to_string().trim_start_matches('#').to_owned();
    secondary.map_or_else(
        || bare(primary),
        |second| format!("{}{}", bare(primary), bare(second)),
    )
}

/// The tab's icon in the tenant's colours: its monogram on its accent. One letter, already checked.
#[must_use]
pub fn monogram_svg(primary: Colour, monogram: char) -> String {
    let page = Brand::from(primary).light();
    let letter = if monogram.is_alphanumeric() {
        monogram
    } else {
        'T'
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" \
         rx=\"8\" fill=\"{}\"/><text x=\"16\" y=\"22\" text-anchor=\"middle\" font-family=\"Inter,system-ui,sans-serif\" \
         font-size=\"18\" font-weight=\"700\" fill=\"{}\">{letter}</text></svg>",
        page.accent, page.on_accent
    )
}

/// `GET /theme.css?v=…`. The version is the colours themselves, so nobody has to be asked whose they are,
/// and the answer is kept for ever.
pub async fn sheet(request: HttpRequest) -> HttpResponse {
    let (primary, secondary) = colours(&request);
    kept("text/css; charset=utf-8", theme_css(primary, secondary))
}

/// `GET /icon.svg?v=…`: six digits of the brand's colour, then the number of the letter.
pub async fn icon(request: HttpRequest) -> HttpResponse {
    let (primary, _) = colours(&request);
    let letter = version(&request)
        .and_then(|text| text.get(6..))
        .and_then(|digits| digits.parse().ok());
    let monogram = letter.and_then(char::from_u32).unwrap_or('T');
    kept("image/svg+xml", monogram_svg(primary, monogram))
}

fn kept(mime: &'static str, body: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .content_type(mime)
        .body(body)
}

fn version(request: &HttpRequest) -> Option<&str> {
    request.query_string().strip_prefix("v=")
}

fn colours(request: &HttpRequest) -> (Colour, Option<Colour>) {
    let part = |from: usize| {
        let digits = version(request)?.get(from..from + 6)?;
        format!("#{digits}").parse().ok()
    };
    (part(0).unwrap_or(Colour::DEFAULT), part(6))
}

fn write_palette(css: &mut String, selector: &str, page: &Palette) {
    // Writing into a string cannot fail.
    let _ = writeln!(
        css,
        "{selector}{{--accent:{};--accent-hover:{};--on-accent:{};--accent-ink:{};--accent-soft:{};\
         --accent-line:{};--focus:{};--canvas:{};--surface:{};--raised:{};--sunken:{};--ink:{};\
         --ink-2:{};--ink-3:{};--line:{};--line-2:{};--chart-1:{};}}",
        page.accent,
        page.accent_hover,
        page.on_accent,
        page.accent_ink,
        page.accent_soft,
        page.accent_soft,
        page.accent_ink,
        page.canvas,
        page.surface,
        page.surface,
        page.canvas,
        page.ink,
        page.ink_soft,
        page.ink_faint,
        page.line,
        page.line,
        page.chart,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_small_and_holds_only_colours() {
        let css = theme_css(Colour::DEFAULT, Some(Colour::WHITE));
        assert!(css.starts_with(":root{--brand:oklch("), "{css}");
        assert!(css.contains("--chart-2:#ffffff;"));
        assert!(css.len() < 1_600, "{} bytes", css.len());
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn a_monogram_never_breaks_out_of_its_picture() {
        assert!(monogram_svg(Colour::DEFAULT, '<').contains(">T</text>"));
        assert!(monogram_svg(Colour::DEFAULT, 'é').contains(">é</text>"));
    }
}
