"""Writes quantiles.tsv: quantiles of every family, computed with 50 digits.

Run: python3 quantiles.py > quantiles.tsv   (mpmath 1.4.1, gmpy2; some minutes)

A line is: family, parameters, probability, quantile; separated by tabs, parameters by
spaces. Probabilities and parameters are the exact values of their doubles. Continuous
quantiles solve cdf(x) = p by Newton's method on the logarithm of the smaller of cdf and
survival function; counts are found by summing probabilities.
"""

import sys

from mpmath import mp, mpf

mp.dps = 50

PROBABILITIES = [
    1e-300, 1e-200, 1e-100, 1e-50, 1e-20, 2.0**-53, 1e-10, 1e-6, 1e-4, 0.001, 0.01, 0.05, 0.074, 0.1, 0.2, 0.3,
    0.4, 0.45, 0.499, 0.5, 0.5000001, 0.55, 0.6, 0.7, 0.8, 0.9, 0.926, 0.95, 0.99, 0.999, 1 - 1e-4, 1 - 1e-6,
    1 - 1e-10, 1 - 1e-13, 1 - 2.0**-53,
]


# For shapes so large that the tails have to be integrated.
FEW = [1e-300, 1e-20, 1e-6, 0.05, 0.4, 0.5, 0.9, 1 - 1e-6, 1 - 2.0**-53]


def number(value):
    return mp.nstr(value, 19, min_fixed=-4, max_fixed=20, strip_zeros=True)


def write(family, parameters, quantile):
    exact = [mpf(value) for value in parameters]
    mp.dps = 30 if max(parameters) >= 5000 else 50
    for probability in FEW if max(parameters) >= 5000 else PROBABILITIES:
        p = mpf(probability)
        value = quantile(p, 1 - p, *exact)
        if value is None or (value != 0 and not mpf("1e-305") < abs(value) < mpf("1e305")):
            continue
        print(family, " ".join(repr(float(v)) for v in parameters), repr(probability), number(value), sep="\t")
    sys.stdout.flush()


def solve(p, q, lower, upper, density, start):
    """Where lower(t) = p, for t on the whole line and functions that are concave in their logarithms."""
    side, wanted, sign = (lower, p, 1) if p <= q else (upper, q, -1)

    def distance(t):
        value = side(t)
        return (mp.log(value / wanted) if value > 0 else mpf("-1e9")) * sign

    low, high = start - 1, start + 1
    while distance(low) > 0:
        low -= 2 * (start - low)
    while distance(high) < 0:
        high += 2 * (high - start)
    with mp.workdps(20):
        for _ in range(18):
            middle = (low + high) / 2
            if distance(middle) > 0:
                high = middle
            else:
                low = middle
    t = (low + high) / 2
    for _ in range(6):
        value = side(t)
        t -= sign * mp.log(value / wanted) * value / density(t)
    return t


def normal(p, q, mean=0, sd=1):
    z = mp.sqrt(2) * mp.erfinv(2 * p - 1) if p > 1e-3 and q > 1e-3 else None
    if z is None:
        z = solve(p, q, mp.ncdf, lambda t: mp.ncdf(-t), mp.npdf, mpf(-1 if p < q else 1))
    return mean + sd * z


def interval(confidence):
    return normal((1 + confidence) / 2, (1 - confidence) / 2)


def normal_between(p, q, low, high, confidence):
    return normal(p, q, (low + high) / 2, (high - low) / 2 / interval(confidence))


def lognormal_log(p, q, mu, sigma):
    return mp.exp(normal(p, q, mu, sigma))


def lognormal(p, q, mean, sd):
    variance = mp.log1p((sd / mean) ** 2)
    return lognormal_log(p, q, mp.log(mean) - variance / 2, mp.sqrt(variance))


def lognormal_between(p, q, low, high, confidence):
    low, high = mp.log(low), mp.log(high)
    return lognormal_log(p, q, (low + high) / 2, (high - low) / 2 / interval(confidence))


def triangular(p, q, low, mode, high):
    if p < (mode - low) / (high - low):
        return low + mp.sqrt(p * (high - low) * (mode - low))
    return high - mp.sqrt(q * (high - low) * (high - mode))


def gamma(p, q, shape, scale):
    ln_gamma = mp.loggamma(shape)

    def density(t):
        return mp.exp(shape * t - mp.exp(t) - ln_gamma)

    def tail(t, direction):
        if shape < 3000:
            x = mp.exp(t)
            return mp.gammainc(shape, 0, x, regularized=True) if direction < 0 else mp.gammainc(shape, x, regularized=True)
        return integral(density, t, direction / mp.sqrt(shape), mp.log(shape))

    if p < q and mp.log(p) / shape < -720:
        return mpf(0)
    start = (mp.log(p) + mp.loggamma(shape + 1)) / shape if shape < 1 else mp.log(shape)
    return scale * mp.exp(solve(p, q, lambda t: tail(t, -1), lambda t: tail(t, 1), density, start))


def legendre_rule(count):
    """Nodes and weights of the Gauss-Legendre rule."""
    rule = []
    for k in range(1, count + 1):
        x = mp.cos(mp.pi * (k - mpf(1) / 4) / (count + mpf(1) / 2))
        for _ in range(8):
            before, at = mpf(1), x
            for n in range(2, count + 1):
                before, at = at, ((2 * n - 1) * x * at - (n - 1) * before) / n
            slope = count * (x * at - before) / (x * x - 1)
            x -= at / slope
        rule.append((x, 2 / ((1 - x * x) * slope * slope)))
    return rule


RULE = legendre_rule(40)


def integral(density, t, step, mode):
    """The integral of a density that is nearly normal, from t on by steps of a standard deviation."""
    if (mode - t) * step > 0:
        return 1 - integral(density, t, -step, mode)
    total = mpf(0)
    ends = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 28, 40]
    for low, high in zip(ends, ends[1:]):
        half = mpf(high - low) / 2
        total += half * mp.fsum(weight * density(t + step * (low + half * (1 + node))) for node, weight in RULE)
    return abs(step) * total


def log_odds(p, q, a, b):
    """The logarithm of x / (1 - x) at a beta distribution's quantile x."""
    ln_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)

    def density(t):
        return mp.exp(-a * mp.log1p(mp.exp(-t)) - b * mp.log1p(mp.exp(t)) - ln_beta)

    def tail(t, a, b, density):
        if min(a, b) > 3000:
            return integral(density, t, -mp.sqrt(1 / a + 1 / b), mp.log(a / b))
        x = 1 / (1 + mp.exp(-t))
        # The power series in x: all terms positive after Euler's transformation.
        return mp.exp(a * mp.log(x) + b * mp.log(1 / (1 + mp.exp(t))) - ln_beta) / a * mp.hyp2f1(a + b, 1, a + 1, x)

    def lower(t):
        return tail(t, a, b, density) if t < mp.log(a / b) or p <= q else 1 - upper(t)

    def upper(t):
        return tail(-t, b, a, lambda s: density(-s))

    start = (mp.log(p) + mp.log(a) + ln_beta) / a if p <= q else -(mp.log(q) + mp.log(b) + ln_beta) / b
    start = start if min(a, b) < 1 and abs(start) > 1 else mp.log(a / b)
    return solve(p, q, lower, upper, density, start)


def beta(p, q, a, b, low, high):
    if (p < q and mp.log(p) / a < -720) or (q < p and mp.log(q) / b < -720):
        return None
    t = log_odds(p, q, a, b)
    return low + (high - low) / (1 + mp.exp(-t)) if t < 0 else high - (high - low) / (1 + mp.exp(t))


def pert(p, q, low, mode, high, shape):
    return beta(p, q, 1 + shape * (mode - low) / (high - low), 1 + shape * (high - mode) / (high - low), low, high)


def nearly_normal(q, degrees):
    """Where Student's t with many degrees of freedom is above with probability q."""
    constant = mp.loggamma((degrees + 1) / 2) - mp.loggamma(degrees / 2) - mp.log(mp.pi * degrees) / 2

    def density(t):
        return mp.exp(constant - (degrees + 1) / 2 * mp.log1p(t * t / degrees))

    def upper(z):
        return integral(density, mp.exp(z), 1, 0)

    return mp.exp(solve(1 - q, q, lambda z: 1 - upper(z), upper, lambda z: density(mp.exp(z)) * mp.exp(z), mpf(0)))


def student_t(p, q, degrees, location, scale):
    tail = 2 * min(p, q)
    if tail == 1:
        return location
    if mp.log(tail) / (degrees / 2) < -720:
        return None
    if degrees > 3000:
        size = nearly_normal(tail / 2, degrees)
        return location + scale * (size if p > q else -size)
    t = log_odds(tail, 1 - tail, degrees / 2, mpf(1) / 2)
    size = mp.sqrt(degrees * mp.exp(-t))
    return location + scale * (size if p > q else -size)


def counts(family, parameters, first, ratio, mode, width):
    """Counts from `first` on, with P(k + 1) / P(k) = ratio(k); sums `width` to either side of `mode`."""
    low, high = max(first, mode - width), mode + width
    weights, weight = {mode: mpf(1)}, mpf(1)
    for k in range(mode, high):
        weight = weight * ratio(k)
        if weight == 0:
            high = k
            break
        weights[k + 1] = weight
    weight = mpf(1)
    for k in range(mode, low, -1):
        weight = weight / ratio(k - 1)
        weights[k - 1] = weight
    total = mp.fsum(weights.values())
    wanted = sorted(PROBABILITIES + [0.25, 0.75, 0.125, 0.875, 0.375])
    reached, k = mpf(0), low - 1
    for probability in wanted:
        while reached < mpf(probability) * total and k < high:
            k += 1
            reached += weights[k]
        upper_share = (total - reached) / total
        if low > first and k == low:
            continue
        assert k < high or upper_share == 0
        print(family, " ".join(repr(float(v)) for v in parameters), repr(probability), k, sep="\t")
    sys.stdout.flush()


def binomial(trials, probability, width):
    odds = mpf(probability) / (1 - mpf(probability))
    counts("binomial", [trials, probability], 0, lambda k: (mpf(trials - k) / (k + 1)) * odds, int((trials + 1) * probability), width)


def poisson(mean, width):
    counts("poisson", [mean], 0, lambda k: mpf(mean) / (k + 1), int(mean), width)


def negative_binomial(successes, probability, width):
    failure = 1 - mpf(probability)
    mode = max(0, int((successes - 1) * (1 - probability) / probability))
    counts("negative_binomial", [successes, probability], 0, lambda k: (mpf(successes) + k) / (k + 1) * failure, mode, width)


def ln_above(p, q):
    return mp.log1p(-p) if p < 0.5 else mp.log(q)


def geometric(p, q, probability):
    return max(1, mp.ceil(ln_above(p, q) / mp.log(1 - probability) - mpf("1e-40")))


for family, function, sets in [
    ("uniform", lambda p, q, low, high: low + (high - low) * p, [(0, 1), (2, 3.5)]),
    ("triangular", triangular, [(0, 0.3, 1), (1, 1, 3), (1, 3, 3), (5, 7.1, 9)]),
    ("normal", normal, [(0, 1), (0, 20)]),
    ("normal_between", normal_between, [(-1, 1, 0.9), (-1, 1, 0.5), (-3, 3, 0.999999)]),
    ("lognormal", lognormal, [(1, 0.1), (100, 300), (7.2, 1.5), (1e-5, 1e-4)]),
    ("lognormal_log", lognormal_log, [(0, 1), (3, 0.01), (-2, 5)]),
    ("lognormal_between", lognormal_between, [(5, 10, 0.9), (8.1e6, 8.4e6, 0.9), (0.2, 1, 0.8), (1e-9, 1e9, 0.95)]),
    ("exponential", lambda p, q, mean: -mean * ln_above(p, q), [(1,), (0.3,)]),
    ("weibull", lambda p, q, shape, scale: scale * (-ln_above(p, q)) ** (1 / shape), [(1.5, 2), (0.3, 1), (20, 3), (0.01, 1)]),
    ("logistic", lambda p, q, location, scale: location + scale * mp.log(p / q), [(0, 1), (0, 0.2)]),
    ("cauchy", lambda p, q, location, scale: location + scale * (mp.tan(mp.pi * (p - 0.5)) if p > 1e-9 and q > 1e-9 else (-mp.cot(mp.pi * p) if p < q else mp.cot(mp.pi * q))), [(0, 1), (0, 0.2)]),
    ("pareto", lambda p, q, minimum, shape: minimum * mp.exp(-ln_above(p, q) / shape), [(1, 1.16), (2, 3), (1, 0.05), (1, 100)]),
    ("geometric", geometric, [(0.3,), (0.01,), (0.5,), (0.999,), (1e-6,)]),
    ("gamma", gamma, [(s, 1) for s in (0.001, 0.01, 0.1, 0.5, 0.9, 1, 1.1, 2, 3.7, 10, 15.9, 16.1, 50, 150, 700, 2000, 5000, 1e6)] + [(2.5, 4)]),
    ("beta", beta, [(a, b, 0, 1) for a, b in ((0.01, 0.01), (0.05, 3), (3, 0.05), (0.5, 0.5), (0.3, 0.7), (1, 1), (1, 3), (2, 2), (2, 5), (5, 1), (10, 0.5), (30, 3), (3, 30), (50, 60), (200, 10), (10, 2000), (300, 400), (900, 1100), (5000, 7000), (1e5, 2e6))] + [(2, 3, 10, 20)]),
    ("pert", pert, [(0, 1, 3, 4), (0, 0, 1, 4), (10, 12, 20, 4), (0, 2, 3, 20), (0, 2, 3, 0.5)]),
    ("student_t", student_t, [(v, 0, 1) for v in (0.1, 0.5, 1, 2, 3, 4.5, 10, 30, 100, 1000, 5000, 1e6)]),
]:
    for parameters in sets:
        write(family, parameters, function)

for trials, probability, width in [(1, 0.3, 1), (3, 0.5, 3), (10, 0.3, 10), (100, 0.01, 100), (1000, 0.5, 1000), (1000, 0.97, 1000), (50000, 0.3, 5000), (10**6, 1e-5, 500), (10**6, 0.4, 20000)]:
    binomial(trials, probability, width)
for mean, width in [(0.01, 200), (0.5, 200), (3, 300), (30.5, 500), (500, 2000), (5000, 5000), (2e5, 20000)]:
    poisson(mean, width)
for successes, probability, width in [(1, 0.5, 1100), (0.3, 0.1, 7000), (3, 0.5, 1100), (10, 0.9, 400), (100, 0.01, 100000), (3000, 0.6, 5000), (2.5, 0.001, 800000)]:
    negative_binomial(successes, probability, width)
