import { STANDARD, type State, type ViewName } from './state.js';

/** One step of a story: what it sets, and what there is to see. */
interface StoryStep {
  readonly text: string;
  /** Where to look, and one thing to try. */
  readonly hint: string;
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
const step = (
  view: ViewName,
  set: Partial<State>,
  text: string,
  hint: string,
  steps = 0,
  figure?: string,
): StoryStep => ({
  view,
  set: { ...set, steps },
  text,
  hint,
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
        'Look at the lit rows. Try “Normal” with a small σ on the left: then no two rows are equal, whether it learns or not.',
      ),
      step(
        'gradients',
        { ...small, left: { ...left, policy: 'zeros' }, right: { ...right, policy: 'xavierNormal' } },
        'The gradient on its way back is multiplied by the weights. On the left it is 0 below the head, the last layer, so nothing there can learn.',
        'Look at the rms beside each row: 0 on the left. Try another activation: it stays 0.',
      ),
      step(
        'symmetry',
        { ...small, left: { ...left, policy: 'zeros' }, right: { ...right, policy: 'xavierNormal' } },
        'Both networks are trained for 60 steps. On the left the hidden rows stay equal, and only the bias of the head learns. The loss on the right falls.',
        'Look at the two lines of the loss. Try another learning rate: no rate helps the left.',
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
        'Look at the slopes: on a logarithmic axis a constant factor is a straight line. Try the gain 0.9.',
      ),
      step(
        'depth',
        {
          ...deep,
          left: { ...left, policy: 'xavierNormal', gain: 0.5 },
          right: { ...right, policy: 'xavierNormal', gain: 1.5 },
        },
        'The gradient has the same factor on its way back, from right to left. On the left it vanishes before it reaches the first layer; on the right it explodes.',
        'Look at the first layer, at the left end of each line. Try fewer layers in the settings.',
        0,
        'gradients',
      ),
      step(
        'depth',
        {
          ...deep,
          left: { ...left, policy: 'xavierNormal', gain: 0.5 },
          right: { ...right, policy: 'xavierNormal', gain: 1 },
        },
        'With the scale 1 on the right each layer keeps the signal, and the line is level. Only the first layer and the head, whose two fans differ, change it a little.',
        'Look at the trend: its factor is near 1. Try 50 layers.',
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
        'Look at the last points: 10⁻¹⁷ and 0.2. Try σ = 0.06 on the left, which is about Xavier’s.',
      ),
      step(
        'activations',
        { ...tanh, left: { ...left, policy: 'normal', std: 0.5 }, right: { ...right, policy: 'xavierNormal' } },
        'Weights that are too large are no better. With N(0, 0.5²) on the left most values stand near −1 and 1, where tanh is flat: it is saturated. On the right they lie between.',
        'Look at the walls at both ends of the histograms. Try σ = 0.1.',
      ),
      step(
        'depth',
        { ...tanh, left: { ...left, policy: 'normal', std: 0.5 }, right: { ...right, policy: 'xavierNormal' } },
        'Where tanh is flat its derivative is near 0. But the large weights more than make up for it: on the left the gradient grows on its way back, and is far larger at the first layers than at the last.',
        'Look at the line from right to left. Try σ = 0.01 on the left: now it falls.',
        0,
        'gradients',
      ),
      step(
        'depth',
        {
          ...tanh,
          rate: 0.05,
          left: { ...left, policy: 'normal', std: 0.01 },
          right: { ...right, policy: 'xavierNormal' },
        },
        'Both networks are trained for 30 steps. N(0, 0.01²) on the left learns nothing: its loss stays at ln(10) ≈ 2.30, that of a guess. Xavier on the right learns.',
        'Look at the two lines of the loss. Try σ = 0.06 on the left: it learns as well.',
        30,
        'gradients',
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
        'Look at the trend: 0.7 a layer and 0.99. Try the activation Tanh: now Xavier is right.',
      ),
      step(
        'depth',
        { ...relu, left: { ...left, policy: 'xavierNormal' }, right: { ...right, policy: 'kaimingNormal' } },
        'The gradient loses the same factor on its way back, on the left only.',
        'Look at the line from right to left. Try the gain 1.414 on the left: it is level as well.',
        0,
        'gradients',
      ),
      step(
        'weights',
        { ...relu, left: { ...left, policy: 'xavierNormal' }, right: { ...right, policy: 'kaimingNormal' } },
        'The weights themselves hardly differ to the eye: in the layers of 256 units their standard deviation is 0.0625 on the left and 0.0884 on the right. There the factor √2 is the whole difference.',
        'Look at the numbers beside the rows. Try the gain 1.414 on the left: they become alike.',
      ),
      step(
        'depth',
        {
          ...relu,
          depth: 10,
          rate: 0.02,
          left: { ...left, policy: 'xavierNormal' },
          right: { ...right, policy: 'kaimingNormal' },
        },
        'Ten layers, trained for 40 steps. Xavier on the left has hardly begun: its loss is near ln(10) ≈ 2.30, that of a guess. Kaiming on the right learns.',
        'Look at the two lines of the loss. Try 4 hidden layers: now the left learns too, slowly.',
        40,
        'gradients',
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
        'PyTorch’s Linear starts with kaiming_uniform_ and a = √5. That is the variance 1 / (3 · fan in), a sixth of what ReLU needs. On the left the signal falls by up to √6 ≈ 2.4 a layer until only the biases are left, and then the line is level.',
        'Look at the bend of the line on the left. Try it without biases: it becomes straight.',
      ),
      step(
        'activations',
        { ...relu, bias: true, left: { ...left, policy: 'pytorch' }, right: { ...right, policy: 'kaimingUniform' } },
        'From about the sixth layer on, the values on the left come from the biases alone: a unit gives almost the same for every example, so half of the units are 0 for the whole batch. On the right fewer are.',
        'Look at the dead units, layer by layer. Try 4 hidden layers: few units are dead.',
        0,
        'dead',
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
        'Each block adds its branch to its input. On the left every branch adds about as much as the first signal has, so the sum grows with each block. On the right γ, the factor of the last normalisation, is 0: every branch ends at 0, and at the ends of the blocks the line is level.',
        'Look at the points “add”. Try 20 blocks.',
      ),
      step(
        'gradients',
        { ...residual, left: { ...left, policy: 'resnet' }, right: { ...right, policy: 'resnetZeroGamma' } },
        'On the right the gradient passes unchanged along the skip connections, and is 0 inside the branches before the last normalisation. Only γ itself has a gradient there, and leaves 0 with the first step.',
        'Look at the rms beside the rows: 0 inside the branches on the right. Try 2 blocks.',
      ),
      step(
        'depth',
        { ...residual, left: { ...left, policy: 'resnet' }, right: { ...right, policy: 'resnetZeroGamma' } },
        'After 20 steps γ has left 0 on the right, and the branches begin to open: each has a few thousandths of a per cent of its sum.',
        'Look at the shares of the branches. Try the learning rate 0.2: they open faster.',
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
        'A linear network with 50 layers. Both policies keep the mean square on average. An orthogonal matrix keeps the length of every vector exactly, so the line on the right is flat, and the one on the left wanders. It is flat at 0.71 = √½, because the first layer spreads 64 values over 128 units.',
        'Look at how the line on the left wanders. Try 256 units: it wanders less.',
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
        'Look at the square weights, 128 × 128. Try the gain 2 on the right.',
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
