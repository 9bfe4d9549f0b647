/** Whether this is the full run of `npm run test:full`, which sets `INITREE_FULL=1` in the environment; a browser has none. */
export const isFullRun: boolean = typeof process !== 'undefined' && process.env['INITREE_FULL'] !== undefined;
