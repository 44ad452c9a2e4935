//! A tenant's brand colour and everything derived from it: OKLCH, contrast, the palette of a page.
//! The stylesheet derives the same colours in the browser; this is the same arithmetic for the API,
//! for mail and for browsers without relative colours. No CSS text is written here.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An opaque sRGB colour, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

/// What a text that is no colour gets told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a colour as # and six digits, like #395ae7")]
pub struct NotAColour;

impl Colour {
    /// The product's own blue, for a tenant that has chosen nothing yet.
    pub const DEFAULT: Self = Self {
        red: 0x39,
        green: 0x5a,
        blue: 0xe7,
    };
    /// White.
    pub const WHITE: Self = Self {
        red: 255,
        green: 255,
        blue: 255,
    };

    /// Relative luminance, as WCAG 2 defines it.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast ratio between two colours, 1 to 21, as WCAG 2 defines it.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The same colour in OKLCH.
    #[must_use]
    pub fn oklch(self) -> Oklch {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let lightness = 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s;
        let a = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s;
        let chroma = a.hypot(b);
        // Grey has no hue: rounding noise must not invent one.
        let hue = if chroma < 1e-4 {
            0.0
        } else {
            b.atan2(a).to_degrees().rem_euclid(360.0)
        };
        Oklch {
            lightness,
            chroma: if chroma < 1e-4 { 0.0 } else { chroma },
            hue,
        }
    }

    fn linear(self) -> [f64; 3] {
        [self.red, self.green, self.blue].map(|channel| {
            let v = f64::from(channel) / 255.0;
            if v <= 0.040_45 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        })
    }
}

impl FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').ok_or(NotAColour)?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        let part = |range: std::ops::Range<usize>| {
            let pair = digits.get(range).ok_or(NotAColour)?;
            u8::from_str_radix(pair, 16).map_err(|_| NotAColour)
        };
        Ok(Self {
            red: part(0..2)?,
            green: part(2..4)?,
            blue: part(4..6)?,
        })
    }
}

impl TryFrom<String> for Colour {
    type Error = NotAColour;

    fn try_from(text: String) -> Result<Self, NotAColour> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// A colour by lightness (0 to 1), chroma (0 to about 0.4) and hue (degrees): the same step looks
/// the same in every hue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oklch {
    /// 0 is black, 1 is white.
    pub lightness: f64,
    /// 0 is grey.
    pub chroma: f64,
    /// Degrees, 0 to 360.
    pub hue: f64,
}

impl Oklch {
    /// The nearest sRGB colour, channel by channel, as browsers clip it.
    #[must_use]
    pub fn srgb(self) -> Colour {
        let (sin, cos) = self.hue.to_radians().sin_cos();
        let (a, b) = (self.chroma * cos, self.chroma * sin);
        let l = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        Colour {
            red: channel(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
            green: channel(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
            blue: channel(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s),
        }
    }

    const fn with(self, lightness: f64, chroma: f64) -> Self {
        Self {
            lightness,
            chroma,
            hue: self.hue,
        }
    }
}

impl fmt::Display for Oklch {
    /// CSS notation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "oklch({:.2}% {:.4} {:.1})",
            self.lightness * 100.0,
            self.chroma,
            self.hue
        )
    }
}

#[allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=255 and rounded before; the standard library has no checked form"
)]
fn channel(linear: f64) -> u8 {
    let v = linear.clamp(0.0, 1.0);
    let encoded = if v <= 0.003_130_8 {
        v * 12.92
    } else {
        1.055 * v.powf(1.0 / 2.4) - 0.055
    };
    (encoded * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Above this lightness a brand colour keeps its lightness and takes near-black text; below, it is
/// darkened until white text passes.
const LIGHT_FROM: f64 = 0.75;
/// The stylesheet turns over within this band; no brand may rest inside it.
const BAND: f64 = 0.0015;

/// A brand colour that is safe to derive a page from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brand(Oklch);

impl From<Colour> for Brand {
    fn from(colour: Colour) -> Self {
        let mut brand = colour.oklch();
        if (brand.lightness - LIGHT_FROM).abs() < BAND {
            brand.lightness = LIGHT_FROM - BAND;
        }
        Self(brand)
    }
}

impl Brand {
    /// The value of the stylesheet's one variable, `--brand`.
    #[must_use]
    pub const fn oklch(self) -> Oklch {
        self.0
    }

    fn is_light(self) -> bool {
        self.0.lightness > LIGHT_FROM
    }

    /// The palette of a light page.
    #[must_use]
    pub fn light(self) -> Palette {
        let Oklch {
            lightness: l,
            chroma: c,
            ..
        } = self.0;
        let accent = self.0.with(
            if self.is_light() {
                l.min(0.9)
            } else {
                l.min(0.525)
            },
            c,
        );
        Palette {
            accent: accent.srgb(),
            accent_hover: accent.with(accent.lightness - 0.045, c).srgb(),
            on_accent: self.on_accent(),
            accent_ink: self.0.with(l.min(0.48), c).srgb(),
            accent_soft: self.0.with(0.962, c * 0.13).srgb(),
            canvas: self.0.with(0.974, c.min(0.004)).srgb(),
            surface: Colour::WHITE,
            ink: self.0.with(0.215, c.min(0.018)).srgb(),
            ink_soft: self.0.with(0.44, c.min(0.018)).srgb(),
            ink_faint: self.0.with(0.535, c.min(0.014)).srgb(),
            line: self.0.with(0.92, c.min(0.01)).srgb(),
            chart: self.0.with(l.clamp(0.5, 0.62), c).srgb(),
        }
    }

    /// The palette of a dark page.
    #[must_use]
    pub fn dark(self) -> Palette {
        let Oklch {
            lightness: l,
            chroma: c,
            ..
        } = self.0;
        let accent = self.0.with(
            if self.is_light() {
                l
            } else {
                l.clamp(0.42, 0.525)
            },
            c,
        );
        Palette {
            accent: accent.srgb(),
            accent_hover: accent.with(accent.lightness - 0.045, c).srgb(),
            on_accent: self.on_accent(),
            accent_ink: self.0.with(l.max(0.8), c.min(0.12)).srgb(),
            accent_soft: self.0.with(0.268, c * 0.19).srgb(),
            canvas: self.0.with(0.158, c.min(0.008)).srgb(),
            surface: self.0.with(0.192, c.min(0.009)).srgb(),
            ink: self.0.with(0.955, c.min(0.005)).srgb(),
            ink_soft: self.0.with(0.755, c.min(0.012)).srgb(),
            ink_faint: self.0.with(0.645, c.min(0.012)).srgb(),
            line: self.0.with(0.28, c.min(0.01)).srgb(),
            chart: self.0.with(l.clamp(0.64, 0.76), c.min(0.17)).srgb(),
        }
    }

    fn on_accent(self) -> Colour {
        let lightness = if self.is_light() { 0.18 } else { 1.0 };
        Oklch {
            lightness,
            chroma: 0.0,
            hue: self.0.hue,
        }
        .srgb()
    }
}

/// The colours of one page, derived from a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Buttons and selection.
    pub accent: Colour,
    /// A button under the pointer.
    pub accent_hover: Colour,
    /// Text on `accent`.
    pub on_accent: Colour,
    /// Links.
    pub accent_ink: Colour,
    /// A tinted background.
    pub accent_soft: Colour,
    /// Behind everything.
    pub canvas: Colour,
    /// Behind content.
    pub surface: Colour,
    /// Text.
    pub ink: Colour,
    /// Second text.
    pub ink_soft: Colour,
    /// Third text.
    pub ink_faint: Colour,
    /// Hairlines.
    pub line: Colour,
    /// The first series of a chart.
    pub chart: Colour,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should say where")]

    use proptest::prelude::*;

    use super::*;

    fn any_colour() -> impl Strategy<Value = Colour> {
        any::<(u8, u8, u8)>().prop_map(|(red, green, blue)| Colour { red, green, blue })
    }

    #[test]
    fn only_a_hash_and_six_digits_is_a_colour() {
        for text in [
            "",
            "#",
            "395ae7",
            "#395ae",
            "#395ae7f",
            "#39zae7",
            "#+9+9+9",
            "#ünüü",
            "red",
            "#395ae7\0",
        ] {
            assert_eq!(text.parse::<Colour>(), Err(NotAColour), "{text:?}");
        }
        assert_eq!("#395AE7".parse::<Colour>().unwrap(), Colour::DEFAULT);
        assert_eq!(Colour::DEFAULT.to_string(), "#395ae7");
    }

    #[test]
    fn known_values_agree_with_the_css_specification() {
        let red = Colour {
            red: 255,
            green: 0,
            blue: 0,
        }
        .oklch();
        assert!((red.lightness - 0.627_96).abs() < 1e-4, "{red}");
        assert!((red.chroma - 0.257_68).abs() < 1e-4, "{red}");
        assert!((red.hue - 29.234).abs() < 1e-2, "{red}");
        assert!((Colour::WHITE.contrast("#000000".parse().unwrap()) - 21.0).abs() < 1e-9);
        assert!((Colour::WHITE.contrast("#767676".parse().unwrap()) - 4.54).abs() < 0.01);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_colour_survives_the_way_to_oklch_and_back(colour in any_colour()) {
            prop_assert_eq!(colour.oklch().srgb(), colour);
            prop_assert_eq!(colour.to_string().parse::<Colour>(), Ok(colour));
        }

        #[test]
        fn no_brand_makes_a_page_unreadable(colour in any_colour()) {
            let brand = Brand::from(colour);
            for (name, page) in [("light", brand.light()), ("dark", brand.dark())] {
                for (what, text, ground) in [
                    ("a button", page.on_accent, page.accent),
                    ("a button under the pointer", page.on_accent, page.accent_hover),
                    ("a link", page.accent_ink, page.surface),
                    ("a link on the canvas", page.accent_ink, page.canvas),
                    ("text", page.ink, page.canvas),
                    ("second text", page.ink_soft, page.canvas),
                    ("third text", page.ink_faint, page.canvas),
                ] {
                    let ratio = text.contrast(ground);
                    prop_assert!(ratio >= 4.5, "{} of {} in {}: {:.2}", what, colour, name, ratio);
                }
            }
        }

        #[test]
        fn anything_typed_is_a_colour_or_refused(text in ".{0,12}") {
            if let Ok(colour) = text.parse::<Colour>() {
                prop_assert_eq!(colour.to_string(), text.to_lowercase());
            }
        }
    }
}
