/** Whether this is the full run of `npm run test:full`, which sets `INITREE_FULL=1` in the environment. */
export const isFullRun: boolean = process.env['INITREE_FULL'] !== undefined;
