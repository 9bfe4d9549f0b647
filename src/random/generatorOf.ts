import { ArgumentError, describeValue, isInstance } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import { Generator } from './Generator.js';
import { PhiloxEngine } from './PhiloxEngine.js';
import { RandomKey } from './RandomKey.js';

/**
 * A generator that draws the numbers of a key, from the first one on, as `torch.func._random` does. Its reference is
 * `'torch-stateless-2.15'`.
 *
 * One fill by `uniform_`, `normal_` or an initialiser has the numbers that PyTorch's function gives for the key; a second fill goes
 * on behind it. Integers, permutations and dropout masks use the words of the key as those of any generator, which is not what
 * `torch.func._random.randint` does.
 * @throws ArgumentError if `key` is no RandomKey
 * @example
 * ```ts
 * import { generatorOf, init, RandomKey, zeros } from 'initree';
 * const generator = generatorOf(RandomKey.ofParameter(42, 'fc.weight'));
 * console.log(generator.reference); // torch-stateless-2.15
 * console.log(init.uniform_(zeros([2]), 0, 1, { generator }).tolist()); // [ 0.024956583976745605, 0.640981912612915 ]
 * ```
 */
export function generatorOf(key: RandomKey): Generator {
  refuseSurplus('generatorOf', arguments, ['key']);
  if (!isInstance(key, RandomKey)) {
    throw new ArgumentError(`generatorOf expects a RandomKey, found ${describeValue(key)}; write new RandomKey(seed)`);
  }
  return Generator.from(new PhiloxEngine(key));
}
