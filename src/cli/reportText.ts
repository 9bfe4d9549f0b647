import type { Report } from '../policy/Report.js';
import { renderReport } from '../probe/show/renderReport.js';
import { checkOutFile } from './outputPaths.js';
import { jsonOf } from './terminal.js';

/** Checks before any work that `--report` can be written: a .json or a .html file. */
export function checkReportFile(path: string | undefined, force: boolean): void {
  checkOutFile('--report', path, isPage(path) ? '.html' : '.json', force, ', or of a .html file');
}

/** The text of the file of `--report`: a page with pictures for a .html file, otherwise the whole report as JSON. */
export function reportText(path: string, report: Report, metadata: Readonly<Record<string, string>>): string {
  return isPage(path) ? renderReport(report, metadata) : `${jsonOf({ metadata, ...report.toJSON() })}\n`;
}

function isPage(path: string | undefined): boolean {
  return path?.endsWith('.html') ?? false;
}
