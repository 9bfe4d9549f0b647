// Local names, as in kernels/draw/boxMullerFloat32.ts.
const { fround, round } = Math;

const QUARTER_TURN = Math.PI / 2;
const QUARTERS = 2 / Math.PI;

/** The coefficients of x³, x⁵ and x⁷ in the sine. */
const SIN_3 = -0.16666654943701084;
const SIN_5 = 0.008332178146138854;
const SIN_7 = -0.00019517298981385725;
/** The coefficients of x², x⁴, x⁶ and x⁸ in the cosine. */
const COS_2 = -0.49999999725108224;
const COS_4 = 0.041666623324344516;
const COS_6 = -0.001388676379437604;
const COS_8 = 0.000024390450703564542;

/**
 * The sine and the cosine of an angle in float32, with the bits of `sinf` and `cosf` of the GNU C library (2.28 and later) on x86-64.
 *
 * *Method* (glibc's `s_sinf.c`, `s_cosf.c` and `s_sincosf.h`, by Wilco Dijkstra, from Arm's Optimized Routines): the nearest multiple of π/2 is
 * subtracted in double, a polynomial in double gives either function of the rest, and each is rounded to float32 once.
 * glibc treats angles below 0.75 and below 2⁻¹² apart. The steps here give the same float32 for them.
 * @param angle a number of float32 in [0, 2π]
 * @returns two numbers of float32
 */
export function sinCosf(angle: number): { readonly sin: number; readonly cos: number } {
  const quarter = round(angle * QUARTERS);
  const x = angle - quarter * QUARTER_TURN;
  const x2 = x * x;
  const x3 = x * x2;
  const x4 = x2 * x2;
  const sine = fround(x + x3 * SIN_3 + x3 * x2 * (SIN_5 + x2 * SIN_7));
  const cosine = fround(1 + x2 * COS_2 + x4 * COS_4 + x4 * x2 * (COS_6 + x2 * COS_8));
  switch (quarter & 3) {
    case 0:
      return { sin: sine, cos: cosine };
    case 1:
      return { sin: cosine, cos: -sine };
    case 2:
      return { sin: -sine, cos: -cosine };
    default:
      return { sin: -cosine, cos: sine };
  }
}
