import { countSeverities, type Finding, findingText, healthyFacts, type ProbeData, SIGNS } from 'initree/probe/show';
import { useMemo } from 'preact/hooks';
import type { Failure } from './messages.js';
import type { Side } from './state.js';
import { verdictOf } from './verdictOf.js';

/** The verdict of one side in sentences. Of the worst finding two lines are seen until the others are unfolded. */
export function Verdict({
  side,
  name,
  probe,
  failure,
  nothing,
  steps,
}: {
  readonly side: Side;
  readonly name: string;
  readonly probe: ProbeData | undefined;
  readonly failure: Failure | undefined;
  /** What is said while there is no verdict. */
  readonly nothing: string;
  readonly steps: number;
}) {
  const { verdict, findings, atRate } = useMemo(() => verdictOf(probe), [probe]);
  const [worst, ...rest] = findings;
  const folded = worst === undefined ? atRate.length - 1 : rest.length + atRate.length;
  return (
    <section class="verdict-of" data-side={side} aria-label={`Verdict, ${side}`}>
      <h3>
        <span class="which">{side}</span> {name}
      </h3>
      {failure === undefined ? null : (
        <p class="message error" role="alert">
          {failure.message}
        </p>
      )}
      {probe === undefined ? (
        <p class="nothing">{failure === undefined ? nothing : 'Nothing was measured.'}</p>
      ) : (
        <>
          <p class="verdict">
            {steps === 0
              ? 'The start of this network is '
              : `After ${steps} ${steps === 1 ? 'step' : 'steps'} this network is `}
            <span class={`is-${verdict}`}>{verdict}</span>
            {countSeverities(findings)}.
          </p>
          {findings.length === 0
            ? healthyFacts(probe)
                .slice(0, 3)
                .map((fact) => (
                  <p key={fact} class="fact">
                    {fact}
                  </p>
                ))
            : null}
          {worst === undefined ? null : (
            <ul class="findings worst">
              <FindingItem finding={worst} isTrained={steps > 0} />
            </ul>
          )}
          {findings.length + atRate.length === 0 ? null : (
            <details>
              <summary>
                {worst === undefined ? 'With this learning rate' : 'The whole finding'}
                {folded === 0 ? '' : `, and ${folded} more`}
              </summary>
              <ul class="findings">
                {rest.map((finding) => (
                  <FindingItem key={finding.id + finding.path} finding={finding} isTrained={steps > 0} />
                ))}
              </ul>
              {atRate.map((finding) => {
                const { fact, advice } = findingText(finding);
                return (
                  <p key={finding.id}>
                    With this learning rate: {fact} <i>{advice}</i>
                  </p>
                );
              })}
            </details>
          )}
        </>
      )}
    </section>
  );
}

function FindingItem({ finding, isTrained }: { readonly finding: Finding; readonly isTrained: boolean }) {
  const { fact, why, advice } = findingText(finding);
  // Advice on the start comes too late for a network that is trained.
  const isLate = advice === '' || (isTrained && advice.includes('init.'));
  return (
    <li class={finding.severity}>
      <span class={`label is-${finding.severity}`}>
        {SIGNS[finding.severity]} {finding.severity}
      </span>{' '}
      <span class="path">{finding.path}</span>: {fact} {why} {isLate ? null : <i>{advice}</i>}
    </li>
  );
}
