import { formatNumber } from '../../../formatTable.js';
import type { Prediction } from '../../Probe.js';

/** A number as a cell; a dash if there is none. */
export function numberCell(value: number | null): string {
  return value === null ? '–' : formatNumber(value);
}

/** A share in [0, 1] as a cell. */
export function shareCell(value: number | null): string {
  return value === null || Number.isNaN(value) ? '–' : `${formatNumber(100 * value)} %`;
}

/** A prediction as a cell: the value, or why there is none. */
export function predictionCell(prediction: Prediction): string {
  return prediction.std === null ? `– (${prediction.reason})` : formatNumber(prediction.std);
}

/** The band of a prediction as a cell. */
export function bandCell(prediction: Prediction): string {
  return prediction.std === null ? '–' : `${formatNumber(prediction.band[0])} – ${formatNumber(prediction.band[1])}`;
}

/** `0.84 (0.83)`: a measured value, and in brackets the predicted one. */
export function besideCell(measured: number | null, predicted: number | null): string {
  return predicted === null ? numberCell(measured) : `${numberCell(measured)} (${formatNumber(predicted)})`;
}
