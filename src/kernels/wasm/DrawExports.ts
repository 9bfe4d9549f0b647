/** The functions that the drawing modules of assembly/ export. Addresses and distances are in bytes. */
export interface DrawExports {
  fuses(): number;
  drawWords(next: number, count: number): number;
  skipBlocks(blocks: number): void;
  philoxBlocks(to: number, blocks: number, counter: bigint, seedLow: number, seedHigh: number): void;
  uniformProduct(count: number, shift: number, factor: number): void;
  uniformRange(count: number, from: number, range: number, upper: number, isExact: number): void;
  uniformDoubleProduct(count: number, shift: number, factor: number): void;
  uniformDoubleRange(count: number, from: number, scale: number, to: number): void;
  uniformUnfused(count: number, bits: number, from: number, range: number, upper: number): void;
  uniformDoubleUnfused(count: number, from: number, range: number, upper: number): void;
  normal(count: number, mean: number, std: number): void;
  normalGlibc(count: number, mean: number, std: number): void;
  normalPairs(count: number, mean: number, std: number): void;
  toBfloat16(start: number, count: number): void;
  toFloat16(start: number, count: number): void;
  fromBfloat16(start: number, count: number): void;
  fromFloat16(start: number, count: number): void;
  replaceHalves(start: number, count: number, mask: number, high: number, low: number): void;
  findOutside(count: number, low: number, high: number): number;
  gatherGroups(found: number): void;
  replaceOutside(found: number, low: number, high: number): number;
  addMoments(count: number, origin: number): void;
}
