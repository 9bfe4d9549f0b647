/*
 * The layout of a module's memory, which is one page, in bytes. `kernels/draw/SimdDrawKernels.ts` has the same addresses.
 * Literal constants lie below these, from `--memoryBase` on.
 */

/** The constants that the module computes when it starts. */
export const DOUBLES: usize = 768;
/** The 624 words of a block of MT19937, and copies of the first four. */
export const BLOCK: usize = 1024;
/** The running sums of moments: eight doubles, then eight floats. */
export const SUMS: usize = 3584;
/** The list of groups of 16 elements: for each group the index of its first element, as i32. */
export const GROUPS: usize = 4096;
/** The workspace, in which 4,096 words become numbers in place. An element has 4 bytes, and a double 8. */
export const WORK: usize = 8192;
/** The 4,096 floats that rejection sampling tests. */
export const VALUES: usize = 45056;
