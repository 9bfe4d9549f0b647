import { type Finding, type ProbeData, type Verdict, worstFirst } from 'initree/probe/show';

interface Judged {
  readonly verdict: Verdict;
  /** What the verdict is about, the worst finding first. */
  readonly findings: readonly Finding[];
  /** What the learning rate makes of it, which is not a property of the weights. */
  readonly atRate: readonly Finding[];
}

const VERDICTS = { error: 'broken', warning: 'suspicious', note: 'healthy' } as const;

/** The verdict on the weights alone, whatever the learning rate is. */
export function verdictOf(probe: ProbeData | undefined): Judged {
  const all = worstFirst(probe?.findings ?? []);
  const isOfRate = ({ id }: Finding) => id.startsWith('updates-');
  const findings = all.filter((finding) => !isOfRate(finding));
  return {
    verdict: VERDICTS[findings[0]?.severity ?? 'note'],
    findings,
    atRate: all.filter(isOfRate),
  };
}
