// A plugin of typedoc: titles and groups of the documents, pages of programs, and the names of the entry
// points.
import { basename, extname, join } from 'node:path';
import { Converter, DocumentReflection, KindRouter, PageEvent, ReflectionKind } from 'typedoc';
import { addressOf } from './documents.mjs';
import { mendPage } from './mendPage.mjs';

const LANGUAGES = { '.ts': 'ts', '.py': 'python' };
/** Modules of typedoc whose names in the package are not those of their files. */
const MODULES = { src: 'initree', presets: 'presets', probeShow: 'initree/probe/show' };

/** The addresses of the documents: `docs/policies.md` is `documents/policies.html`. The others are typedoc's own. */
class SiteRouter extends KindRouter {
  getIdealBaseName(reflection) {
    return reflection.isDocument() ? addressOf(reflection.frontmatter.path) : super.getIdealBaseName(reflection);
  }
}

/** Returns the plugin for the documents that `documentsOf(root)` returned. */
export function pagesOf(root, documents) {
  const byName = new Map(documents.map((document) => [document.path.replace(/\.md$/, ''), document]));
  return (app) => {
    app.renderer.defineRouter('site', SiteRouter);

    app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, reflection) => {
      const document = byName.get(reflection.name);
      if (document === undefined) return;
      reflection.name = document.title;
      reflection.frontmatter = { group: document.group, path: document.path };
    });

    app.converter.on(Converter.EVENT_BEGIN, ({ project }) => {
      for (const { path, title, group, text } of documents) {
        const language = LANGUAGES[extname(path)];
        if (language === undefined) continue;
        const content = [{ kind: 'text', text: `# ${basename(path)}\n\n\`\`\`${language}\n${text}\`\`\`\n` }];
        const reflection = new DocumentReflection(title, project, content, { group, path });
        project.addChild(reflection);
        project.registerReflection(reflection, undefined, join(root, path));
      }
    });

    app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
      if (reflection.kind === ReflectionKind.Module) {
        const name = basename(reflection.name);
        reflection.name = MODULES[name] ?? `initree/${name}`;
      }
    });

    app.renderer.on(PageEvent.END, (page) => {
      page.contents = mendPage(page.url, page.contents);
    });
  };
}
