export { pack } from './pack';
export { multiply } from './tiles';
export { gather, scatter } from './windows';
