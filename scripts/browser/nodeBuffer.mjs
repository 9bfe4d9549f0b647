// The global `Buffer` of Node in a page.
export { Buffer } from 'buffer/index.js';
