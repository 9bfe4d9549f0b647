import { STANDARD, type State, type ViewName } from './state.js';

/** One step of a story: what it sets, and what there is to see. */
interface StoryStep {
  readonly text: string;
  readonly view: ViewName;
  readonly set: Partial<State>;
  /** The key of the figure that the text speaks of, which is shown first. Default: the first of the view. */
  readonly figure: string | undefined;
}

export interface Story {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly StoryStep[];
}

const { left, right } = STANDARD;
const small = { network: 'mlp', depth: 4, width: 64, activation: 'Tanh', bias: true, seed: 0, rate: 0.1 } as const;
const deep = {
  network: 'mlp',
  depth: 30,
  width: 128,
  activation: 'Identity',
  bias: false,
  seed: 0,
  rate: 0.01,
} as const;
const tanh = { ...deep, depth: 20, width: 256, activation: 'Tanh' } as const;
const relu = { ...deep, depth: 20, width: 256, activation: 'ReLU' } as const;
const residual = {
  network: 'resnet',
  depth: 12,
  width: 8,
  activation: 'ReLU',
  bias: false,
  seed: 0,
  rate: 0.05,
} as const;

/** `steps`: the steps of training that the networks have had. */
const step = (view: ViewName, set: Partial<State>, text: string, steps = 0, figure?: string): StoryStep => ({
  view,
  set: { ...set, steps },
  text,
  figure,
});

/** What the page teaches, each in a few steps. */
export const STORIES: readonly Story[] = [
  {
    id: 'zeros',
    title: 'Why not zeros?',
    steps: [
      step(
        'symmetry',
        { ...small, left: { ...left, policy: 'zeros' }, right: { ...right, policy: 'xavierNormal' } },
        'On the left every weight is 0, so all rows of a weight are equal: its units compute one and the same thing. On the right no two rows are equal.',
      ),
      step(
        'gradients',
        { ...small, left: { ...left, policy: 'zeros' }, right: { ...right, policy: 'xavierNormal' } },
        'The gradient on its way back is multiplied by the weights. On the left it is 0 below the head, so nothing there can learn.',
      ),
      step(
        'symmetry',
        { ...small, left: { ...left, policy: 'zeros' }, right: { ...right, policy: 'xavierNormal' } },
        'Both networks have taken 60 steps of training. On the left the hidden rows are still equal, and only the bias of the head has learnt. The loss on the right falls.',
        60,
      ),
    ],
  },
  {
    id: 'powers',
    title: '1.5ᴸ and 0.5ᴸ',
    steps: [
      step(
        'depth',
        {
          ...deep,
          left: { ...left, policy: 'xavierNormal', gain: 0.5 },
          right: { ...right, policy: 'xavierNormal', gain: 1.5 },
        },
        'A linear network with 30 layers. With half the scale each layer halves the signal on the left, and 0.5³⁰ is a billionth. With 1.5 times the scale it grows on the right, and 1.5³⁰ is 191,751.',
      ),
      step(
        'gradients',
        {
          ...deep,
          left: { ...left, policy: 'xavierNormal', gain: 0.5 },
          right: { ...right, policy: 'xavierNormal', gain: 1.5 },
        },
        'The gradient has the same factor on its way back. On the left it vanishes before it reaches the first layer; on the right it explodes.',
      ),
      step(
        'depth',
        {
          ...deep,
          left: { ...left, policy: 'xavierNormal', gain: 0.5 },
          right: { ...right, policy: 'xavierNormal', gain: 1 },
        },
        'With the scale 1 on the right each layer keeps the signal: the line is level at any depth.',
      ),
    ],
  },
  {
    id: 'xavier',
    title: 'Xavier and tanh',
    steps: [
      step(
        'depth',
        { ...tanh, left: { ...left, policy: 'normal', std: 0.01 }, right: { ...right, policy: 'xavierNormal' } },
        'Twenty layers with tanh. With N(0, 0.01²) on the left the signal is lost after a few layers. Xavier’s weights on the right have the variance 2 / (fan in + fan out), and the signal arrives.',
      ),
      step(
        'activations',
        { ...tanh, left: { ...left, policy: 'normal', std: 0.5 }, right: { ...right, policy: 'xavierNormal' } },
        'Weights that are too large are no better. With N(0, 0.5²) on the left most values stand near −1 and 1, where tanh is flat: it is saturated. On the right they lie between.',
      ),
      step(
        'gradients',
        { ...tanh, left: { ...left, policy: 'normal', std: 0.5 }, right: { ...right, policy: 'xavierNormal' } },
        'Where tanh is flat its derivative is near 0. But the large weights more than make up for it: on the left the gradient grows on its way back, and is far larger at the first layers than at the last.',
      ),
    ],
  },
  {
    id: 'kaiming',
    title: 'Kaiming and ReLU',
    steps: [
      step(
        'depth',
        { ...relu, left: { ...left, policy: 'xavierNormal' }, right: { ...right, policy: 'kaimingNormal' } },
        'ReLU sets half of the values to 0, which halves the mean square in each layer. Xavier on the left does not know this: the signal falls by √½ a layer. Kaiming on the right has twice the variance, and the line is level.',
      ),
      step(
        'gradients',
        { ...relu, left: { ...left, policy: 'xavierNormal' }, right: { ...right, policy: 'kaimingNormal' } },
        'The gradient loses the same factor on its way back, on the left only.',
      ),
      step(
        'weights',
        { ...relu, left: { ...left, policy: 'xavierNormal' }, right: { ...right, policy: 'kaimingNormal' } },
        'The weights themselves hardly differ to the eye: their standard deviation is 0.0625 on the left and 0.0884 on the right. The factor √2 is the whole difference.',
      ),
    ],
  },
  {
    id: 'default',
    title: 'The surprise of PyTorch’s default',
    steps: [
      step(
        'depth',
        { ...relu, bias: true, left: { ...left, policy: 'pytorch' }, right: { ...right, policy: 'kaimingUniform' } },
        'PyTorch’s Linear starts with kaiming_uniform_ and a = √5. That is the variance 1 / (3 · fan in), a sixth of what ReLU needs. On the left the signal falls by √6 ≈ 2.4 a layer until only the biases are left.',
      ),
      step(
        'activations',
        { ...relu, bias: true, left: { ...left, policy: 'pytorch' }, right: { ...right, policy: 'kaimingUniform' } },
        'From some layer on, the values on the left come from the biases alone: all examples of the batch look the same to the last layers. On the right they keep their width.',
      ),
    ],
  },
  {
    id: 'residual',
    title: 'Residual networks and zero-γ',
    steps: [
      step(
        'depth',
        { ...residual, left: { ...left, policy: 'resnet' }, right: { ...right, policy: 'resnetZeroGamma' } },
        'Each block adds its branch to its input. On the left every branch adds as much as a whole signal, so the sum grows with each block. On the right γ of the last normalisation is 0: every block passes its input on, and the line is level.',
      ),
      step(
        'gradients',
        { ...residual, left: { ...left, policy: 'resnet' }, right: { ...right, policy: 'resnetZeroGamma' } },
        'On the right the gradient passes unchanged along the skip connections, and is 0 inside the branches before the last normalisation. It opens them with the first step.',
      ),
      step(
        'depth',
        { ...residual, left: { ...left, policy: 'resnet' }, right: { ...right, policy: 'resnetZeroGamma' } },
        'After 20 steps the branches on the right take part: γ has left 0.',
        20,
        'residual',
      ),
    ],
  },
  {
    id: 'orthogonal',
    title: 'Orthogonal weights',
    steps: [
      step(
        'depth',
        {
          ...deep,
          depth: 50,
          left: { ...left, policy: 'lecunNormal' },
          right: { ...right, policy: 'orthogonal', gain: 1 },
        },
        'A linear network with 50 layers. Both policies keep the mean square on average. An orthogonal matrix keeps the length of every vector exactly, so the line on the right is flat, and the one on the left wanders.',
      ),
      step(
        'spectrum',
        {
          ...deep,
          depth: 6,
          left: { ...left, policy: 'lecunNormal' },
          right: { ...right, policy: 'orthogonal', gain: 1 },
        },
        'The singular values of independent weights on the left spread from 0 to 2: some directions vanish, others double. On the right all of them are 1.',
      ),
    ],
  },
];

/** The story with an id, which may be that of none. */
export function findStory(id: string): Story | undefined {
  return STORIES.find((story) => story.id === id);
}

/** The state that a step of a story shows. */
export function stateOf(story: Story, step: number): State {
  const { set, view } = story.steps[step];
  return { ...STANDARD, ...set, view, story: story.id, step };
}
