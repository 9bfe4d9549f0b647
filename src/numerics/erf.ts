/*
 * The rational approximations of fdlibm's s_erf.c (Sun Microsystems 1993, freely granted), which C libraries share.
 * There is one for each of the intervals |x| < 0.84375, 0.84375 … 1.25, 1.25 … 1/0.35 and beyond, with errors below one
 * unit in the last place.
 */
const PP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5,
];
const QQ = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6,
];
const PA = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const QA = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
const RA = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const SA = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const RB = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const SB = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];
/** erf(1) to 24 bits. */
const ERX = 0.8450629115104675;

const split = new Float64Array(1);
const splitBits = new BigUint64Array(split.buffer);

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[coefficients.length - 1];
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

/** erf(x) = 2/√π·∫₀ˣ exp(−t²)dt in double, with an error below one unit in the last place. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 0.84375) {
    if (size < 2 ** -28) return x + 0.1283791670955126 * x;
    const square = x * x;
    return x + x * (polynomial(PP, square) / polynomial(QQ, square));
  }
  if (size >= 6) return Math.sign(x);
  const value = size < 1.25 ? ERX + middleError(size) : 1 - upperTail(size);
  return x < 0 ? -value : value;
}

/** erfc(x) = 1 − erf(x) in double, with a small relative error in the tail, too. */
export function erfc(x: number): number {
  const size = Math.abs(x);
  if (size < 0.84375) {
    if (size < 2 ** -56) return 1 - x;
    const square = x * x;
    const ratio = polynomial(PP, square) / polynomial(QQ, square);
    return x < 0.25 ? 1 - (x + x * ratio) : 0.5 - (x - 0.5 + x * ratio);
  }
  if (size < 1.25) return x < 0 ? 1 + (ERX + middleError(size)) : 1 - ERX - middleError(size);
  if (size < 28) return x < 0 ? 2 - upperTail(size) : upperTail(size);
  return x < 0 ? 2 : x > 0 ? 0 : NaN;
}

/** erf(x) − ERX for x in [0.84375, 1.25). */
function middleError(size: number): number {
  return polynomial(PA, size - 1) / polynomial(QA, size - 1);
}

/** erfc(x) for x ≥ 1.25. exp(−x²) is the product of two factors, so that the square in the first one is exact. */
function upperTail(x: number): number {
  const s = 1 / (x * x);
  const ratio = x < 1 / 0.35 ? polynomial(RA, s) / polynomial(SA, s) : polynomial(RB, s) / polynomial(SB, s);
  split[0] = x;
  splitBits[0] &= 0xffffffff00000000n;
  const z = split[0];
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio)) / x;
}
