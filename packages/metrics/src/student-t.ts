/**
 * The tails of Student's t distribution, by the continued fraction of the incomplete beta function (NIST Digital Library
 * of Mathematical Functions 8.17.22, evaluated by Lentz's method): small tails keep their digits.
 */
const smallest = 1e-300;
const precision = 1e-15;
const mostTerms = 10_000;

/** P(|T| ≥ |t|) for T with `degrees` degrees of freedom, which may be any positive number. */
export function twoSidedTail(t: number, degrees: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  return incompleteBeta(degrees / (degrees + t ** 2), degrees / 2, 0.5);
}

/** I_x(a, b), regularized. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  // The fraction converges fast on one side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront = a * Math.log(x) + b * Math.log1p(-x) - (logGamma(a) + logGamma(b) - logGamma(a + b));
  return (Math.exp(logFront) / a) * fraction(x, a, b);
}

/** 1 / (1 + d₁ / (1 + d₂ / (1 + …))) */
function fraction(x: number, a: number, b: number): number {
  let numerator = 1;
  let denominator = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = denominator;
  for (let m = 1; m <= mostTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const d of [even, odd]) {
      denominator = 1 / nonZero(1 + d * denominator);
      numerator = nonZero(1 + d / numerator);
      change = numerator * denominator;
      value *= change;
    }
    if (Math.abs(change - 1) < precision) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < smallest ? smallest : value;
}

/** Coefficients for g = 7 (C. Lanczos, SIAM Journal on Numerical Analysis B 1, 1964; values of P. Godfrey). */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x ≥ ½. */
function logGamma(x: number): number {
  const shifted = x - 1;
  const base = shifted + 7.5;
  const series = lanczos.reduce(
    (sum, coefficient, index) => sum + (index === 0 ? coefficient : coefficient / (shifted + index)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}
