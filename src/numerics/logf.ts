// Local names, as in kernels/draw/boxMullerFloat32.ts.
const { fround, LN2 } = Math;

/** The bits of the float32 0.69921875, the lower end of the interval that the significand is reduced to. */
const LOWEST_BITS = 0x3f330000;
/** The bits of a float32 above its significand. */
const EXPONENT_BITS = 0xff800000;

/** For each of the 16 parts of the interval that the bits distinguish, 1/c and ln c for a number c close to its middle. */
const TABLE = [
  [1.398907162146528, -0.33569133332882284],
  [1.3403141896637998, -0.2929040563774074],
  [1.286432210124115, -0.2518726580937369],
  [1.2367150214269895, -0.21245868807117255],
  [1.1906977166711752, -0.17453945183745634],
  [1.1479821020556429, -0.1380057072319758],
  [1.1082251448272158, -0.10275976698545139],
  [1.0711297413057381, -0.06871392447020525],
  [1.036437278977283, -0.0357891387398228],
  [1, 0],
  [0.9492859795739057, 0.05204517742929496],
  [0.8951049428609004, 0.11081431298787942],
  [0.8476821620351103, 0.1652495223695143],
  [0.8050314851692001, 0.21687389031699977],
  [0.7664671008843108, 0.2659635028121397],
  [0.731428603316328, 0.3127556664073557],
];
const RECIPROCALS = Float64Array.from(TABLE, ([reciprocal]) => reciprocal);
const LOGARITHMS = Float64Array.from(TABLE, ([, logarithm]) => logarithm);

/** The coefficients of r⁴, r³ and r² in ln(1 + r). */
const LOG_4 = -0.25089342214237154;
const LOG_3 = 0.333456765744066;
const LOG_2 = -0.4999997485802103;

const scratch = new Float32Array(1);
const bits = new Int32Array(scratch.buffer);

/**
 * The natural logarithm in float32, with the bits of `logf` of the GNU C library (2.28 and later).
 *
 * *Method* (glibc's `e_logf.c` with the table of `e_logf_data.c`, by Szabolcs Nagy, from Arm's Optimized Routines): x = 2ᵏ·z with z in
 * [0.699, 1.398), and c is the table's number for the part that z is in. With r = z/c − 1, the result is k·ln 2 + ln c + ln(1 + r), where
 * a polynomial gives the last term. All steps are in double, and the sum is rounded to float32. Fused steps, as in one
 * of glibc's two versions, give the same float32 for every argument of the fills (`tests/numerics/glibc.test.ts`).
 * @param x a positive normal number of float32
 * @returns a number of float32
 */
export function logf(x: number): number {
  scratch[0] = x;
  const all = bits[0];
  const distance = (all - LOWEST_BITS) | 0;
  const part = (distance >>> 19) & 15;
  const k = distance >> 23;
  bits[0] = all - (distance & EXPONENT_BITS);
  const r = scratch[0] * RECIPROCALS[part] - 1;
  const r2 = r * r;
  return fround((LOG_4 * r2 + (LOG_3 * r + LOG_2)) * r2 + (LOGARITHMS[part] + k * LN2 + r));
}
