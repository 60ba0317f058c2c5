//! The bits of draws. They are the same on every machine and never change: a model's report rests on them.

use sim_model::distribution::Distribution;

/// A distribution, and the hash of the bits of its quantiles.
const GOLDEN: [(&str, u64); 26] = [
    (r#"{"kind":"uniform","min":-1.0,"max":3.0}"#, 0x8c02_71cf_09d5_76c2),
    (r#"{"kind":"triangular","min":-1.0,"mode":0.5,"max":3.0}"#, 0xd19e_2b58_e882_11e4),
    (r#"{"kind":"pert","min":-1.0,"mode":0.5,"max":3.0}"#, 0xf925_170d_a5a6_40bb),
    (r#"{"kind":"normal","mean":1.0,"sd":2.0}"#, 0x10b0_45d4_008b_9c1f),
    (r#"{"kind":"normal","mean":1.0,"sd":2.0,"truncate":{"min":9.0}}"#, 0x01e8_e2b2_f195_9141),
    (r#"{"kind":"normal_between","low":1.0,"high":2.0}"#, 0x06fc_7437_8ed9_76ca),
    (r#"{"kind":"lognormal","mean":1.0,"sd":2.0}"#, 0x4021_bbf2_4d15_dcef),
    (r#"{"kind":"lognormal_log","mu":1.0,"sigma":0.5}"#, 0x9c06_4d8f_e6b8_78ea),
    (r#"{"kind":"lognormal_between","low":1.0,"high":2.0}"#, 0x765e_960e_3608_8e9d),
    (r#"{"kind":"exponential","mean":2.0}"#, 0x6534_0098_735c_9606),
    (r#"{"kind":"gamma","shape":0.2,"scale":2.0}"#, 0xdf6f_8470_d1dc_59cc),
    (r#"{"kind":"gamma","shape":2.5,"scale":2.0}"#, 0xb1a4_5074_ab3e_1d94),
    (r#"{"kind":"gamma","shape":2000.0,"scale":2.0}"#, 0x1a4c_e3d0_1ae5_44c0),
    (r#"{"kind":"beta","alpha":0.5,"beta":3.0}"#, 0x9e99_3fd1_8bce_7ebf),
    (r#"{"kind":"beta","alpha":2000.0,"beta":3000.0}"#, 0x3cc4_2a58_2b04_bafc),
    (r#"{"kind":"weibull","shape":1.5,"scale":2.0}"#, 0x3451_891f_0a0e_b56e),
    (r#"{"kind":"student_t","degrees":5.0}"#, 0x8a81_e9bb_ba56_08bb),
    (r#"{"kind":"logistic","location":1.0,"scale":2.0}"#, 0x53f1_658f_dcd3_32aa),
    (r#"{"kind":"cauchy","location":1.0,"scale":2.0}"#, 0x396a_4dc3_514e_598a),
    (r#"{"kind":"pareto","minimum":1.0,"shape":2.5}"#, 0x1495_f03c_7fab_dcd0),
    (r#"{"kind":"empirical","data":[3.0,1.0,2.0,2.0,7.0]}"#, 0xcdf8_5e6e_f6fc_4abb),
    (r#"{"kind":"binomial","trials":100000,"probability":0.3}"#, 0xd5ec_9975_8e6d_16cc),
    (r#"{"kind":"poisson","mean":4.5}"#, 0x5fdf_a7b3_92e5_155a),
    (r#"{"kind":"negative_binomial","successes":2.5,"probability":0.3}"#, 0x4e1c_d117_4462_f28b),
    (r#"{"kind":"discrete","values":[3.0,1.0,2.0],"weights":[1.0,2.0,0.5]}"#, 0x57af_fed9_d051_e2b8),
    (
        r#"{"kind":"mixture","components":[{"kind":"normal","mean":1.0,"sd":2.0},{"kind":"exponential","mean":2.0}],"weights":[1.0,3.0]}"#,
        0x1425_2915_895a_143d,
    ),
];

/// FNV-1a with 64 bits, over the little-endian bytes.
fn hash(values: &[f64]) -> u64 {
    values
        .iter()
        .flat_map(|value| value.to_bits().to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[test]
fn draws_have_the_bits_that_they_always_had() {
    let mut changed = vec![];
    for (text, golden) in GOLDEN {
        let distribution: Distribution = serde_json::from_str(text).expect(text);
        // The middles of 1000 equal pieces, and the ends of what a draw may be.
        let mut values: Vec<f64> = (0..1000).map(|index| (f64::from(index) + 0.5) / 1000.0).collect();
        values.extend([f64::EPSILON / 2.0, 1e-12, 1.0 - 1e-12, 1.0 - f64::EPSILON / 2.0]);
        distribution.prepare().expect(text).quantiles(&mut values);
        if hash(&values) != golden {
            changed.push(format!("{text} {:#018x}", hash(&values)));
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
}
