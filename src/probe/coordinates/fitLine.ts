/** A fitted line. */
export interface Line {
  readonly slope: number;
  /** The standard error of the slope, from the scatter of the points about the line. */
  readonly standardError: number;
}

/** The line through points by least squares. There are at least three points, and at least two different x. */
export function fitLine(x: readonly number[], y: readonly number[]): Line {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [sxx, sxy] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    sxx += (x[i] - meanX) ** 2;
    sxy += (x[i] - meanX) * (y[i] - meanY);
  }
  const slope = sxy / sxx;
  let residual = 0;
  for (let i = 0; i < x.length; i++) residual += (y[i] - meanY - slope * (x[i] - meanX)) ** 2;
  return { slope, standardError: Math.sqrt(residual / (x.length - 2) / sxx) };
}
