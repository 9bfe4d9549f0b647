// The style of the site: the colours of the report (src/probe/show/theme.ts), as typedoc's custom properties.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COLOURS } from '../../src/probe/show/theme.ts';

/** What of typedoc each colour of the report colours. */
const USES = {
  paper: ['background', 'icon-background'],
  raised: ['background-secondary', 'comment-tag'],
  ink: ['text', 'contrast-text', 'icon-text', 'comment-tag-text', 'document'],
  quiet: ['text-aside'],
  grid: ['accent', 'background-active', 'active-menu-item'],
  measured: ['link', 'focus-outline', ...kinds('keyword class interface type-alias enum reference constructor')],
  predicted: kinds('function method type-parameter'),
  healthy: kinds('project module namespace'),
  note: kinds('variable property parameter accessor enum-member'),
};

function kinds(names) {
  return names.split(' ').map((name) => `ts-${name}`);
}

/** Returns the style sheet of the site. */
export function siteStyle() {
  const properties = ['light', 'dark'].flatMap((surrounding) =>
    Object.entries(USES).flatMap(([colour, uses]) =>
      uses.map((use) => `  --${surrounding}-color-${use}: ${COLOURS[colour][surrounding]};`),
    ),
  );
  // The colours of programs are made for white; in dark surroundings they can stand on any dark ground.
  properties.push(`  --dark-code-background: ${COLOURS.raised.dark};`);
  return `:root {\n${properties.join('\n')}\n}\n\n${readFileSync(join(import.meta.dirname, 'site.css'), 'utf8')}`;
}
