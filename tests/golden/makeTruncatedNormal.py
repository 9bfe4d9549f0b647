"""Writes truncatedNormal.json beside it: pip install mpmath==1.3.0 && python makeTruncatedNormal.py (two minutes)

Rows [mean, std, a, b, mean, std, kurtosis, x, P(at most x)] of normals within [a, b], from the moments of Johnson, Kotz &
Balakrishnan, Continuous Univariate Distributions, 1994, section 10.1, with 2,000 digits, of which all but 17 may cancel:
bounds from 0 to 1e6 standard deviations out on either side, 1e-9 to 1e6 apart or infinite, and other means and widths.
"""
import json
import mpmath as mp

mp.mp.dps = 2000
INF = float("inf")


def upper(x):
    """The probability of at least x."""
    return mp.erfc(x / mp.sqrt(2)) / 2


def scaled(x, origin):
    """exp(origin^2/2) times the density and the upper tail at x."""
    if x == INF:
        return mp.mpf(0), mp.mpf(0)
    return mp.exp((origin**2 - x**2) / 2) / mp.sqrt(2 * mp.pi), mp.exp(origin**2 / 2) * upper(x)


def row(mean, std, a, b):
    alpha, beta = [mp.mpf(x) if abs(x) == INF else (mp.mpf(x) - mp.mpf(mean)) / mp.mpf(std) for x in (a, b)]
    mirrored = beta < 0 or alpha == -INF
    if mirrored:
        alpha, beta = -beta, -alpha
    if alpha == -INF:
        m, s, k, x = mp.mpf(0), mp.mpf(1), mp.mpf(3), mp.mpf(1) / 2
    else:
        density = lambda t, n: mp.mpf(0) if t == INF else t**n * scaled(t, alpha)[0]
        mass = scaled(alpha, alpha)[1] - scaled(beta, alpha)[1]
        edge = lambda n: (density(alpha, n) - density(beta, n)) / mass
        m1, m2 = edge(0), 1 + edge(1)
        m3, m4 = 2 * edge(0) + edge(2), 3 * m2 + edge(3)
        m, variance = m1, m2 - m1**2
        s, k = mp.sqrt(variance), (m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4) / variance**2
        x = m
    if mirrored:
        m, x = -m, -x
    x = float(mean + std * x)
    # The probability of what x is as a double, seen from the bound that is nearer to the mean.
    t = (mp.mpf(x) - mp.mpf(mean)) / mp.mpf(std)
    if alpha == -INF:
        p = 1 - upper(t)
    else:
        t = -t if mirrored else t
        p = 1 - (scaled(t, alpha)[1] - scaled(beta, alpha)[1]) / mass
        p = 1 - p if mirrored else p
    return [mean, std, a, b, float(mean + std * m), float(std * s), float(k), x, float(p)]


CASES = [(0, 1, -INF, INF), (5, 2, -INF, INF), (100, 1, -2, 2), (-30, 1, -2, 2), (0, 1, 10, 11), (0, 0.02, -2, 2), (0.3, 0.02, -2, 2), (0, 1e9, -2, 2),
         (1e-3, 1e9, -1, 2), (3.5, 0.1, -2, 2), (-1e6, 1, -2, 2), (1e8, 1, -2, 2), (0, 1, -1e-9, 1e-9), (0.1, 0.3, 0.1, 0.4), (-0.7, 0.03, -2, -0.8)]
for out in (0, 1e-3, 0.5, 1, 2, 3, 5, 8, 12, 20, 37, 40, 100, 1e4, 1e6):
    for width in (1e-9, 1e-3, 0.1, 1, 3, 10, 1e6, INF):
        CASES.append((0, 1, out, out + width))
        if out in (0.5, 3, 12, 100):
            CASES.append((0, 1, -out - width, -out))
            CASES.append((0, 1, -out, -out + width))
name = lambda x: x if abs(x) != INF else ("Infinity" if x > 0 else "-Infinity")
rows = [[name(x) for x in row(*case)] for case in CASES]
path = __file__.replace("makeTruncatedNormal.py", "truncatedNormal.json")
with open(path, "w") as f:
    f.write('{"cases": [\n' + ",\n".join(json.dumps(r) for r in rows) + "\n]}\n")
