/**
 * N(mean, std²) truncated to [a, b]: by rejection, as PyTorch does, or by the inverse of Φ, as PyTorch did up to
 * version 2.11.
 */
export interface TruncatedNormalOptions {
  readonly mean: number;
  readonly std: number;
  readonly a: number;
  readonly b: number;
  readonly method: 'rejection' | 'inverse';
}
