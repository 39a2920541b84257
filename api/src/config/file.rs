//! The settings file.

use std::{fs, path::Path};

use super::settings::Settings;

/// Reads a settings file. What it does not set keeps its default.
///
/// # Errors
/// A sentence: the file cannot be read, is no TOML, has a key that there is not, or a value of another kind.
pub(super) fn read(path: &Path) -> Result<Settings, String> {
    let name = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| format!("{name}: the settings file cannot be read ({error}): check --config."))?;
    toml::from_str(&text).map_err(|error| format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: &str = include_str!("../../../sportello.default.toml");

    #[test]
    fn the_default_file_holds_every_setting_with_its_default() {
        let file: toml::Table = toml::from_str(DEFAULTS).expect("the default file is TOML");
        let settings = toml::Table::try_from(Settings::default()).expect("settings are a table");
        assert_eq!(file, settings);
        toml::from_str::<Settings>(DEFAULTS).expect("the default file is a settings file");
    }

    #[test]
    fn unknown_keys_and_wrong_values_are_named() {
        for (text, expected) in [
            ("[server]\nlistne = \"\"", "listne"),
            ("[servers]", "servers"),
            ("[retention]\nrestore_days = \"x\"", "restore_days"),
            ("[server]\npublic_url = \"desk\"", "https://desk.example"),
            ("[log]\nformat = \"xml\"", "xml"),
        ] {
            let error = toml::from_str::<Settings>(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
