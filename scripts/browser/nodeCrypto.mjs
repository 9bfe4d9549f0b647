// Replaces `createHash` of 'node:crypto' in a page. The browser's own hashes are only available as promises.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export function createHash() {
  const hash = sha256.create();
  return {
    update(bytes) {
      hash.update(bytes);
      return this;
    },
    digest: () => bytesToHex(hash.digest()),
  };
}
