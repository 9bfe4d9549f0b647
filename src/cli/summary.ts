import { skipFills } from '../init/fillLaw.js';
import { formatSummary } from '../nn/Summary.js';
import { TORCH_X86 } from '../random/references/torchX86.js';
import { foldSummary } from './foldSummary.js';
import { loadModel } from './loadModel.js';
import type { Input, ModelOptions } from './options.js';
import { isFitted, print, printJson, tableFormat } from './terminal.js';

interface SummaryOptions extends ModelOptions {
  readonly input?: readonly Input[];
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `initree summary`: shows layers, output shapes, parameters and multiply-adds, without drawing. */
export async function summary(
  text: string,
  { args = [], dtype = 'float32', input, all = false, json = false }: SummaryOptions,
): Promise<void> {
  const { model } = await loadModel(
    text,
    { args, seed: 0n, engine: 'mersenne', reference: TORCH_X86.name, dtype },
    skipFills,
  );
  const found = model.summary(
    input?.map(({ shape }) => shape),
    { dtype: input?.map(({ dtype }) => dtype) },
  );
  if (json) printJson(found);
  else print(isFitted(all) ? formatSummary(found, tableFormat(all), foldSummary) : String(found));
}
