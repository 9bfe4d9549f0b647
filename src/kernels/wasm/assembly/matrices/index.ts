export { multiplyDoubles } from './doubleTiles';
export { exponentiate } from './exponential';
export { pack, packDoubles } from './pack';
export { maxPool } from './pooling';
export { multiply } from './tiles';
export { gather, scatter } from './windows';
