use super::*;

fn read(text: &str) -> Distribution {
    serde_json::from_str(text).unwrap()
}

fn prepare(text: &str) -> Sampler {
    read(text).prepare().unwrap()
}

fn errors(text: &str) -> Vec<String> {
    let errors = read(text).prepare().unwrap_err();
    errors.iter().map(|error| format!("{} {error}", error.kind)).collect()
}

/// One of each kind, with its default values written out, as JSON.
const EXAMPLES: &[&str] = &[
    r#"{"kind":"uniform","min":-1.0,"max":3.0}"#,
    r#"{"kind":"triangular","min":-1.0,"mode":0.5,"max":3.0}"#,
    r#"{"kind":"normal","mean":1.0,"sd":2.0}"#,
    r#"{"kind":"normal","mean":1.0,"sd":2.0,"truncate":{"min":0.0}}"#,
    r#"{"kind":"normal_between","low":1.0,"high":2.0,"confidence":0.9}"#,
    r#"{"kind":"lognormal","mean":1.0,"sd":2.0}"#,
    r#"{"kind":"lognormal_log","mu":1.0,"sigma":0.5,"truncate":{"min":1.0,"max":9.0}}"#,
    r#"{"kind":"lognormal_between","low":1.0,"high":2.0,"confidence":0.9}"#,
    r#"{"kind":"exponential","mean":2.0}"#,
    r#"{"kind":"weibull","shape":1.5,"scale":2.0}"#,
    r#"{"kind":"logistic","location":1.0,"scale":2.0}"#,
    r#"{"kind":"cauchy","location":1.0,"scale":2.0}"#,
    r#"{"kind":"pareto","minimum":1.0,"shape":2.5}"#,
    r#"{"kind":"empirical","data":[3.0,1.0,2.0,2.0,7.0]}"#,
    r#"{"kind":"pert","min":-1.0,"mode":0.5,"max":3.0,"shape":4.0}"#,
    r#"{"kind":"gamma","shape":2.5,"scale":2.0}"#,
    r#"{"kind":"gamma","shape":0.2,"scale":2.0}"#,
    r#"{"kind":"gamma","shape":2000.0,"scale":2.0}"#,
    r#"{"kind":"beta","alpha":0.5,"beta":3.0,"min":0.0,"max":1.0}"#,
    r#"{"kind":"beta","alpha":20.0,"beta":3.0,"min":1.0,"max":10.0,"truncate":{"max":9.0}}"#,
    r#"{"kind":"beta","alpha":2000.0,"beta":3000.0,"min":0.0,"max":1.0}"#,
    r#"{"kind":"student_t","degrees":5.0,"location":1.0,"scale":2.0}"#,
    r#"{"kind":"mixture","components":[{"kind":"normal","mean":1.0,"sd":2.0},{"kind":"exponential","mean":2.0}],"weights":[1.0,3.0]}"#,
    r#"{"kind":"mixture","components":[{"kind":"constant","value":0.0},{"kind":"uniform","min":-1.0,"max":2.0}],"weights":[1.0,3.0],"truncate":{"min":-0.5}}"#,
    r#"{"kind":"mixture","components":[{"kind":"poisson","mean":2.0},{"kind":"constant","value":10.0}],"weights":[1.0,3.0]}"#,
    r#"{"kind":"binomial","trials":10,"probability":0.3}"#,
    r#"{"kind":"binomial","trials":100000,"probability":0.3}"#,
    r#"{"kind":"poisson","mean":4.5}"#,
    r#"{"kind":"negative_binomial","successes":2.5,"probability":0.3}"#,
    r#"{"kind":"constant","value":1.5}"#,
    r#"{"kind":"bernoulli","probability":0.3}"#,
    r#"{"kind":"geometric","probability":0.3}"#,
    r#"{"kind":"discrete","values":[3.0,1.0,2.0],"weights":[1.0,2.0,0.5]}"#,
];

/// Uniforms as the engine makes them: odd multiples of 2^-53, both ends among them.
fn uniforms(count: u32) -> Vec<f64> {
    let step = 2.0_f64.recip() / f64::from(count);
    let ends = [f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0, 1e-12, 1.0 - 1e-12, 1e-6, 0.075, 0.925];
    (0..count).map(|index| f64::from(2 * index + 1) * step).chain(ends).collect()
}

#[test]
fn a_distribution_is_written_as_it_is_read() {
    for text in EXAMPLES {
        let distribution = read(text);
        assert_eq!(&serde_json::to_string(&distribution).unwrap(), text);
        assert!(text.contains(&format!("\"{}\"", distribution.kind())), "{text}");
    }
}

#[test]
fn a_confidence_that_is_left_out_is_nine_tenths() {
    let with = read(r#"{"kind":"normal_between","low":1,"high":2,"confidence":0.9}"#);
    assert_eq!(read(r#"{"kind":"normal_between","low":1,"high":2}"#), with);
}

#[test]
fn an_unknown_field_is_refused_in_every_kind() {
    for text in EXAMPLES {
        let wrong = text.replacen('{', r#"{"wrong":1,"#, 1);
        let error = serde_json::from_str::<Distribution>(&wrong).unwrap_err().to_string();
        assert!(error.contains("unknown field `wrong`"), "{text}: {error}");
    }
}

#[test]
fn an_unknown_bound_is_refused() {
    let text = r#"{"kind":"uniform","min":0,"max":1,"truncate":{"low":0}}"#;
    let error = serde_json::from_str::<Distribution>(text).unwrap_err().to_string();
    assert!(error.contains("unknown field `low`"), "{error}");
}

#[test]
fn blocks_have_the_bits_of_single_values() {
    for text in EXAMPLES {
        let sampler = prepare(text);
        for uniforms in [uniforms(2_000), vec![0.3], vec![]] {
            let mut values = uniforms.clone();
            sampler.quantiles(&mut values);
            for (value, uniform) in values.iter().zip(uniforms) {
                let single = sampler.quantile(uniform);
                assert_eq!(value.to_bits(), single.to_bits(), "{text} at {uniform}: {value} and {single}");
            }
        }
    }
}

#[test]
fn quantiles_never_fall_and_stay_in_the_support() {
    for text in EXAMPLES {
        let sampler = prepare(text);
        let mut uniforms = uniforms(2_000);
        uniforms.sort_by(f64::total_cmp);
        let (smallest, largest) = sampler.support();
        let mut before = smallest;
        for uniform in uniforms {
            let value = sampler.quantile(uniform);
            let slack = 4.0 * f64::EPSILON * value.abs();
            assert!(value >= before - slack && value <= largest, "{text} at {uniform}: {value} after {before}");
            before = value;
        }
    }
}

#[test]
fn the_cdf_undoes_the_quantile() {
    for text in EXAMPLES {
        let sampler = prepare(text);
        for uniform in uniforms(200) {
            let value = sampler.quantile(uniform);
            // As far as a double near the value can tell two probabilities apart.
            let step = 4.0 * f64::EPSILON * (1.0 + value.abs());
            let (below, above) = (sampler.cdf(value - step), sampler.cdf(value + step));
            assert!(below <= uniform * (1.0 + 1e-12), "{text} at {uniform}: {below} below {value}");
            assert!(above >= uniform * (1.0 - 1e-12), "{text} at {uniform}: {above} above {value}");
        }
    }
}

#[test]
fn a_whole_distribution_has_whole_values() {
    for text in EXAMPLES {
        let sampler = prepare(text);
        let are_whole = uniforms(200).into_iter().all(|uniform| sampler.quantile(uniform).fract() == 0.0);
        assert_eq!(sampler.is_whole(), are_whole, "{text}");
    }
}

/// The mean and variance of a law by the midpoint rule in `t`, with uniform = t²(3 - 2t), which
/// flattens both ends.
fn integrated(sampler: &Sampler) -> (f64, f64) {
    let steps = 10_000;
    let points: Vec<(f64, f64)> = (0..steps)
        .map(|index| {
            let t = (f64::from(index) + 0.5) / f64::from(steps);
            (sampler.quantile(t * t * (3.0 - 2.0 * t)), 6.0 * t * (1.0 - t) / f64::from(steps))
        })
        .collect();
    let mean = points.iter().map(|(value, weight)| value * weight).sum();
    let variance = points.iter().map(|(value, weight)| (value - mean) * (value - mean) * weight).sum();
    (mean, variance)
}

#[test]
fn moments_are_those_of_the_quantile_function() {
    for text in EXAMPLES {
        let sampler = prepare(text);
        let (mean, variance) = (sampler.mean(), sampler.variance());
        if mean.is_nan() {
            continue;
        }
        let (mean_found, variance_found) = integrated(&sampler);
        // The tails of a Pareto distribution converge slowly.
        let slack = if text.contains("pareto") { 0.2 } else { 2e-3 };
        assert!((mean_found - mean).abs() <= slack * (1.0 + mean.abs()), "{text}: mean {mean}, found {mean_found}");
        let is_near = (variance_found - variance).abs() <= slack * (1.0 + variance);
        assert!(is_near || text.contains("pareto"), "{text}: variance {variance}, found {variance_found}");
    }
}

#[test]
fn all_wrong_parameters_are_reported_at_once() {
    assert_eq!(
        errors(r#"{"kind":"lognormal_between","low":0,"high":-1,"confidence":1,"truncate":{"min":3,"max":2}}"#),
        [
            "less_than truncate.min: min should be less than max; it is 3, and max is 2",
            "less_than confidence: confidence should be less than 1; it is 1",
            "greater_than low: low should be greater than 0; it is 0",
            "greater_than high: high should be greater than 0; it is -1",
        ]
    );
}

#[test]
fn an_interval_the_wrong_way_round_is_explained() {
    assert_eq!(
        errors(r#"{"kind":"normal_between","low":10,"high":5}"#),
        ["less_than low: low should be less than high; it is 10, and high is 5"]
    );
}

#[test]
fn a_mode_outside_of_its_bounds_is_explained() {
    assert_eq!(
        errors(r#"{"kind":"triangular","min":1,"mode":0,"max":2}"#),
        ["less_than_equal min: min should be less than or equal to mode; it is 1, and mode is 0"]
    );
}

#[test]
fn weights_are_checked_one_by_one() {
    assert_eq!(
        errors(r#"{"kind":"discrete","values":[1,2],"weights":[1,-1,2]}"#),
        [
            "lengths_differ weights: weights should be as many as values, which are 2; there are 3",
            "greater_than_equal weights[1]: a weight should be greater than or equal to 0; it is -1",
        ]
    );
    assert_eq!(
        errors(r#"{"kind":"discrete","values":[1,2],"weights":[0,0]}"#),
        ["no_weight weights: weights should have at least one above 0"]
    );
}

#[test]
fn lists_are_neither_empty_nor_too_long() {
    assert_eq!(
        errors(r#"{"kind":"empirical","data":[]}"#),
        ["too_short data: data should have at least 1 element; it is empty"]
    );
    let data = vec![1.0; MAX_LENGTH + 1];
    let errors = Distribution::Empirical(Empirical { data, truncate: None }).prepare().unwrap_err();
    assert_eq!(errors[0].to_string(), "data: data should have at most 10000 elements; it has 10001");
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let errors = Distribution::Constant(Constant { value }).prepare().unwrap_err();
        assert_eq!(errors[0].kind, "finite_number");
    }
}

#[test]
fn an_empty_truncation_is_refused() {
    assert_eq!(
        errors(r#"{"kind":"uniform","min":0,"max":1,"truncate":{}}"#),
        ["missing truncate.min: truncate should have min, max or both"]
    );
}

#[test]
fn a_truncation_that_leaves_nothing_is_refused() {
    assert_eq!(
        errors(r#"{"kind":"uniform","min":0,"max":1,"truncate":{"min":2}}"#),
        [
            "no_probability truncate: truncate should leave a part of the distribution whose probability is at least 2.3e-308"
        ]
    );
}

#[test]
fn a_normal_can_be_truncated_far_out() {
    // By mpmath with 50 digits: where the survival function is half of what it is at 10.
    let sampler = prepare(r#"{"kind":"normal","mean":0,"sd":1,"truncate":{"min":10}}"#);
    let value = sampler.quantile(0.5);
    assert!((value - 10.068_411_836_081_43).abs() < 1e-12, "{value}");
}

#[test]
fn observations_with_ties_keep_their_share_when_truncated() {
    let sampler = prepare(r#"{"kind":"empirical","data":[1,2,2,2,3],"truncate":{"min":2}}"#);
    assert_eq!(sampler.quantile(0.5), 2.0);
    assert_eq!(sampler.quantile(0.999_999_999_999_9).round(), 3.0);
}

/// `depth` mixtures in each other around a constant.
fn nested(depth: usize) -> Distribution {
    (0..depth).fold(Distribution::Constant(Constant { value: 1.0 }), |inner, _| {
        Distribution::Mixture(Mixture { components: vec![inner], weights: vec![1.0], truncate: None })
    })
}

#[test]
fn mixtures_may_be_eight_deep() {
    assert_eq!(nested(MAX_DEPTH).prepare().unwrap().quantile(0.5), 1.0);
    let errors = nested(MAX_DEPTH + 1).prepare().unwrap_err();
    assert_eq!((errors.len(), errors[0].kind), (1, "too_deep"));
    assert_eq!(errors[0].message, "mixtures should be at most 8 deep");
}

#[test]
fn a_mixture_has_at_most_a_hundred_components_in_all() {
    let constant = Distribution::Constant(Constant { value: 1.0 });
    let ten = Mixture { components: vec![constant; 10], weights: vec![1.0; 10], truncate: None };
    let of = |count| Mixture {
        components: vec![Distribution::Mixture(ten.clone()); count],
        weights: vec![1.0; count],
        truncate: None,
    };
    assert!(Distribution::Mixture(of(9)).prepare().is_ok());
    let errors = Distribution::Mixture(of(10)).prepare().unwrap_err();
    assert_eq!((errors.len(), errors[0].kind), (1, "too_many_components"));
}

#[test]
fn an_error_inside_a_mixture_says_where() {
    assert_eq!(
        errors(
            r#"{"kind":"mixture","components":[{"kind":"normal","mean":0,"sd":0},
            {"kind":"uniform","min":0,"max":1,"truncate":{"min":2,"max":1}}],"weights":[1,-1]}"#
        ),
        [
            "greater_than_equal weights[1]: a weight should be greater than or equal to 0; it is -1",
            "greater_than components[0].sd: sd should be greater than 0; it is 0",
            "less_than components[1].truncate.min: min should be less than max; it is 2, and max is 1",
        ]
    );
}

#[test]
fn a_mixture_keeps_the_atoms_of_its_components() {
    let sampler = prepare(
        r#"{"kind":"mixture","components":[{"kind":"constant","value":0},{"kind":"lognormal_log","mu":0,"sigma":1}],"weights":[3,1]}"#,
    );
    for uniform in [1e-12, 0.3, 0.75] {
        assert_eq!(sampler.quantile(uniform), 0.0);
    }
    // The remaining quarter is the lognormal distribution's own.
    assert!((sampler.quantile(0.875) - 1.0).abs() < 1e-15);
}

#[test]
fn a_count_that_is_met_exactly_is_reached() {
    for sampler in [
        prepare(r#"{"kind":"binomial","trials":3,"probability":0.5}"#),
        prepare(r#"{"kind":"negative_binomial","successes":2,"probability":0.5}"#),
    ] {
        assert_eq!(sampler.quantile(0.5), 1.0);
        assert_eq!(sampler.quantile(0.5 + f64::EPSILON), 2.0);
    }
    let geometric = prepare(r#"{"kind":"geometric","probability":0.5}"#);
    for trials in 1..50_u8 {
        let probability = 1.0 - (0..trials).fold(1.0, |share, _| 0.5 * share);
        assert_eq!(geometric.quantile(probability), f64::from(trials));
    }
}

#[test]
fn families_count_as_distributions_do() {
    for (name, parameters, text) in [
        ("binomial", &[10.0, 0.3][..], r#"{"kind":"binomial","trials":10,"probability":0.3}"#),
        ("binomial", &[3.0, 0.5], r#"{"kind":"binomial","trials":3,"probability":0.5}"#),
        ("binomial", &[2000.0, 0.4], r#"{"kind":"binomial","trials":2000,"probability":0.4}"#),
        ("poisson", &[4.5], r#"{"kind":"poisson","mean":4.5}"#),
        ("poisson", &[700.0], r#"{"kind":"poisson","mean":700}"#),
        ("negative_binomial", &[2.5, 0.3], r#"{"kind":"negative_binomial","successes":2.5,"probability":0.3}"#),
    ] {
        let (family, sampler) = (FAMILIES.iter().find(|family| family.name == name).unwrap(), prepare(text));
        for uniform in uniforms(500).into_iter().chain([0.125, 0.25, 0.5, 0.75, 0.875]) {
            assert_eq!((family.quantile)(uniform, parameters), sampler.quantile(uniform), "{text} at {uniform}");
        }
    }
}

#[test]
fn draws_agree_with_families_where_they_begin_from_a_table() {
    for (name, parameters, text) in [
        ("gamma", &[0.01, 1.0][..], r#"{"kind":"gamma","shape":0.01,"scale":1}"#),
        ("gamma", &[0.7, 1.0], r#"{"kind":"gamma","shape":0.7,"scale":1}"#),
        ("gamma", &[30.0, 1.0], r#"{"kind":"gamma","shape":30,"scale":1}"#),
        ("gamma", &[1e5, 1.0], r#"{"kind":"gamma","shape":1e5,"scale":1}"#),
        ("beta", &[0.05, 3.0, 0.0, 1.0], r#"{"kind":"beta","alpha":0.05,"beta":3}"#),
        ("beta", &[50.0, 0.5, 0.0, 1.0], r#"{"kind":"beta","alpha":50,"beta":0.5}"#),
        ("beta", &[1e4, 2e4, 0.0, 1.0], r#"{"kind":"beta","alpha":1e4,"beta":2e4}"#),
        ("pert", &[0.0, 1.0, 3.0, 4.0], r#"{"kind":"pert","min":0,"mode":1,"max":3}"#),
        ("student_t", &[0.5, 0.0, 1.0], r#"{"kind":"student_t","degrees":0.5}"#),
        ("student_t", &[5.0, 0.0, 1.0], r#"{"kind":"student_t","degrees":5}"#),
        ("student_t", &[1e6, 0.0, 1.0], r#"{"kind":"student_t","degrees":1e6}"#),
    ] {
        let (family, sampler) = (FAMILIES.iter().find(|family| family.name == name).unwrap(), prepare(text));
        for uniform in uniforms(500).into_iter().chain([1e-300, 1e-100, 1e-30, 0.4999, 0.5, 0.5001]) {
            let (ours, theirs) = (sampler.quantile(uniform), (family.quantile)(uniform, parameters));
            let is_near = ours == theirs || (ours - theirs).abs() <= 2e-13 * theirs.abs();
            assert!(is_near, "{text} at {uniform}: {ours} and {theirs}");
        }
    }
}

#[test]
fn counts_of_nothing_are_zero() {
    for (name, parameters) in [
        ("poisson", &[0.0][..]),
        ("binomial", &[0.0, 0.5]),
        ("binomial", &[5.0, 0.0]),
        ("negative_binomial", &[5.0, 1.0]),
    ] {
        let family = FAMILIES.iter().find(|family| family.name == name).unwrap();
        assert_eq!(((family.quantile)(0.7, parameters), (family.cdf)(0.0, parameters)), (0.0, 1.0), "{name}");
    }
    let binomial = FAMILIES.iter().find(|family| family.name == "binomial").unwrap();
    assert_eq!((binomial.quantile)(0.7, &[5.0, 1.0]), 5.0);
    assert!((binomial.quantile)(0.7, &[5.5, 0.5]).is_nan());
}

#[test]
fn families_take_their_parameters_in_order() {
    let normal = FAMILIES.iter().find(|family| family.name == "normal").unwrap();
    assert_eq!((normal.cdf)(1.0, &[1.0, 2.0]), 0.5);
    assert_eq!((normal.quantile)(0.5, &[1.0, 2.0]), 1.0);
    assert_eq!((normal.quantile)(0.0, &[1.0, 2.0]), f64::NEG_INFINITY);
    assert_eq!((normal.quantile)(1.0, &[1.0, 2.0]), f64::INFINITY);
}

#[test]
fn a_family_answers_nan_for_what_is_not_allowed() {
    for family in FAMILIES {
        let parameters = vec![f64::NAN; family.parameters.len()];
        assert!((family.cdf)(0.5, &parameters).is_nan(), "{}", family.name);
        assert!((family.quantile)(0.5, &parameters).is_nan(), "{}", family.name);
        assert!((family.quantile)(0.5, &[]).is_nan(), "{}", family.name);
    }
    let uniform = FAMILIES.iter().find(|family| family.name == "uniform").unwrap();
    for probability in [-0.1, 1.1, f64::NAN] {
        assert!((uniform.quantile)(probability, &[0.0, 1.0]).is_nan());
    }
    assert!((uniform.cdf)(f64::NAN, &[0.0, 1.0]).is_nan());
}

#[test]
fn families_are_in_the_order_of_their_names() {
    assert!(FAMILIES.is_sorted_by_key(|family| family.name));
}
