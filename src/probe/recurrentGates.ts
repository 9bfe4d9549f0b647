/** The gates of each kind of recurrent operation, in the order of the rows of its parameters. */
const GATES: Readonly<Record<string, readonly string[]>> = {
  lstm: ['input', 'forget', 'cell', 'output'],
  gru: ['reset', 'update', 'candidate'],
  rnn: ['state'],
};

/** The gates of an operation; `undefined` if it is not recurrent. */
export const gatesOf = (kind: string): readonly string[] | undefined => GATES[kind];
