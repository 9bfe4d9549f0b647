// Writes what each entry point exports, with its types, into api/*.api.md. A change of the public interface is then a
// change of these files, which a reviewer sees. `npm run api` writes them; `npm run check:api` compares, and fails if one is
// out of date.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const ENTRY_POINTS = ['index', 'nn', 'init', 'functional', 'probe', 'probeShow', 'node'];

const root = resolve(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
// The reports are made from declarations, which lie inside the package so that they find its package.json.
const declarations = mkdtempSync(join(root, '.declarations-'));

/** What the reports do not need: the rules for release tags, and for the rest of TSDoc, which typedoc checks. */
const SILENT = { default: { logLevel: 'none' } };

function report(entryPoint) {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(root, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: root,
      newlineKind: 'lf',
      mainEntryPointFilePath: join(declarations, `${entryPoint}.d.ts`),
      compiler: { tsconfigFilePath: join(root, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${entryPoint}.api.md`,
        reportFolder: join(root, 'api'),
        reportTempFolder: join(declarations, 'reports'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { extractorMessageReporting: SILENT, tsdocMessageReporting: SILENT },
    },
  });
  return Extractor.invoke(config, {
    localBuild: !isCheck,
    messageCallback(message) {
      message.handled = message.logLevel !== 'error';
    },
  }).apiReportChanged;
}

try {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const flags = ['--declaration', '--emitDeclarationOnly', '--sourceMap', 'false', '--inlineSources', 'false'];
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', ...flags, '--outDir', declarations], {
    cwd: root,
    stdio: 'inherit',
  });
  const changed = ENTRY_POINTS.filter(report);
  for (const name of changed) console.log(`${isCheck ? 'FAIL ' : 'wrote'} api/${name}.api.md`);
  if (isCheck && changed.length > 0) {
    console.error('The exports differ from api/. Run `npm run api`, and review and commit what it changes.');
    process.exitCode = 1;
  } else if (changed.length === 0) console.log(`the exports of ${ENTRY_POINTS.join(', ')} are those in api/`);
} finally {
  rmSync(declarations, { recursive: true, force: true });
}
