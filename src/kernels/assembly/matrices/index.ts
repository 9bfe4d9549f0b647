export { exponentiate } from './exponential';
export { pack } from './pack';
export { maxPool } from './pooling';
export { multiply } from './tiles';
export { gather, scatter } from './windows';
