export { normalGlibc, normalPairs } from './glibc';
export { fromBfloat16, fromFloat16, replaceHalves, toBfloat16, toFloat16 } from './halves';
export { drawWords, skipBlocks } from './mersenne';
export { addMoments } from './moments';
export { normal } from './normal';
export { findOutside, gatherGroups, replaceOutside } from './outside';
export { philoxBlocks } from './philox';
export { fuses } from './probe';
export { 
  uniformDoubleProduct,
  uniformDoubleRange,
  uniformDoubleUnfused,
  uniformProduct,
  uniformRange,
  uniformUnfused,
} from './uniform';
