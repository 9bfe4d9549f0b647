import { upperHalf } from './lanes';
import { SUMS, WORK } from './memory';

/**
 * Adds `count` floats, a multiple of 4, to the running sums. These are four sums of differences to `origin`, four sums of the
 * squared differences, then four minima and four maxima as floats. The method is that of `kernels/draw/sampleMoments.ts`.
 */
export function addMoments(count: i32, origin: f64): void {
  const start = f64x2.splat(origin);
  let sumLow = v128.load(SUMS);
  let sumHigh = v128.load(SUMS, 16);
  let squaresLow = v128.load(SUMS, 32);
  let squaresHigh = v128.load(SUMS, 48);
  let least = v128.load(SUMS, 64);
  let most = v128.load(SUMS, 80);
  const end = WORK + <usize>count * 4;
  for (let at = WORK; at < end; at += 16) {
    const value = v128.load(at);
    const low = f64x2.sub(f64x2.promote_low_f32x4(value), start);
    const high = f64x2.sub(f64x2.promote_low_f32x4(upperHalf(value)), start);
    sumLow = f64x2.add(sumLow, low);
    sumHigh = f64x2.add(sumHigh, high);
    squaresLow = f64x2.add(squaresLow, f64x2.mul(low, low));
    squaresHigh = f64x2.add(squaresHigh, f64x2.mul(high, high));
    least = f32x4.pmin(least, value);
    most = f32x4.pmax(most, value);
  }
  v128.store(SUMS, sumLow);
  v128.store(SUMS, sumHigh, 16);
  v128.store(SUMS, squaresLow, 32);
  v128.store(SUMS, squaresHigh, 48);
  v128.store(SUMS, least, 64);
  v128.store(SUMS, most, 80);
}
