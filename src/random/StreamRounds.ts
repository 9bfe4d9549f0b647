import { Generator } from './Generator.js';

/**
 * The rounds of a fill that draws until every element is accepted, so that pieces of the fill can be drawn one after another.
 * Round j begins `words`·j words after the fill, and each element has the same place in every round. So a piece needs no other
 * one: it goes to its place in each round that it needs. The fill ends behind the last round that a piece needed.
 *
 * Each round keeps a generator behind the last piece. So only the first piece that needs a round jumps to it.
 */
export class StreamRounds {
  private readonly cursors: Generator[] = [];
  private readonly origin: Generator;

  /**
   * @param generator stands where the fill begins; it does not move
   * @param words the words of one round of the whole fill
   */
  constructor(
    generator: Generator,
    private readonly words: number,
  ) {
    this.origin = generator.clone();
  }

  /** The words of all rounds that the pieces have needed so far. */
  get wordsDrawn(): number {
    return this.cursors.length * this.words;
  }

  /**
   * The stream of a piece, whose part j is the piece's place in round j. Pieces are drawn in order.
   * @param offset the words of a round before the piece
   */
  streamAt(offset: number): Generator {
    return new PieceStream(this.origin, (index) => this.open(index, offset));
  }

  private open(index: number, offset: number): Generator {
    const { origin, cursors, words } = this;
    cursors[index] ??= origin.clone();
    const cursor = cursors[index];
    return cursor.advance(index * words + offset - (cursor.wordsDrawn - origin.wordsDrawn));
  }
}

class PieceStream extends Generator {
  constructor(
    origin: Generator,
    private readonly open: (index: number) => Generator,
  ) {
    super();
    this.copyState(origin);
  }

  override part(index: number): Generator {
    return this.open(index);
  }
}
