// What other libraries make of files of this package, and this package of theirs: `npm run test:interop`. Without Python and the
// libraries it checks nothing, says so, and succeeds. INITREE_PYTHON names the interpreter; default: python3.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFullRun } from '../isFullRun.js';
import { checkFolders } from './folders.js';
import { checkLarge } from './large.js';
import { checkSlices } from './slices.js';

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
    await checkSlices(python, mkdtempSync(join(place, 'slices-')));
    if (isFullRun) await checkLarge(python, mkdtempSync(join(place, 'large-')));
    else
      console.log(
        'skipped: 2 billion parameters; INITREE_FULL=1 compares them, with 5 GB on the disk and some minutes',
      );
  } finally {
    rmSync(place, { recursive: true });
  }
}
