/** The version of the package, equal to `version` in package.json. Reports and the command print it. */
export const VERSION = '0.1.0';
