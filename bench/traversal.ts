// How long does it take to list a tree of 100,000 modules? npm run bench:traversal
import { nn } from 'initree';
import { compare } from './compare.js';

const COUNT = 100_000;

class Holder extends nn.Module {
  inner: nn.Module | null = null;
  override forward(): void {}
}

const wide = new nn.ModuleList(Array.from({ length: COUNT - 1 }, () => new nn.Identity()));
const layers = nn.skipInit(() => new nn.ModuleList(Array.from({ length: COUNT - 1 }, () => new nn.Linear(1, 1))));
let deep: Holder = new Holder();
for (let i = 1; i < COUNT; i++) deep = Object.assign(new Holder(), { inner: deep });

await compare('modules() of 100,000 side by side', { initree: () => void [...wide.modules()] });
await compare('modules() of 100,000 nested', { initree: () => void [...deep.modules()] });
await compare('namedParameters() of 100,000 Linear layers', { initree: () => void [...layers.namedParameters()] });
