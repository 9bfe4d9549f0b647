import { checkSynchronous } from '../errors.js';
import type { Dense } from './Dense.js';
import type { OperationSettings } from './OperationSettings.js';

/** One operation at the moment when it has computed its value. */
export interface ObservedOperation {
  /** PyTorch's name of the operation's gradient, such as `'AddBackward0'`. */
  readonly name: string;
  readonly inputs: readonly Dense[];
  readonly value: Dense;
  /** What the operation computes, where its name does not tell it. */
  readonly settings: OperationSettings | undefined;
  /** The entry of the value on the tape; `null` if the operation is not recorded. */
  readonly entry: object | null;
  /** Whether the operation is a step of another one, which is observed as a whole. */
  readonly isStep: boolean;
}

/** Receives every operation and every gradient of an operation, while {@link observeOperations} runs. */
export interface OperationObserver {
  /** An operation has computed its value. */
  computed(operation: ObservedOperation): void;
  /** A tensor is about to be written in place by the method `name`. */
  writing(name: string, tensor: Dense): void;
  /** The gradient of the value of an operation is complete. */
  gradient(entry: object, gradient: Dense): void;
  /** A second gradient, or a further one, arrives at the value of an operation; `sum` is the sum of the earlier ones. */
  gradientsMeet(entry: object, sum: Dense, part: Dense): void;
}

/** The observer of all operations; `null` if there is none. */
export let observer: OperationObserver | null = null;

let isStep = false;

/**
 * Runs `body`; `watching` receives its operations.
 * @returns the result of `body`
 * @throws ArgumentError if `body` returns a promise: operations after its first `await` would not be observed
 */
export function observeOperations<T>(watching: OperationObserver | null, body: () => T): T {
  const before = observer;
  observer = watching;
  try {
    return checkSynchronous('observeOperations()', body());
  } finally {
    observer = before;
  }
}

/** Runs `body`, whose operations are steps of an operation that is recorded afterwards as a whole. */
export function asSteps<T>(body: () => T): T {
  if (observer === null) return body();
  const before = isStep;
  isStep = true;
  try {
    return body();
  } finally {
    isStep = before;
  }
}

/** Tells the observer of an operation. */
export function reportOperation(
  watching: OperationObserver,
  name: string,
  inputs: readonly Dense[],
  value: Dense & { readonly entry: object | null },
  settings: OperationSettings | undefined,
): void {
  watching.computed({ name, inputs, value, settings, entry: value.entry, isStep });
}
