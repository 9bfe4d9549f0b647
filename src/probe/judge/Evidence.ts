import { isNormalization, isPassing, isWeighted } from '../kinds.js';
import type { ProbeData, ProbedOperation, ProbedParameter } from '../Probe.js';

/** What a judgement reads: the data of a probe without the judgement itself. */
export type Unjudged = Omit<ProbeData, 'findings' | 'verdict'>;

/**
 * The data of a probe with the look-ups of the judgement, and what is explained already. One cause gives one finding: a family
 * that found a cause marks the operations that show its consequences, and later families leave them out.
 */
export class Evidence {
  readonly operations: readonly ProbedOperation[];
  /** For each operation, the operations that use its value. */
  readonly consumers: readonly (readonly ProbedOperation[])[];
  /** The last weighted operation, which gives the logits of a classifier; `null` if there is none. */
  readonly readout: ProbedOperation | null;
  private readonly parameters: ReadonlyMap<string, ProbedParameter>;
  private readonly reaching: readonly boolean[];
  private readonly explainedForward = new Set<number>();
  private readonly explainedBackward = new Set<number>();
  /** Whether a finding says already why the scale of values or gradients is not as it should be. */
  isScaleExplained = false;
  /** The root mean square of the input, if it is far from 1; otherwise 1. */
  inputSize = 1;

  constructor(readonly data: Unjudged) {
    this.operations = data.operations;
    const consumers: ProbedOperation[][] = data.operations.map(() => []);
    for (const operation of data.operations) {
      for (const input of new Set(operation.inputs)) consumers[input].push(operation);
    }
    this.consumers = consumers;
    this.readout = data.operations.findLast(isWeighted) ?? null;
    this.parameters = new Map(data.parameters.map((parameter) => [parameter.path, parameter]));
    this.reaching = reachingWithoutNorm(data.operations, consumers);
  }

  parameter(path: string): ProbedParameter | undefined {
    return this.parameters.get(path);
  }

  /** The parameters of an operation. */
  parametersOf({ parameters }: ProbedOperation): ProbedParameter[] {
    return parameters.map((path) => this.parameters.get(path)).filter((found) => found !== undefined);
  }

  /** The weight of an operation: its first parameter with two dimensions or more. */
  weightOf(operation: ProbedOperation): ProbedParameter | null {
    return this.parametersOf(operation).find(({ shape }) => shape.length > 1) ?? null;
  }

  /** The single operation that uses a value, behind the addition of a bias; `null` if there are none or several. */
  next({ index }: ProbedOperation): ProbedOperation | null {
    const found = this.consumers[index];
    if (found.length !== 1) return null;
    const [user] = found;
    const isBias = user.kind === 'add' && user.inputs.length === 1 && user.parameters.length > 0;
    return isBias ? this.next(user) : user;
  }

  /**
   * Whether the scale of a value has an effect on the output: a path leads there without a normalisation, which would remove
   * the scale.
   */
  isScaleKept({ index }: ProbedOperation): boolean {
    return this.reaching[index];
  }

  /** Whether an operation comes after the last weighted one, or is it. */
  isTail({ index }: ProbedOperation): boolean {
    return this.readout === null || index >= this.readout.index;
  }

  /** The weighted operation whose value an operation scales or passes on, such as that before an activation. */
  weightedBefore(operation: ProbedOperation): ProbedOperation | null {
    for (let at: ProbedOperation | undefined = operation; at; at = this.operations[at.inputs[0]]) {
      if (isWeighted(at)) return at;
      if (at.inputs.length !== 1 && !isNormalization(at.kind) && !isPassing(at.kind)) return null;
    }
    return null;
  }

  /** Marks what follows from the value of an operation, the value itself included, as explained. */
  explainForward(operation: ProbedOperation): void {
    this.isScaleExplained = true;
    this.passOver(operation);
  }

  /** Marks the value of an operation and what follows as explained, although their scale is as meant. */
  passOver({ index }: ProbedOperation): void {
    for (const found of this.reach(index, (i) => this.consumers[i].map(({ index }) => index))) {
      this.explainedForward.add(found);
    }
  }

  /** Marks the gradients of an operation and of those before it as explained. */
  explainBackward({ index }: ProbedOperation): void {
    for (const found of this.reach(index, (i) => this.operations[i].inputs)) this.explainedBackward.add(found);
  }

  /** Marks all values and gradients as explained. */
  explainEverything(): void {
    this.isScaleExplained = true;
    for (const { index } of this.operations) {
      this.explainedForward.add(index);
      this.explainedBackward.add(index);
    }
  }

  isExplained({ index }: ProbedOperation, direction: 'forward' | 'backward'): boolean {
    return (direction === 'forward' ? this.explainedForward : this.explainedBackward).has(index);
  }

  private reach(start: number, next: (index: number) => readonly number[]): Set<number> {
    const found = new Set([start]);
    for (const index of found) for (const further of next(index)) found.add(further);
    return found;
  }
}

/** For each operation, whether a path leads from it to an output of the model that has no normalisation. */
function reachingWithoutNorm(
  operations: readonly ProbedOperation[],
  consumers: readonly (readonly ProbedOperation[])[],
): boolean[] {
  const reaching = operations.map(() => false);
  for (let i = operations.length - 1; i >= 0; i--) {
    reaching[i] =
      consumers[i].length === 0 || consumers[i].some(({ index, kind }) => !isNormalization(kind) && reaching[index]);
  }
  return reaching;
}
