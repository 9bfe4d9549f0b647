/*
 * The one page of memory of a module, in bytes; `kernels/draw/SimdKernels.ts` has the same addresses. Constants lie below, from
 * `--memoryBase` on.
 */

/** Constants that are computed when the module starts. */
export const DOUBLES: usize = 512;
/** The 624 words of a block, and four more that repeat the first ones. */
export const BLOCK: usize = 1024;
/** Running sums of moments: eight doubles, eight floats. */
export const SUMS: usize = 3584;
/** Groups of 16 by the index of their first element, one i32 each. */
export const GROUPS: usize = 4096;
/** 4,096 elements on their way from words to numbers, in place: 4 bytes each, a double 8. */
export const WORK: usize = 8192;
/** As many floats, which some of the numbers are to replace. */
export const VALUES: usize = 45056;
