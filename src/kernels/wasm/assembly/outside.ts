import { GROUPS, VALUES, WORK } from './memory';

@inline
function outside(at: usize, low: v128, high: v128): v128 {
  const value = v128.load(at);
  return v128.or(f32x4.lt(value, low), f32x4.gt(value, high));
}

/** Lists the groups of 16 that have a value outside [low, high]. Returns the number of these groups. */
export function findOutside(count: i32, low: f32, high: f32): i32 {
  const a = f32x4.splat(low);
  const b = f32x4.splat(high);
  let found: i32 = 0;
  for (let group: i32 = 0; group < count; group += 16) {
    const at = VALUES + <usize>group * 4;
    const any = v128.or(
      v128.or(outside(at, a, b), outside(at + 16, a, b)),
      v128.or(outside(at + 32, a, b), outside(at + 48, a, b)),
    );
    store<i32>(GROUPS + <usize>found * 4, group);
    found += i32(v128.any_true(any));
  }
  return found;
}

/** Moves the words of the first `found` listed groups to the start of the workspace. */
export function gatherGroups(found: i32): void {
  let to = WORK;
  for (let k: i32 = 0; k < found; k++) {
    const from = WORK + <usize>load<i32>(GROUPS + <usize>k * 4) * 4;
    for (let i: usize = 0; i < 64; i += 16) v128.store(to + i, v128.load(from + i));
    to += 64;
  }
}

/**
 * Replaces the values outside [low, high] in the first `found` listed groups by the numbers in the workspace. Returns 1 if one
 * of the new values is outside too, else 0.
 */
export function replaceOutside(found: i32, low: f32, high: f32): i32 {
  const a = f32x4.splat(low);
  const b = f32x4.splat(high);
  let again = i32x4.splat(0);
  let fresh = WORK;
  for (let k: i32 = 0; k < found; k++) {
    const group = VALUES + <usize>load<i32>(GROUPS + <usize>k * 4) * 4;
    for (let i: usize = 0; i < 64; i += 16) {
      const isOutside = outside(group + i, a, b);
      v128.store(group + i, v128.bitselect(v128.load(fresh + i), v128.load(group + i), isOutside));
      again = v128.or(again, outside(group + i, a, b));
    }
    fresh += 64;
  }
  return i32(v128.any_true(again));
}
