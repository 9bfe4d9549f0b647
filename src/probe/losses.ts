/** The names of the losses of a probe: the cross-entropy, the mean squared error, and mean(y²)/2. */
export const LOSSES: readonly string[] = ['cross-entropy', 'mse', 'mean-square'];
