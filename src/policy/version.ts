/** The version of the package, as in package.json: reports name it. */
export const VERSION = '0.1.0';
