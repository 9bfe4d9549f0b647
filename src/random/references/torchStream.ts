import type { Arithmetic } from '../../kernels/draw/Arithmetic.js';
import { drawUniforms } from '../../kernels/draw/drawUniforms.js';
import { fillInGroups } from '../fillInGroups.js';
import { permute } from '../randperm.js';
import { redrawOutside } from '../redrawOutside.js';
import type { Reference } from './Reference.js';

/**
 * The reference of a build of PyTorch's CPU generator. All builds draw the same words for a fill; the arithmetic that makes
 * numbers of them differs.
 */
export function torchStream<N extends string>(name: N, arithmetic: Arithmetic): Reference & { readonly name: N } {
  return {
    name,
    round: arithmetic.round,
    fillUniform: (data, dtype, from, to, stream) => drawUniforms(stream, data, dtype, from, to, arithmetic),
    fillNormal: (data, dtype, mean, std, stream) => fillInGroups(data, dtype, mean, std, stream, arithmetic),
    redrawOutside: (data, dtype, options, stream) => redrawOutside(data, dtype, options, stream, arithmetic),
    *permutations(rows, columns, settled, stream) {
      const order = new Uint32Array(rows);
      for (let column = 0; column < columns; column++) {
        permute(order, settled, stream);
        yield order;
      }
    },
  };
}
