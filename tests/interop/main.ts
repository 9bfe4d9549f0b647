// What other libraries make of files of this package, and this package of theirs: `npm run test:interop`. Without Python and the
// libraries it checks nothing, says so, and succeeds. INITREE_PYTHON names the interpreter; default: python3.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFolders } from './folders.js';

const python = process.env['INITREE_PYTHON'] ?? 'python3';
const LIBRARIES = ['torch', 'torchvision', 'transformers', 'safetensors', 'huggingface_hub'];

const { status, error, stderr } = spawnSync(python, ['-c', `import ${LIBRARIES.join(', ')}`], { encoding: 'utf8' });
if (error || status !== 0) {
  const reason = error?.message ?? stderr.trim().split('\n').at(-1);
  console.log(
    `skipped: ${python} cannot import ${LIBRARIES.join(', ')} (${reason}); INITREE_PYTHON names another interpreter`,
  );
} else {
  const place = mkdtempSync(join(tmpdir(), 'initree-interop-'));
  try {
    await checkFolders(python, place);
  } finally {
    rmSync(place, { recursive: true });
  }
}
