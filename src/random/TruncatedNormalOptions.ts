/** N(mean, std²) cut off at a and b: by PyTorch's rejection, or by the inverse of Φ as PyTorch did up to 2.11. */
export interface TruncatedNormalOptions {
  readonly mean: number;
  readonly std: number;
  readonly a: number;
  readonly b: number;
  readonly method: 'rejection' | 'inverse';
}
