/** The density of the singular values of a large random matrix. */
export interface MarchenkoPastur {
  /** The ends of the bulk: std·|√rows ± √columns|. */
  readonly from: number;
  readonly to: number;
  /** The density at a singular value; its integral over the bulk is 1. It is 0 outside the bulk. */
  readonly density: (singularValue: number) => number;
}

/**
 * The density of the singular values of a matrix of independent elements with mean 0 (Marchenko & Pastur 1967).
 * @param std the standard deviation of the elements, > 0
 */
export function marchenkoPastur(rows: number, columns: number, std: number): MarchenkoPastur {
  const m = Math.min(rows, columns);
  const from = std * Math.abs(Math.sqrt(rows) - Math.sqrt(columns));
  const to = std * (Math.sqrt(rows) + Math.sqrt(columns));
  const scale = Math.PI * m * std * std;
  const density = (s: number) => {
    if (s < from || s > to) return 0;
    // At s = from = 0 of a square matrix, one factor s cancels.
    const lower = from === 0 ? 1 : Math.sqrt((s - from) * (s + from)) / s;
    return (lower * Math.sqrt((to - s) * (to + s))) / scale;
  };
  return { from, to, density };
}
