import { describeValue, StateError } from '../errors.js';
import { BLOCK } from './mersenneTwister.js';

/** The content of the bytes of `torch.get_rng_state()`. */
export interface TorchState {
  /** The seed, in [0, 2⁶⁴). */
  readonly seed: bigint;
  /**
   * How many words of the block are drawn, 1 to 624; 0 for the block that a seed expands to, of which no word is ever
   * drawn.
   */
  readonly next: number;
  /** The 624 words of the block, of 32 bits each. */
  readonly words: Int32Array;
  /** The normal sample that the next small fill uses first. */
  readonly cachedNormal: number | undefined;
}

/*
 * The layout of PyTorch's CPUGeneratorImplState, little-endian: u64 seed · i32 left · i32 seeded · u64 next · 624 × u64
 * words · f64 normal_x, normal_y (the cached sample), normal_rho · i32 normal_is_valid, 4 bytes of padding · f32 and
 * bool of a float32 sample, which no operation of PyTorch sets, 3 bytes of padding.
 */
const LEFT = 8;
const SEEDED = 12;
const NEXT = 16;
const WORDS = 24;
const NORMAL_Y = WORDS + 8 * BLOCK + 8;
const NORMAL_IS_VALID = NORMAL_Y + 16;
const FLOAT_IS_VALID = NORMAL_IS_VALID + 12;

/** The number of bytes of a state of PyTorch's CPU generator: 5,056. */
const TORCH_STATE_BYTES = FLOAT_IS_VALID + 4;

/** The 5,056 bytes that `torch.get_rng_state()` returns in this state. */
export function writeTorchState(state: TorchState): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(TORCH_STATE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, state.seed, true);
  view.setInt32(LEFT, state.next === 0 ? 1 : BLOCK + 1 - state.next, true);
  view.setInt32(SEEDED, 1, true);
  view.setUint32(NEXT, state.next, true);
  for (let i = 0; i < BLOCK; i++) view.setInt32(WORDS + 8 * i, state.words[i], true);
  if (state.cachedNormal !== undefined) {
    view.setFloat64(NORMAL_Y, state.cachedNormal, true);
    view.setInt32(NORMAL_IS_VALID, 1, true);
  }
  return bytes;
}

/**
 * Reads the bytes of `torch.get_rng_state()`.
 * @throws StateError if the bytes are not such a state
 */
export function readTorchState(bytes: Uint8Array): TorchState {
  if (!(bytes instanceof Uint8Array))
    throw new StateError(`RNG state must be a torch.ByteTensor: expected a Uint8Array, found ${describeValue(bytes)}`);
  if (bytes.length !== TORCH_STATE_BYTES) {
    throw new StateError(
      `RNG state is wrong size: Expected a CPUGeneratorImplState of size ${TORCH_STATE_BYTES} but found the input RNG state size to be ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seeded = view.getInt32(SEEDED, true);
  if (seeded !== 1) throw invalid(`seeded must be 1, found ${seeded}`);
  const left = view.getInt32(LEFT, true);
  const next = Number(view.getBigUint64(NEXT, true));
  const isFresh = left === 1 && next === 0;
  if (!isFresh && !(next >= 1 && next <= BLOCK && left === BLOCK + 1 - next)) {
    throw invalid(`left + next must be ${BLOCK + 1}, or left 1 and next 0, found left ${left} and next ${next}`);
  }
  const words = new Int32Array(BLOCK);
  for (let i = 0; i < BLOCK; i++) {
    if (view.getUint32(WORDS + 8 * i + 4, true) !== 0) throw invalid(`state word ${i} has more than 32 bits`);
    words[i] = view.getInt32(WORDS + 8 * i, true);
  }
  const cached = view.getInt32(NORMAL_IS_VALID, true);
  if (cached !== 0 && cached !== 1) throw invalid(`normal_is_valid must be 0 or 1, found ${cached}`);
  if (bytes[FLOAT_IS_VALID] !== 0)
    throw invalid('it caches a float32 normal sample, which no operation of PyTorch sets');
  return {
    seed: view.getBigUint64(0, true),
    next,
    words,
    cachedNormal: cached === 1 ? view.getFloat64(NORMAL_Y, true) : undefined,
  };
}

function invalid(detail: string): StateError {
  return new StateError(`Invalid mt19937 state: ${detail}. Expected the bytes of torch.get_rng_state() or getState()`);
}
