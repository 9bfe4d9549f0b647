import fc, { type GeneratorValue } from 'fast-check';
import * as nn from '../../src/nn.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { arange, tensor } from '../../src/tensor/creation.js';
import { randn } from '../../src/tensor/randomCreation.js';
import { numelOf, type Shape } from '../../src/tensor/Shape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const CLASSES = new Map<string, unknown>(Object.entries(nn));

/** A tensor that a layer is given, described so that another program can make the same. */
export interface Input {
  readonly shape: Shape;
  /**
   * Standard normal numbers; class indices below `below`; numbers in (0, 1); or offsets 0, 1, 2, ….
   */
  readonly kind: 'normal' | 'index' | 'unit' | 'offset';
  readonly below?: number;
  /** Whether it gets a gradient. */
  readonly differentiable: boolean;
}

/** What is given to a constructor or to `forward`: data, tensors, other layers. */
export type Given =
  | number
  | string
  | boolean
  | null
  | undefined
  | Input
  | Construction
  | readonly Given[]
  | { readonly [option: string]: Given };

/** A layer by its class's name and constructor arguments. */
export interface Construction {
  readonly layer: string;
  readonly args: readonly Given[];
}

/** A construction, what its `forward` is given, and the shapes of what it gives. */
export interface Configuration extends Construction {
  readonly inputs: readonly Given[];
  readonly outputs: readonly Shape[];
}

/** Draws what a configuration consists of. */
export class Picker {
  constructor(private readonly draw: GeneratorValue) {}

  int(min: number, max: number): number {
    return this.draw(fc.integer, { min, max });
  }

  flag(): boolean {
    return this.draw(fc.boolean);
  }

  of<T>(...values: readonly T[]): T {
    return values[this.int(0, values.length - 1)];
  }

  /** Sizes for each of some dimensions. */
  ints(count: number, min: number, max: number): number[] {
    return Array.from({ length: count }, () => this.int(min, max));
  }

  /** One number for all dimensions, or one for each, as constructors take them. */
  sizes(dims: number, min: number, max: number): number | number[] {
    return this.flag() ? this.int(min, max) : this.ints(dims, min, max);
  }

  /** No dimension, or one, before the channels. */
  batch(): number[] {
    return this.flag() ? [this.int(1, 3)] : [];
  }

  /** Some of the options, each present or not. */
  options<T extends Readonly<Record<string, Given>>>(all: T): Partial<T> & Record<string, Given> {
    return Object.fromEntries(Object.entries(all).filter(() => this.flag())) as Partial<T> & Record<string, Given>;
  }
}

/** A configuration of one class, drawn at random. */
export type Drawn = (pick: Picker) => Omit<Configuration, 'layer'>;

/** By the names of classes. */
export type Configurations = Readonly<Record<string, Drawn>>;

export function normal(...shape: number[]): Input {
  return { shape, kind: 'normal', differentiable: true };
}

/** The same, for tensors that are settings. */
export function fixed(input: Input): Input {
  return { ...input, differentiable: false };
}

export function unit(...shape: number[]): Input {
  return { shape, kind: 'unit', differentiable: true };
}

export function indices(below: number, ...shape: number[]): Input {
  return { shape, kind: 'index', below, differentiable: false };
}

/** One size for each dimension. */
export function perDimension(given: Given | undefined, dims: number, absent: number): number[] {
  if (Array.isArray(given)) return given as number[];
  return new Array<number>(dims).fill((given as number | undefined) ?? absent);
}

export function isInput(given: unknown): given is Input {
  return typeof given === 'object' && given !== null && 'kind' in given && 'differentiable' in given;
}

export function isConstruction(given: unknown): given is Construction {
  return typeof given === 'object' && given !== null && 'layer' in given && 'args' in given;
}

/** The described tensor; normal numbers are drawn from the default generator. */
export function create({ shape, kind, below = 1, differentiable }: Input, dtype?: FloatDType): Tensor {
  const places = Array.from({ length: numelOf(shape) }, (_, i) => i);
  switch (kind) {
    case 'normal':
      return randn(shape, { dtype, requiresGrad: differentiable });
    case 'unit': {
      const numbers = places.map((i) => 0.05 + 0.9 * ((0.37 * i + 0.11 * shape.length) % 1));
      return tensor(numbers, { dtype }).view(shape).requiresGrad_(differentiable);
    }
    case 'index':
      return tensor(
        places.map((i) => (7 * i + 3) % below),
        { dtype: 'int64' },
      ).view(shape);
    case 'offset':
      return arange(places.length);
  }
}

/** Replaces the inputs and layers within what is given. */
export function realize(given: Given, input: (input: Input) => unknown): unknown {
  if (isInput(given)) return input(given);
  if (isConstruction(given)) return construct(given, input);
  if (Array.isArray(given)) return given.map((item) => realize(item, input));
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, realize(value, input)]));
}

/** Builds a layer. */
export function construct({ layer, args }: Construction, input: (input: Input) => unknown): nn.Module {
  const Kind = CLASSES.get(layer) as new (...args: unknown[]) => nn.Module;
  return new Kind(...args.map((given) => realize(given, input)));
}
