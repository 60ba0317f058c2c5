//! Reports that never change: `engine` 1.
//!
//! The files in `tests/golden` were written by this test at the release of engine 1, with `SIM_WRITE_GOLDEN=1`. The values
//! of the models are checked independently in `cases`. A file is added, never changed.

use std::fs;
use std::path::Path;

use crate::report;

#[test]
fn reports_of_engine_1_are_the_committed_bytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut models: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(".model.json"))
        .collect();
    models.sort();
    assert!(models.len() >= 5, "the models are found");
    for path in models {
        let model = fs::read_to_string(&path).unwrap();
        let text = serde_json::to_string(&report(&model, 7, 10_000)).unwrap() + "\n";
        let golden = path.to_str().unwrap().replace(".model.json", ".report.json");
        if std::env::var_os("SIM_WRITE_GOLDEN").is_some() {
            fs::write(&golden, &text).unwrap();
        }
        assert_eq!(text, fs::read_to_string(&golden).unwrap(), "{golden}");
    }
}
