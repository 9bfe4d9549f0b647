/** Why a figure cannot be predicted: a short name, and the sentence for readers. */
export const REASONS = {
  'no formula': 'This kind of operation has no formula for its second moment.',
  shared:
    'The operation uses a parameter that was used before on the path, so weights and inputs depend on each other.',
  'sum unknown': 'The weights have a mean other than 0, and the sum of their inputs was not measured.',
  'no gradient': 'No gradient of the loss arrives at this value.',
  loss: 'This loss is a function of the value, so its gradient depends on the weights of the last layer.',
  output: 'The gradient of an output is that of the loss, from which the predictions begin.',
  'not finite': 'A figure that the formula needs is not finite.',
  'not positive': 'A figure that the formula needs is 0, and the formula divides by it.',
  discontinuous: 'The activation has a jump, so the correlation of two inputs changes at any distance.',
  grows: 'The second moment grows without bound.',
  vanishes: 'The second moment decays to 0, where no correlation is defined.',
  kept: 'The layers are linear and keep the correlation of two inputs, so there is no depth at which it is lost.',
  critical: 'The difference decays more slowly than exponentially, so no depth bounds it.',
  'no edge': 'With this variance of the biases, no variance of the weights gives χ₁ = 1 at a stable second moment.',
} as const;

/** The short name of a reason in {@link REASONS}. */
export type Reason = keyof typeof REASONS;
