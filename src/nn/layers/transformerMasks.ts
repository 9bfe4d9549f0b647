import type { Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';

/** The masks of `TransformerEncoderLayer`. */
export interface EncoderLayerInputs {
  /**
   * `[S, S]` or `[N·nhead, S, S]`: a `bool` mask is true where a position does not see another position; a floating
   * mask is added to the scores. Default: null.
   */
  srcMask?: Tensor | null | undefined;
  /**
   * `[N, S]` or `[S]`: a `bool` mask is true at the positions to ignore; a floating mask is added to their scores.
   * Default: null.
   */
  srcKeyPaddingMask?: Tensor | null | undefined;
  /** A hint that `srcMask`, which is then required, hides exactly the later positions. Default: false. */
  isCausal?: boolean | undefined;
}

/** The signature of the `forward` of `TransformerEncoderLayer`. */
export const ENCODER_FORWARD: Signature<EncoderLayerInputs> = {
  required: ['src'],
  defaults: { srcMask: null, srcKeyPaddingMask: null, isCausal: false },
};

/** The masks of `TransformerDecoderLayer`. */
export interface DecoderLayerInputs {
  /**
   * `[T, T]` or `[N·nhead, T, T]`: a `bool` mask is true where a target position does not see another target position;
   * a floating mask is added to the scores. Default: null.
   */
  tgtMask?: Tensor | null | undefined;
  /** `[T, S]` or `[N·nhead, T, S]`: the same for target positions and memory positions. Default: null. */
  memoryMask?: Tensor | null | undefined;
  /**
   * `[N, T]` or `[T]`: a `bool` mask is true at the target positions to ignore; a floating mask is added to their
   * scores. Default: null.
   */
  tgtKeyPaddingMask?: Tensor | null | undefined;
  /** `[N, S]` or `[S]`: the same for the memory positions. Default: null. */
  memoryKeyPaddingMask?: Tensor | null | undefined;
  /** A hint that `tgtMask`, which is then required, hides exactly the later positions. Default: false. */
  tgtIsCausal?: boolean | undefined;
  /** A hint that `memoryMask`, which is then required, hides exactly the later positions. Default: false. */
  memoryIsCausal?: boolean | undefined;
}

/** The signature of the `forward` of `TransformerDecoderLayer` and `TransformerDecoder`. */
export const DECODER_FORWARD: Signature<DecoderLayerInputs> = {
  required: ['tgt', 'memory'],
  defaults: {
    tgtMask: null,
    memoryMask: null,
    tgtKeyPaddingMask: null,
    memoryKeyPaddingMask: null,
    tgtIsCausal: false,
    memoryIsCausal: false,
  },
};
