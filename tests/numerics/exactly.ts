/** n·2^exponent, without error: the plain reference that fused and rounded kernels are judged by. */
export class Exact {
  constructor(
    readonly n: bigint,
    readonly exponent: number,
  ) {}

  times(other: Exact): Exact {
    return new Exact(this.n * other.n, this.exponent + other.exponent);
  }

  plus(other: Exact): Exact {
    const exponent = Math.min(this.exponent, other.exponent);
    return new Exact(this.at(exponent) + other.at(exponent), exponent);
  }

  /** This number as an integer times 2^exponent, exponent at most its own. */
  at(exponent: number): bigint {
    return this.n << BigInt(this.exponent - exponent);
  }

  get isZero(): boolean {
    return this.n === 0n;
  }
}

/** A finite double without error. */
export function exactly(x: number): Exact {
  let exponent = 0;
  let n = x;
  while (!Number.isInteger(n)) {
    // Scaling by powers of two is exact; two steps keep clear of overflow.
    n *= 2 ** 64;
    exponent -= 64;
  }
  return new Exact(BigInt(n), exponent);
}

function nearest(x: Exact, digits: number, lowest: number): number {
  const size = x.n < 0n ? -x.n : x.n;
  const dropped = Math.max(size.toString(2).length - digits, lowest - x.exponent);
  let kept = size;
  let exponent = x.exponent;
  if (dropped > 0) {
    const unit = 1n << BigInt(dropped);
    const rest = size % unit;
    kept = size / unit;
    if (rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n)) kept += 1n;
    exponent += dropped;
  }
  if (kept === 0n) return x.n < 0n ? -0 : 0;
  // Two factors, so that neither overflows nor vanishes before the product does.
  const half = Math.trunc(exponent / 2);
  return Number(x.n < 0n ? -kept : kept) * 2 ** half * 2 ** (exponent - half);
}

/** Rounded once to nearest even. */
export function nearestDouble(x: Exact): number {
  return nearest(x, 53, -1074);
}

/** Rounded once to nearest even. */
export function nearestFloat32(x: Exact): number {
  const value = nearest(x, 24, -149);
  return Math.abs(value) >= 2 ** 128 ? Math.sign(value) * Infinity : value;
}
