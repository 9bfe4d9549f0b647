import { ArgumentError, describeValue, isPlainObject } from '../errors.js';
import { constantLaw } from '../laws/constant.js';
import { refuseSurplus } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * An initialiser that sets every element to `value`, for tensors of any shape and dtype. `law()` and `fill()` report a
 * wrong `value`.
 * @param value a number that the tensor's dtype can hold
 */
export function constant(value: number): Initializer {
  refuseSurplus('init.constant', arguments, ['value']);
  checkPlace('init.constant(', value);
  return defineInitializer('constant', { value }, () => constantLaw(value));
}

/** An initialiser that sets every element to 1, for tensors of any shape and dtype. */
export function ones(): Initializer {
  refuseSurplus('init.ones', arguments, []);
  return defineInitializer('ones', {}, () => constantLaw(1));
}

/** An initialiser that sets every element to 0, for tensors of any shape and dtype. */
export function zeros(): Initializer {
  refuseSurplus('init.zeros', arguments, []);
  return defineInitializer('zeros', {}, () => constantLaw(0));
}

/**
 * Fills `tensor`, of any shape and dtype, with `value`, and returns it (`torch.nn.init.constant_`).
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ArgumentError if `value` is not a number that the dtype can hold
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.constant_(zeros([3]), 0.5)); // tensor([0.5000, 0.5000, 0.5000])
 * ```
 */
export function constant_<T extends Tensor | null>(tensor: T, value: number): T {
  refuseSurplus('init.constant_', arguments, ['tensor', 'value']);
  checkPlace('init.constant_(tensor, ', value);
  return tensor === null ? tensor : constant(value).fill(tensor);
}

/**
 * Fills `tensor`, of any shape and dtype, with ones, and returns it (`torch.nn.init.ones_`).
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.ones_(zeros([3]))); // tensor([1., 1., 1.])
 * ```
 */
export function ones_<T extends Tensor | null>(tensor: T): T {
  refuseSurplus('init.ones_', arguments, ['tensor']);
  return tensor === null ? tensor : ones().fill(tensor);
}

/**
 * Fills `tensor`, of any shape and dtype, with zeros, and returns it (`torch.nn.init.zeros_`).
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @example
 * ```ts
 * import { init, ones } from 'initree';
 * console.log(init.zeros_(ones([3]))); // tensor([0., 0., 0.])
 * ```
 */
export function zeros_<T extends Tensor | null>(tensor: T): T {
  refuseSurplus('init.zeros_', arguments, ['tensor']);
  return tensor === null ? tensor : zeros().fill(tensor);
}

/** Refuses an object of options in place of the value. */
function checkPlace(call: string, value: unknown): void {
  if (!isPlainObject(value)) return;
  const [meant] = Object.values(value);
  throw new ArgumentError(
    `${call}value) takes value by position, found { ${Object.keys(value).join(', ')} }; write ${call}${typeof meant === 'number' ? describeValue(meant) : 'value'})`,
  );
}
