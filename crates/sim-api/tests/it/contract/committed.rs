//! The committed contract is the one that the code defines.

use std::{fs, path::Path};

use sim_api::OpenApiVersion::{V3_0, V3_1};

#[test]
fn document_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    for (version, file) in [(V3_1, "openapi.json"), (V3_0, "openapi-3.0.json")] {
        let committed = fs::read_to_string(folder.join(file)).unwrap_or_default();
        assert!(
            committed == sim_api::document(version),
            "openapi/{file} is not what the code defines; run `just contract` and review what has changed"
        );
    }
}

#[test]
fn document_is_the_same_at_every_call() {
    for version in [V3_1, V3_0] {
        assert_eq!(sim_api::document(version), sim_api::document(version));
    }
}

#[test]
fn document_names_its_version_and_ends_with_a_line_break() {
    for (version, opening) in [(V3_1, "{\n  \"openapi\": \"3.1.0\",\n"), (V3_0, "{\n  \"openapi\": \"3.0.3\",\n")] {
        let document = sim_api::document(version);
        assert!(document.starts_with(opening), "{version}");
        assert!(document.ends_with("\n}\n"), "{version}");
    }
}
