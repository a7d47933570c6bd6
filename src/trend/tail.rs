//! Tails of count distributions and the normal quantile: the arithmetic of "how unlikely".

/// A count distribution with a variance this close to its mean is treated as this much over it:
/// the Poisson limit of the negative binomial, within 0.1 % of its variance.
const OVER_MIN: f64 = 1.001;

/// Natural logarithm of the mid-p upper tail of a negative binomial: ln(P(Y > y) + P(Y = y) / 2).
///
/// `mean` > 0; `over` is variance over mean. Size and probability are mean / (over − 1) and
/// 1 / over, so that P(Y ≥ y) is the regularised incomplete beta I(1 − 1/over; y, size).
pub fn ln_mid_p(count: u32, mean: f64, over: f64) -> f64 {
    let over = over.max(OVER_MIN);
    let mean = mean.max(1e-9);
    let size = mean / (over - 1.0);
    let above = ln_upper(f64::from(count) + 1.0, size, over);
    let at = ln_mass(f64::from(count), size, over) - std::f64::consts::LN_2;
    let (large, small) = if above > at { (above, at) } else { (at, above) };
    (large + (small - large).exp().ln_1p()).min(0.0)
}

/// ln P(Y = y).
fn ln_mass(count: f64, size: f64, over: f64) -> f64 {
    ln_gamma(count + size) - ln_gamma(count + 1.0) - ln_gamma(size) - size * over.ln()
        + count * ((over - 1.0) / over).ln()
}

/// ln P(Y ≥ y) for y ≥ 1.
fn ln_upper(count: f64, size: f64, over: f64) -> f64 {
    let x = (over - 1.0) / over;
    let ln_front = count * x.ln() - size * over.ln() + ln_gamma(count + size)
        - ln_gamma(count)
        - ln_gamma(size);
    if x < (count + 1.0) / (count + size + 2.0) {
        ln_front - count.ln() + beta_fraction(count, size, x).ln()
    } else {
        let lower = (ln_front - size.ln() + beta_fraction(size, count, 1.0 - x).ln()).exp();
        (-lower.min(1.0 - f64::EPSILON)).ln_1p()
    }
}

/// Continued fraction of the incomplete beta function by Lentz's method
/// (Numerical Recipes, 3rd ed., section 6.4).
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const STEPS_MAX: u32 = 20_000;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..=STEPS_MAX {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    fraction.max(TINY)
}

/// ln Γ(x) for x > 0: Lanczos' approximation, about 15 digits.
fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Reflection keeps precision near zero, where a new series' size lies.
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let mut sum = COEFFICIENTS[0];
    for (place, coefficient) in COEFFICIENTS.iter().enumerate().skip(1) {
        sum += coefficient / (x + place as f64);
    }
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The normal score whose upper tail has this logarithm: 0 for ln 0.5, larger for rarer.
pub fn z_of_ln_p(ln_p: f64) -> f64 {
    if ln_p > -700.0 {
        return -normal_quantile(ln_p.exp());
    }
    // Beyond the range of f64 probabilities: invert ln Q(z) ≈ −z²/2 − ln z − ln √(2π).
    let mut z = (-2.0 * ln_p).sqrt();
    for _ in 0..4 {
        z = (-2.0 * (ln_p + z.ln() + 0.5 * (2.0 * std::f64::consts::PI).ln())).sqrt();
    }
    z
}

/// The standard normal quantile, Wichura's AS 241 (PPND16), about 16 digits.
pub fn normal_quantile(p: f64) -> f64 {
    const CENTRE: ([f64; 8], [f64; 8]) = (
        [
            3.387_132_872_796_366_5,
            133.141_667_891_784_38,
            1_971.590_950_306_551_3,
            13_731.693_765_509_46,
            45_921.953_931_549_87,
            67_265.770_927_008_7,
            33_430.575_583_588_13,
            2_509.080_928_730_122_7,
        ],
        [
            1.0,
            42.313_330_701_600_91,
            687.187_007_492_057_9,
            5_394.196_021_424_751,
            21_213.794_301_586_597,
            39_307.895_800_092_71,
            28_729.085_735_721_943,
            5_226.495_278_852_545,
        ],
    );
    const MIDDLE: ([f64; 8], [f64; 8]) = (
        [
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            0.241_780_725_177_450_6,
            0.022_723_844_989_269_184,
            0.000_774_545_014_278_341_4,
        ],
        [
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            0.689_767_334_985_1,
            0.148_103_976_427_480_08,
            0.015_198_666_563_616_457,
            0.000_547_593_808_499_534_5,
            1.050_750_071_644_416_9e-9,
        ],
    );
    const FAR: ([f64; 8], [f64; 8]) = (
        [
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            0.296_560_571_828_504_87,
            0.026_532_189_526_576_124,
            0.001_242_660_947_388_078_4,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
        [
            1.0,
            0.599_832_206_555_888,
            0.136_929_880_922_735_8,
            0.014_875_361_290_850_615,
            0.000_786_869_131_145_613_3,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_446e-7,
            2.044_263_103_389_939_8e-15,
        ],
    );
    let polynomial = |c: &[f64; 8], x: f64| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
    let ratio = |c: &([f64; 8], [f64; 8]), x: f64| polynomial(&c.0, x) / polynomial(&c.1, x);
    let p = p.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE, 0.180_625 - q * q);
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let z = if r <= 5.0 {
        ratio(&MIDDLE, r - 1.6)
    } else {
        ratio(&FAR, r - 5.0)
    };
    if q < 0.0 { -z } else { z }
}

/// A quick score by the 2/3-power transform (Farrington): only what passes a low bar here is
/// worth the exact tail.
pub fn screen(count: u32, mean: f64, over: f64) -> f64 {
    let mean = mean.max(1e-9);
    1.5 * (f64::from(count).powf(2.0 / 3.0) - mean.powf(2.0 / 3.0))
        / (mean.powf(1.0 / 6.0) * over.max(OVER_MIN).sqrt())
}

/// The smallest count whose mid-p score passes `threshold`.
pub fn least_over(threshold: f64, mean: f64, over: f64) -> u32 {
    let passes = |count: u32| z_of_ln_p(ln_mid_p(count, mean, over)) > threshold;
    let mut high = (mean.clamp(1.0, 1e9) as u32).saturating_add(1);
    while !passes(high) && high < u32::MAX / 2 {
        high *= 2;
    }
    let mut low = 0;
    while low < high {
        let middle = low + (high - low) / 2;
        if passes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Masses by the recursion p(k+1) = p(k) (k + r)/(k + 1) (1 − 1/V), summed as they are.
    fn direct_mid_p(count: u32, mean: f64, over: f64) -> f64 {
        let size = mean / (over - 1.0);
        let mut mass = (-size * over.ln()).exp();
        let (mut at, mut above, mut k) = (mass, 0.0, 0_u32);
        while k < count + 20_000 {
            mass *= (f64::from(k) + size) / f64::from(k + 1) * (1.0 - 1.0 / over);
            k += 1;
            if k <= count {
                at = mass;
            } else {
                above += mass;
                if mass < above * 1e-17 {
                    break;
                }
            }
        }
        above + at / 2.0
    }

    proptest! {
        #[test]
        fn the_tail_agrees_with_a_direct_sum(
            count in 0_u32..400,
            mean in 0.02_f64..150.0,
            over in 1.05_f64..30.0,
        ) {
            let size = mean / (over - 1.0);
            prop_assume!(size * over.ln() < 600.0);
            let direct = direct_mid_p(count, mean, over);
            prop_assume!(direct > 1e-250);
            let ours = ln_mid_p(count, mean, over);
            prop_assert!((ours - direct.ln()).abs() < 1e-7 * (1.0 + direct.ln().abs()),
                "{ours} against {}", direct.ln());
        }

        #[test]
        fn the_quantile_undoes_the_normal_tail(z in -6.0_f64..8.0) {
            // Q(z) by the continued fraction of Mills' ratio for z > 0.
            let upper = |z: f64| {
                let mut tail = z + 60.0 / (z + 60.0);
                for k in (1..60).rev() {
                    tail = z + f64::from(k) / tail;
                }
                (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() / tail
            };
            prop_assume!(z.abs() > 2.0);
            let found = normal_quantile(if z > 0.0 { upper(z) } else { 1.0 - upper(-z) });
            // Near p = 1 a double cannot hold more digits of the tail.
            let slack = if z > 0.0 { 1e-9 } else { 1e-6 };
            prop_assert!((found + z).abs() < slack, "{found} for {}", -z);
        }

        #[test]
        fn a_larger_count_is_never_more_likely(
            count in 0_u32..2_000, mean in 0.01_f64..2_000.0, over in 1.0_f64..200.0,
        ) {
            prop_assert!(
                ln_mid_p(count + 1, mean, over) <= ln_mid_p(count, mean, over) + 1e-9
            );
        }

        #[test]
        fn least_over_is_the_first_count_that_passes(
            mean in 0.01_f64..500.0, over in 1.0_f64..50.0, threshold in 1.0_f64..6.0,
        ) {
            let least = least_over(threshold, mean, over);
            let z = |count| z_of_ln_p(ln_mid_p(count, mean, over));
            prop_assert!(z(least) > threshold);
            prop_assert!(least == 0 || z(least - 1) <= threshold);
        }
    }

    #[test]
    fn scores_stay_finite_and_ordered_where_probabilities_underflow() {
        let scores: Vec<f64> = [100, 1_000, 10_000, 1_000_000]
            .into_iter()
            .map(|count| z_of_ln_p(ln_mid_p(count, 2.0, 1.5)))
            .collect();
        assert!(scores.iter().all(|score| score.is_finite()));
        assert!(
            scores.windows(2).all(|pair| pair[0] < pair[1]),
            "{scores:?}"
        );
        // No step where the two ways of inverting meet.
        let gap = z_of_ln_p(-700.001) - z_of_ln_p(-699.999);
        assert!(gap > 0.0 && gap < 1e-3, "{gap}");
    }

    #[test]
    fn the_screen_ranks_like_the_exact_score() {
        for mean in [1.0, 10.0, 200.0] {
            for over in [1.0, 3.0] {
                let firing = least_over(3.0, mean, over);
                assert!(screen(firing, mean, over) > 1.5, "{mean} {over}");
            }
        }
    }
}
