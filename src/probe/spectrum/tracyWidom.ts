/** Where the largest singular value of a random matrix lies, and how much it varies. */
export interface SpectralEdge {
  readonly expected: number;
  readonly scale: number;
}

/**
 * The largest singular value of a matrix of independent elements with mean 0 (Johnstone 2001): σ_max² = std²·(μ + τ·TW₁) with
 * μ = (√(n − 1) + √m)² and τ = (√(n − 1) + √m)·(1/√(n − 1) + 1/√m)^⅓. `expected` is std·√μ, and `scale` is the change of σ_max for
 * one τ. The Tracy–Widom distribution TW₁ has mean −1.21 and standard deviation 1.27.
 * @param std the standard deviation of the elements, ≥ 0
 */
export function spectralEdge(rows: number, columns: number, std: number): SpectralEdge {
  const n = Math.max(rows, columns);
  const m = Math.min(rows, columns);
  const root = Math.sqrt(n - 1) + Math.sqrt(m);
  // One row and one column: there is nothing to add to 1/√m.
  const inverse = (n > 1 ? 1 / Math.sqrt(n - 1) : 0) + 1 / Math.sqrt(m);
  const tau = root * Math.cbrt(inverse);
  return { expected: std * root, scale: (std * tau) / (2 * root) };
}
