/** The words of the page, each in a sentence. */
const WORDS = [
  ['Dead unit', 'A unit of ReLU that is 0 for every example of the batch. It gets no gradient.'],
  ['Fan in, fan out', 'The number of inputs of a unit of a layer, and the number of units that use one of its inputs.'],
  [
    'Gain',
    'Of weights: a factor of their standard deviation. Of a layer: by how much it multiplies the mean square of the signal.',
  ],
  ['γ', 'The factor by which a normalisation multiplies each channel that it has normalised.'],
  ['Head', 'The last layer. It gives one number, a logit, for each class.'],
  ['Mean-field', 'Theory of infinitely wide layers, whose values are normally distributed.'],
  ['Policy', 'The rules that say how each weight and bias of a network starts.'],
  ['Residual branch', 'The layers whose value is added to their input, which skips them.'],
  ['rms', 'Root mean square: the size of a typical element.'],
  ['Saturated', 'Where an activation such as tanh is flat. Hardly any gradient passes.'],
  ['Singular values', 'The factors by which a matrix stretches its principal directions.'],
  ['Step, theory', 'Two predictions: from the measured input of one operation, and from the laws of all weights.'],
] as const;

/** The words of the page, to be unfolded. */
export function Glossary() {
  return (
    <details id="words">
      <summary>Words</summary>
      <dl>
        {WORDS.map(([word, meaning]) => (
          <>
            <dt>{word}</dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}
