/**
 * The most elements of a truncated normal that may draw again of which one piece is made. Drawing so many takes about as long as the
 * jumps by which more elements are cut.
 */
export const TOGETHER = 2 ** 20;
