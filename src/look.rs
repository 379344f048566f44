//! How the service looks: its name, its colour and its logo, an authority's own where the settings have them. All three are
//! checked when the service starts, so that no reader is the first to find letters that cannot be read.

use std::{fs, path::Path, sync::Arc};

use data_encoding::HEXLOWER;
use palette::{Srgb, color_difference::Wcag21RelativeContrast as _};
use sha2::{Digest as _, Sha256};

use crate::config::Config;

/// What the service is called, and its colour, where an authority has set neither.
const NAME: &str = "Soundings";
const COLOUR: Srgb<u8> = Srgb::new(0x1f, 0x5a, 0x5e);

/// The longest name that fits on a narrow window's header.
const LONGEST_NAME: usize = 60;
/// The largest logo, in bytes: it comes with everybody's first page.
const LARGEST_LOGO: usize = 32 * 1024;
/// The darkest of the grounds that links in the colour stand on; white letters on the colour are easier.
const GROUND: Srgb<u8> = Srgb::new(0xf4, 0xf8, 0xf8);
/// How much the colour must differ from it (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f32 = 4.5;

/// How the service looks.
#[derive(Clone, Debug)]
pub struct Look {
    /// What it is called: in the header and in the titles of its pages.
    pub name: String,
    /// Its colour as `#rrggbb`.
    pub colour: String,
    /// The style sheet that says another colour than ours.
    pub style: Option<Arc<File>>,
    /// The picture beside the name.
    pub logo: Option<Arc<File>>,
}

/// What a browser gets under a name that holds its digest.
#[derive(Clone, Debug)]
pub struct File {
    /// The name.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Default for Look {
    fn default() -> Self {
        Self { name: NAME.to_owned(), colour: hex(COLOUR), style: None, logo: None }
    }
}

impl Look {
    /// How the settings say that it looks.
    ///
    /// # Errors
    /// One line for the operator: which setting does not do, and what would.
    pub fn of(config: &Config) -> Result<Self, String> {
        let mut look = Self::default();
        if let Some(name) = &config.name {
            look.name = read_name(name)?;
        }
        if let Some(colour) = &config.colour {
            look.colour = hex(read_colour(colour)?);
            look.style = Some(File::new("look", ("css", "text/css; charset=utf-8"), style(&look.colour).into_bytes()));
        }
        look.logo = config.logo.as_deref().map(read_logo).transpose()?;
        Ok(look)
    }

    /// One of its files, by the name that pages give it.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&File> {
        [&self.style, &self.logo].into_iter().flatten().map(AsRef::as_ref).find(|file| file.name == name)
    }
}

impl File {
    fn new(stem: &str, (ending, kind): (&str, &'static str), bytes: Vec<u8>) -> Arc<Self> {
        let digest: String = HEXLOWER.encode(&Sha256::digest(&bytes)).chars().take(16).collect();
        Arc::new(Self { name: format!("{stem}.{digest}.{ending}"), kind, bytes })
    }
}

fn read_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(format!("--name must have between 1 and {LONGEST_NAME} letters, on one line")) }
}

fn read_colour(text: &str) -> Result<Srgb<u8>, String> {
    let colour: Srgb<u8> =
        text.trim().parse().map_err(|_| format!("--colour {text} is no colour: write it as #rrggbb, such as {}", hex(COLOUR)))?;
    let contrast = colour.into_format::<f32>().relative_contrast(GROUND.into_format());
    if contrast < LEAST_CONTRAST {
        return Err(format!(
            "--colour {text} is too light to be read: its contrast with the ground is {contrast:.1} to 1, and WCAG 2.2 asks \
             for {LEAST_CONTRAST} to 1; choose a darker one"
        ));
    }
    Ok(colour)
}

fn read_logo(path: &Path) -> Result<Arc<File>, String> {
    let shown = path.display();
    let bytes = fs::read(path).map_err(|cause| format!("--logo {shown} cannot be read: {cause}"))?;
    if bytes.len() > LARGEST_LOGO {
        return Err(format!("--logo {shown} has {} bytes: make it smaller than {LARGEST_LOGO}", bytes.len()));
    }
    let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        ("png", "image/png")
    } else if String::from_utf8_lossy(&bytes).contains("<svg") {
        ("svg", "image/svg+xml")
    } else {
        return Err(format!("--logo {shown} is neither an SVG nor a PNG"));
    };
    Ok(File::new("logo", kind, bytes))
}

/// What GOV.UK Frontend's style sheet takes its colours from.
fn style(colour: &str) -> String {
    format!(":root{{--govuk-brand-colour:{colour};--govuk-link-colour:{colour};--govuk-link-hover-colour:#0b0c0c}}\n")
}

fn hex(colour: Srgb<u8>) -> String {
    format!("#{colour:x}")
}
