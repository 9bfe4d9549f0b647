/** A program whose fields are declared in another order than they are assigned. Each compiler makes something else of them. */
import {
  definePolicy,
  explainPolicy,
  init,
  initializeWeights,
  manualSeed,
  nn,
  rule,
  type Tensor,
  zeros,
} from 'initree';

class Base extends nn.Module {
  head: nn.Linear;
  mask: Tensor | null;
  trunk: nn.Linear;
  proj: nn.Linear | null = null;
  scale: nn.Parameter | undefined;

  constructor() {
    super();
    this.trunk = new nn.Linear(2, 3);
    this.mask = this.registerBuffer('mask', zeros([2]));
    this.scale = new nn.Parameter(zeros([2]));
    this.head = new nn.Linear(3, 2);
    this.proj = new nn.Linear(2, 2);
  }

  override forward(x: Tensor): Tensor {
    return this.head.forward(this.trunk.forward(x));
  }
}

class Derived extends Base {
  // @ts-expect-error: TypeScript asks for `declare` on some targets.
  override head: nn.Linear;
  last: nn.Linear;
  first = new nn.PReLU();

  constructor() {
    super();
    this.last = new nn.Linear(1, 1);
  }
}

const policy = definePolicy('p', [
  rule(nn.Linear, { weight: init.normal(0, 0.5), bias: init.uniform(-1, 1) }),
  rule(nn.PReLU, { weight: init.normal() }),
]);
const printed = [Base, Derived].map((Net) => {
  manualSeed(1);
  const net = new Net();
  initializeWeights(net, policy, { strict: false });
  const state = Array.from(net.stateDict(), ([key, tensor]) => [key, tensor.tolist()]);
  const copy = Array.from(net.clone().stateDict().keys());
  return { state, copy, plan: explainPolicy(net, policy, { strict: false }).assignments.map(({ path }) => path) };
});
console.log(JSON.stringify(printed));
