import { formatNumber } from '../../formatTable.js';
import type { ProbeData } from '../Probe.js';

/** What can be said of a probe in sentences besides its findings: the loss, the activations, the gradients, the rest. */
export function healthyFacts(probe: ProbeData): string[] {
  return [
    describeFindings(probe),
    describeLoss(probe),
    describeForward(probe),
    describeBackward(probe),
    describeUnits(probe),
    describeValues(probe),
  ].filter((text) => text !== null);
}

function describeFindings({ findings, failure, operations }: ProbeData): string | null {
  if (findings.length > 0 || failure !== null || operations.length === 0) return null;
  return 'Nothing that was measured is outside of what is usual in a healthy network.';
}

function describeLoss({ loss }: ProbeData): string | null {
  if (loss === null) return 'The probe ran forwards only: there is no loss, and there are no gradients.';
  if (loss.expected === null) return `The loss is ${formatNumber(loss.value)}.`;
  return `The loss is ${formatNumber(loss.value)}; a network that knows nothing has ln(classes) = ${formatNumber(loss.expected)}.`;
}

function describeForward({ operations }: ProbeData): string | null {
  const range = rangeOf(operations.map(({ forward }) => forward.std));
  return range === null
    ? null
    : `The standard deviation of the activations lies between ${range} over ${operations.length} operations.`;
}

function describeBackward({ operations }: ProbeData): string | null {
  const range = rangeOf(
    operations.map(({ gradient }) => (gradient === null ? Number.NaN : Math.sqrt(gradient.meanSquare))),
  );
  return range === null ? null : `The root mean square of their gradients lies between ${range}.`;
}

function describeUnits({ operations }: ProbeData): string | null {
  const counted = operations.filter(({ dead }) => dead !== null);
  if (counted.length === 0 || counted.some(({ dead }) => dead !== 0)) return null;
  return 'Every unit is active for at least one sample of the batch.';
}

function describeValues({ operations }: ProbeData): string {
  const wrong = operations.filter(({ forward }) => forward.nonFinite > 0);
  if (wrong.length === 0) return 'Every activation is finite.';
  return `Elements that are NaN or infinite appear in ${wrong.length} of ${operations.length} operations, first in ${wrong[0].label}.`;
}

function rangeOf(values: readonly number[]): string | null {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return null;
  const least = finite.reduce((a, b) => Math.min(a, b));
  const most = finite.reduce((a, b) => Math.max(a, b));
  return `${formatNumber(least)} and ${formatNumber(most)}`;
}
