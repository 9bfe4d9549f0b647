// Checked by the type check of `npm test`: a new kind of law that the table or its file does not treat in full must not
// compile.
import { bindLaw } from '../../src/laws/bindLaw.js';
import type { Law, NormalLaw } from '../../src/laws/Law.js';
import type { LawOperations } from '../../src/laws/LawOperations.js';
import { NORMAL } from '../../src/laws/normal.js';
import { LAWS, type LawTable } from '../../src/laws/table.js';

/** A law that does not exist: every second element is `value`. */
interface StripesLaw {
  readonly kind: 'stripes';
  readonly value: number;
}

const STRIPES: LawOperations<StripesLaw> = {
  check() {},
  moments: ({ value }) => ({ mean: value / 2, std: value / 2, min: 0, max: value }),
  positionAfter: (_law, _shape, _dtype, position) => position,
  *write() {},
  cost: () => 0,
};

type Table = LawTable<Law | StripesLaw>;

({ ...LAWS, stripes: STRIPES }) satisfies Table;
// @ts-expect-error the table lacks the new kind
LAWS satisfies Table;
// @ts-expect-error the table has the operations of another kind in its place
({ ...LAWS, stripes: NORMAL }) satisfies Table;
// @ts-expect-error a kind that is not in the union
({ ...LAWS, stripes: STRIPES }) satisfies LawTable<Law>;

const { positionAfter: _, ...incomplete } = STRIPES;
// @ts-expect-error without this operation, every parameter after the law would be planned at a wrong position
incomplete satisfies LawOperations<StripesLaw>;
const { write: _write, ...unwritten } = STRIPES;
// @ts-expect-error a law that cannot be written
unwritten satisfies LawOperations<StripesLaw>;

const normal: NormalLaw = { kind: 'normal', mean: 0, std: 1 };
bindLaw(normal, NORMAL);
// @ts-expect-error the operations of another kind
bindLaw(normal, LAWS.uniform);
