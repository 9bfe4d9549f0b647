import { heldObjects } from '../../nn/heldObjects.js';
import type { Module } from '../../nn/Module.js';
import type { Parameter } from '../../nn/Parameter.js';
import { saveState } from '../../nn/saveState.js';
import { walk } from '../../nn/walk.js';
import { isFloatDType } from '../../numerics/DType.js';
import { defaultGenerator } from '../../random/defaultGenerator.js';
import { Generator } from '../../random/Generator.js';
import type { Dense } from '../../tensor/Dense.js';

/**
 * A model while it is measured: in one mode, with a gradient for every parameter, and with dropout that draws from a generator of
 * its own. {@link restore} gives it back as it was.
 */
export class PreparedModel {
  private readonly restoreState: () => void;
  private readonly flags: ReadonlyMap<Parameter, boolean>;
  private readonly gradients: ReadonlyMap<Parameter, Parameter['grad']>;
  /** Generators that modules hold. */
  private readonly generators: readonly Generator[];
  /** Arrays of parameters, and their elements before the forward pass wrote them. */
  private readonly overwritten = new Map<Parameter['data'], Parameter['data']>();

  constructor(
    readonly model: Module,
    mode: 'train' | 'eval',
    readonly parameters: ReadonlyMap<Parameter, readonly string[]>,
  ) {
    const modules = [...walk(model)].map(([, module]) => module as Module);
    this.restoreState = saveState(modules);
    this.flags = new Map([...parameters.keys()].map((parameter) => [parameter, parameter.requiresGrad]));
    this.generators = [...heldObjects(modules)].filter((value) => value instanceof Generator);
    for (const module of modules) module.training = mode === 'train';
    // A model or a loss that calls backward() would add to them.
    this.gradients = new Map([...parameters.keys()].map((parameter) => [parameter, parameter.grad]));
    for (const parameter of this.gradients.keys()) parameter.grad = null;
    for (const parameter of this.flags.keys()) if (isFloatDType(parameter.dtype)) parameter.requiresGrad = true;
  }

  /** Whether a parameter requires a gradient outside of the probe. */
  isTrainable(parameter: Parameter): boolean {
    return this.flags.get(parameter) === true;
  }

  /** Lets dropout and noise draw from the seed 0, so that two probes see the same. */
  seedNoise(): void {
    for (const generator of [defaultGenerator, ...this.generators]) generator.copyState(new Generator(0));
  }

  /** Keeps the elements of a parameter that is about to be written in place. */
  beforeWrite(tensor: Dense): void {
    for (const { data } of this.parameters.keys()) {
      if (data.buffer === tensor.data.buffer && !this.overwritten.has(data)) this.overwritten.set(data, data.slice());
    }
  }

  /** Gives the model and the generators their state back. Elements that were written through the `data` of a parameter stay. */
  restore(): void {
    for (const [data, before] of this.overwritten) data.set(before as never);
    for (const [parameter, flag] of this.flags) parameter.requiresGrad = flag;
    for (const [parameter, gradient] of this.gradients) parameter.grad = gradient;
    this.restoreState();
  }
}
