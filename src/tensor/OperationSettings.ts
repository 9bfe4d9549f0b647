/** What a recorded operation computes, as plain data, for code that observes operations. */
export interface OperationSettings {
  /**
   * The kind of the operation in `torch.nn.functional`'s words: `'linear'`, `'conv'`, `'conv_transpose'`, `'relu'`, `'add'`,
   * `'max_pool'`, `'batch_norm'`, `'view'`, ….
   */
  readonly kind: string;
  /** The numbers that it was called with: strides, paddings, dilations, groups, slopes, probabilities, …. */
  readonly values?: Readonly<Record<string, number | boolean | string | null | readonly number[]>>;
}
