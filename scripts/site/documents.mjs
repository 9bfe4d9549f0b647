// The documents of the site: what the README links to, what those documents link to, and so on. The README's last section is
// the table of contents of the site as well: its order is theirs.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The links of a Markdown text that stay in the repository, without their anchors. */
function localLinks(text) {
  const targets = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target]) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The heading of a Markdown document, or the name of another file. */
function titleOf(path, text) {
  return path.endsWith('.md') ? /^# (.+)$/m.exec(text)?.[1].replaceAll('`', '') : path;
}

/** The group of a document in the navigation. */
function groupOf(path) {
  if (!path.endsWith('.md')) return 'Programs';
  return /^(docs|examples)\//.test(path) ? 'Guides' : 'Project';
}

/**
 * Returns the documents that can be reached from the README, without it: `{ path, title, group, text }`, with paths that are
 * relative to `root`. A Markdown file is a document, and so is a program; pictures belong to the page that shows them.
 */
export function documentsOf(root) {
  const found = new Map();
  const follow = (path, text) => {
    const linked = localLinks(text).map((target) => relative(root, join(root, dirname(path), target)));
    const added = [...new Set(linked)].filter(
      (file) => /\.(md|ts|py)$/.test(file) && file !== 'README.md' && !found.has(file) && existsSync(join(root, file)),
    );
    for (const file of added) {
      const content = readFileSync(join(root, file), 'utf8');
      found.set(file, { path: file, title: titleOf(file, content), group: groupOf(file), text: content });
    }
    for (const file of added) if (file.endsWith('.md')) follow(file, found.get(file).text);
  };
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  follow('README.md', readme.slice(readme.lastIndexOf('\n## ')));
  follow('README.md', readme);
  return [...found.values()];
}

/** The address of a document in the site, without `.html`. */
export function addressOf(path) {
  return `documents/${path.replace(/^docs\/|(\/README)?\.md$/g, '').toLowerCase()}`;
}
