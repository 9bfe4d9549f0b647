/** The loops of the matrix product, for elements of one dtype. */
export interface ProductLoops {
  pack(from: number, stride: number, step: number, lines: number, depth: number, to: number, width: number): void;
  multiply(
    m: number,
    depth: number,
    n: number,
    a: number,
    b: number,
    pitch: number,
    step: number,
    c: number,
    row: number,
  ): void;
}

/** A loop that moves the windows of channels to a matrix, or back. */
export type MoveWindows = (
  image: number,
  channels: number,
  channelSize: number,
  columns: number,
  segments: number,
  taps: number,
  step: number,
  firstRow: number,
  lastRow: number,
  first: number,
  last: number,
) => void;

/** The functions that the module of assembly/matrices exports. Addresses and distances are in bytes. */
export interface MatrixExports extends ProductLoops {
  packDoubles: ProductLoops['pack'];
  multiplyDoubles: ProductLoops['multiply'];
  gather: MoveWindows;
  scatter: MoveWindows;
  maxPool(
    image: number,
    planes: number,
    height: number,
    width: number,
    table: number,
    rows: number,
    rowStep: number,
    columns: number,
    columnStep: number,
    first: number,
    last: number,
    stride: number,
    values: number,
    indices: number,
  ): void;
  exponentiate(kind: number, address: number, count: number): void;
}
