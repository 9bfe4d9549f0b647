// Provides Node's global `Buffer` in a page.
export { Buffer } from 'buffer/index.js';
