import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definePolicy, init, manualSeed, nn, parameter } from 'initree';
import { finishFolder, initializeToFile, initializeToFolder } from 'initree/node';

const dtype = 'bfloat16';

/** 2.1 billion parameters in bfloat16. The table has 2.3 GB. */
class Large extends nn.Module {
  table = new nn.Embedding(280_000, 4096, { dtype });
  wide = new nn.Linear(4096, 130_000, { dtype });
  normed = new nn.LayerNorm(4096, { dtype });
  cut = new nn.Linear(4096, 30_000, { bias: false, dtype });
  head = new nn.Linear(4099, 77_777, { dtype });

  override forward(x: never): never {
    return x;
  }
}

const policy = definePolicy('large', [
  parameter('table.weight', init.normal(0, 0.02)),
  parameter('wide.weight', init.uniform(-0.1, 0.1)),
  parameter('wide.bias', init.normal(0, 1)),
  parameter('normed.weight', init.ones()),
  parameter('normed.bias', init.zeros()),
  parameter('cut.weight', init.truncNormal({ std: 0.02, a: -0.04, b: 0.04 })),
  parameter('head.weight', init.kaimingUniform()),
  parameter('head.bias', init.uniform(-0.01, 0.01)),
]);

/**
 * Compares a model of more than 2 billion parameters, with a tensor above 2 GiB, with PyTorch, tensor by tensor: as one file, as a folder
 * of two processes, and as slices. It takes 5 GB on the disk at a time.
 * @param place an empty folder
 */
export async function checkLarge(python: string, place: string): Promise<void> {
  const script = fileURLToPath(new URL('checkLarge.py', import.meta.url));
  const build = () => {
    manualSeed(0);
    return nn.skipInit(() => nn.deferInit(() => new Large()));
  };
  const write: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    file: async (path) => {
      mkdirSync(path);
      await initializeToFile(build(), policy, join(path, 'model.safetensors'));
    },
    folder: async (path) => {
      for (const rank of [1, 0])
        await initializeToFolder(build(), policy, path, { maxShardSize: '1GB', rank, world: 2 });
      await checkFinished(path);
    },
    slices: async (path) => {
      for (const rank of [1, 0]) {
        await initializeToFolder(build(), policy, path, { layout: 'dcp', shards: 5, rank, world: 2 });
      }
      await checkFinished(path);
    },
  };
  for (const [name, run] of Object.entries(write)) {
    const path = join(place, name);
    await run(path);
    console.log(`large, ${name}: written, at most ${Math.round(process.resourceUsage().maxRSS / 1e3)} MB in memory`);
    execFileSync(python, [script, path], { stdio: 'inherit' });
    rmSync(path, { recursive: true });
  }
}

async function checkFinished(path: string): Promise<void> {
  const { problems } = await finishFolder(path);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
