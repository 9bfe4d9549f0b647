// Checked by the type check of `npm test`: each @ts-expect-error is a program that must not compile.
import { nn } from 'initree';

const heads = new nn.ModuleDict({ label: new nn.Linear(8, 10), act: new nn.ReLU() });
heads.get('label').outFeatures satisfies number;
heads.get('act') satisfies nn.ReLU;
heads.keys() satisfies ('label' | 'act')[];
for (const [name, module] of heads) [name satisfies 'label' | 'act', module satisfies nn.Linear | nn.ReLU];
// @ts-expect-error a misspelt name
heads.get('lable');
// @ts-expect-error a ReLU has no outFeatures
heads.get('act').outFeatures;

// One class for all names.
const layers: nn.ModuleDict<nn.Linear> = new nn.ModuleDict<nn.Linear>({ first: new nn.Linear(1, 1) });
layers.get('any name').inFeatures satisfies number;
new nn.ModuleDict(new Map([['x', new nn.Linear(1, 1)]])).get('x').inFeatures satisfies number;
new nn.ModuleDict([['x', new nn.Linear(1, 1)]]).get('x').inFeatures satisfies number;
// @ts-expect-error not a Linear
new nn.ModuleDict<nn.Linear>({ first: new nn.ReLU() });
const anything = new nn.ModuleDict();
anything.set('a', new nn.ReLU()).get('a') satisfies nn.Module;
((dicts: nn.ModuleDict[]) => dicts)([heads, layers, anything]);
new nn.ModuleDict(heads);

const named = new nn.Sequential({ hidden: new nn.Linear(1, 2), act: new nn.ReLU() });
named.get('hidden').outFeatures satisfies number;
// @ts-expect-error a misspelt name
named.get('hiden');
const inOrder = new nn.Sequential(new nn.Linear(1, 2), new nn.ReLU());
inOrder.get('0') satisfies nn.Module;
const others = [
  new nn.Sequential(),
  new nn.Sequential(new nn.ReLU()),
  new nn.Sequential(new Map([['a', new nn.ReLU()]])),
];
((sequences: nn.Sequential[]) => sequences)([named, inOrder, ...others]);
new nn.Sequential(...[1, 2].map((size) => new nn.Linear(size, size)), new nn.ReLU());

export class Net extends nn.Sequential {
  constructor() {
    super(new nn.ReLU(), new nn.ReLU());
  }
  heads = new nn.ModuleDict({ a: new nn.Linear(1, 1) });
  body: nn.Sequential = new nn.Sequential({ a: new nn.ReLU() });
  size = this.heads.get('a').inFeatures satisfies number;
}
