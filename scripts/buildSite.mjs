// Builds the site into dist-site/: the guides, the API reference and the playground, as files that any host serves from any
// folder. Run by `npm run site`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Application, TSConfigReader, TypeDocReader } from 'typedoc';
import { documentsOf } from './site/documents.mjs';
import { SITE_ROOT } from './site/mendPage.mjs';
import { pagesOf } from './site/pages.mjs';
import { siteStyle } from './site/style.mjs';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'dist-site');
const playground = existsSync(join(root, 'web/vite.config.ts'));

const scratch = mkdtempSync(join(tmpdir(), 'initree-site-'));
const customCss = join(scratch, 'site.css');
writeFileSync(customCss, siteStyle());

const documents = documentsOf(root);
const app = await Application.bootstrapWithPlugins(
  {
    options: join(root, 'typedoc.json'),
    out,
    customCss,
    favicon: join(root, 'scripts/site/favicon.svg'),
    basePath: root,
    router: 'site',
    projectDocuments: documents.map(({ path }) => path).filter((path) => path.endsWith('.md')),
    navigationLinks: {
      ...(playground && { Playground: `${SITE_ROOT}playground/index.html` }),
      Guides: `${SITE_ROOT}index.html#read-on`,
      API: `${SITE_ROOT}modules.html`,
      Changes: `${SITE_ROOT}documents/changelog.html`,
    },
    plugin: [pagesOf(root, documents)],
  },
  [new TypeDocReader(), new TSConfigReader()],
);
const project = await app.convert();
if (project === undefined) throw new Error('typedoc could not read the sources; its messages are above');
app.validate(project);
await app.generateDocs(project, out);
rmSync(scratch, { recursive: true });
if (app.logger.hasErrors() || app.logger.hasWarnings()) {
  throw new Error('expected no warning of typedoc, found those above: mend each docstring or document that one names');
}

if (playground) {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', 'web', '--outDir', join(out, 'playground'), '--emptyOutDir'],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) throw new Error('the playground could not be built; the messages of Vite are above');
} else {
  console.log('web/vite.config.ts does not exist: the site has no playground');
}
console.log(`${documents.length} documents in ${out}`);
