import {
  countSeverities,
  type Finding,
  findingText,
  healthyFacts,
  type ProbeData,
  SIGNS,
  worstFirst,
} from 'initree/probe/show';
import type { Failure } from './messages.js';
import type { Side } from './state.js';

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
  const findings = probe === undefined ? [] : worstFirst(probe.findings);
  const [worst, ...rest] = findings;
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
            <span class={`is-${probe.verdict}`}>{probe.verdict}</span>
            {countSeverities(probe.findings)}.
          </p>
          {findings.length === 0
            ? healthyFacts(probe)
                .slice(0, 3)
                .map((fact) => <p key={fact}>{fact}</p>)
            : null}
          {worst === undefined ? null : (
            <>
              <ul class="findings worst">
                <FindingItem finding={worst} />
              </ul>
              <details>
                <summary>The whole finding{rest.length === 0 ? '' : `, and ${rest.length} more`}</summary>
                <ul class="findings">
                  {rest.map((finding) => (
                    <FindingItem key={finding.id + finding.path} finding={finding} />
                  ))}
                </ul>
              </details>
            </>
          )}
        </>
      )}
    </section>
  );
}

function FindingItem({ finding }: { readonly finding: Finding }) {
  const { fact, why, advice } = findingText(finding);
  return (
    <li class={finding.severity}>
      <span class={`label is-${finding.severity}`}>
        {SIGNS[finding.severity]} {finding.severity}
      </span>{' '}
      <span class="path">{finding.path}</span>: {fact} {why} {advice === '' ? null : <i>{advice}</i>}
    </li>
  );
}
