import { nn, type Tensor } from 'initree';

/** A multilayer perceptron: `depth` hidden layers, each with its activation, and a linear head. */
export class MLP extends nn.Module {
  layers: nn.Sequential;
  head: nn.Linear;

  constructor(
    inputs: number,
    width: number,
    depth: number,
    classes: number,
    options: { bias: boolean; activation: new () => nn.Module },
  ) {
    super();
    const { bias, activation: Activation } = options;
    const layers: nn.Module[] = [];
    for (let i = 0; i < depth; i++) {
      layers.push(new nn.Linear(i === 0 ? inputs : width, width, { bias }), new Activation());
    }
    this.layers = new nn.Sequential(...layers);
    this.head = new nn.Linear(width, classes, { bias });
  }

  override forward(x: Tensor): Tensor {
    return this.head.forward(this.layers.forward(x));
  }
}
