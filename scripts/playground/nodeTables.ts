import { planView } from '../../src/probeShow.js';
import { readState } from '../../web/address.js';
import { examplesOf } from '../../web/examplesOf.js';
import { tablesOf } from '../../web/figureText.js';
import { Network } from '../../web/Network.js';
import { SIDES, VIEWS, type ViewName } from '../../web/state.js';

/** The tables of a figure on one side, as rows of cells. */
interface FigureTables {
  readonly view: string;
  readonly figure: string;
  readonly side: string;
  readonly tables: readonly (readonly (readonly string[])[])[];
}

/**
 * What the page shows of a state in the tables of all views, computed by this runtime.
 * @param hash the hash of an address
 * @param digits the content of `web/data/digits.bin`, uncompressed
 */
export async function nodeTables(hash: string, digits: Uint8Array): Promise<FigureTables[]> {
  const { state, problems } = readState(hash);
  if (problems.length > 0) throw new Error(problems.join(' '));
  const take = examplesOf(state.network, digits);
  const found: FigureTables[] = [];
  for (const side of SIDES) {
    const network = new Network(state, state[side], take);
    for (let step = 0; step < state.steps; step++) network.train(state.rate);
    const { signal } = new AbortController();
    const probe = await network.probe({ learningRate: state.rate, spectra: true, signal, onProgress: () => {} });
    for (const view of Object.keys(VIEWS) as ViewName[]) {
      for (const figure of planView(probe, view)) {
        found.push({ view, figure: figure.key, side, tables: tablesOf(figure).map(({ rows }) => rows) });
      }
    }
  }
  return found;
}
