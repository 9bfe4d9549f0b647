/** The number of rows of a weight, from the first one, of which a probe tells which are equal. */
export const KNOWN_ROWS = 128;
