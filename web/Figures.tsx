import { boxOfPlace, type PlannedFigure, type ProbeData, placeUnder, planView, renderTable } from 'initree/probe/show';
import { useMemo } from 'preact/hooks';
import { SIDES, type Side, type ViewName } from './state.js';

/** Where the data cursor is: at a place of the figures with a key. Both sides share it. */
export interface Cursor {
  readonly key: string;
  readonly index: number;
}

interface Props {
  readonly view: ViewName;
  readonly probes: Readonly<Partial<Record<Side, ProbeData>>>;
  readonly names: Readonly<Record<Side, string>>;
  readonly cursor: Cursor | null;
  readonly onCursor: (cursor: Cursor, text: string) => void;
}

type Planned = Readonly<Record<Side, PlannedFigure | undefined>>;

/** What a side without a figure says instead. */
const NOTHING: Readonly<Record<ViewName, string>> = {
  depth: 'There is nothing to show on this side.',
  activations: 'There is nothing to show on this side.',
  gradients: 'No gradient was measured on this side.',
  weights: 'There is nothing to show on this side.',
  symmetry: 'No two rows of a weight are equal with equal gradients: every unit can learn something of its own.',
  spectrum: 'The spectra are being computed.',
};

/** All figures of a view, each with both sides on the same axes. */
export function Figures({ view, probes, names, cursor, onCursor }: Props) {
  const { left, right } = probes;
  const planned = useMemo(() => {
    const plans = { left: left ? planView(left, view) : [], right: right ? planView(right, view) : [] };
    const keys = new Set([...plans.left, ...plans.right].map(({ key }) => key));
    const find = (side: Side, key: string) => plans[side].find((figure) => figure.key === key);
    return Array.from(keys, (key) => ({ left: find('left', key), right: find('right', key) }));
  }, [left, right, view]);
  if (planned.length === 0) return <p class="nothing">{left || right ? NOTHING[view] : 'Measuring …'}</p>;
  return (
    <>
      {planned.map((pair) => (
        <FigurePair
          key={pair.left?.key ?? pair.right?.key}
          {...{ pair, view, names, onCursor }}
          cursor={cursor?.key === (pair.left ?? pair.right)?.key ? cursor : null}
        />
      ))}
    </>
  );
}

function FigurePair({ pair, view, names, cursor, onCursor }: Omit<Props, 'probes'> & { readonly pair: Planned }) {
  const first = pair.left ?? pair.right;
  if (first === undefined) return null;
  const { key, title, caption } = first;
  const include = SIDES.flatMap((side) => pair[side]?.values ?? []);
  const move = (index: number) => {
    const text = SIDES.map((side) => `${side}: ${textAt(pair[side], index)}`).join(' · ');
    onCursor({ key, index }, text);
  };
  return (
    <figure id={`figure-${key}`} aria-labelledby={`title-${key}`}>
      <figcaption>
        <h3 id={`title-${key}`}>{title}</h3>
        <p>{caption}</p>
      </figcaption>
      <div class="pair">
        {SIDES.map((side) => (
          <div key={side} class="side" data-side={side}>
            <h4>
              <span class="which">{side}</span> {names[side]}
            </h4>
            <Picture
              figure={pair[side]}
              id={`${key}-${side}`}
              label={`${title}, ${side}`}
              {...{ include, view, cursor, move }}
            />
          </div>
        ))}
      </div>
    </figure>
  );
}

/** The cells of a place as a sentence. */
function textAt(figure: PlannedFigure | undefined, index: number): string {
  const cells = figure?.walk?.cells[index];
  if (figure === undefined || cells === undefined) return 'nothing here';
  return cells.map((cell, c) => (c === 0 ? cell : `${figure.table.heading[c]} ${cell}`)).join(', ');
}

interface PictureProps {
  readonly figure: PlannedFigure | undefined;
  readonly id: string;
  readonly label: string;
  readonly include: readonly number[];
  readonly view: ViewName;
  readonly cursor: Cursor | null;
  readonly move: (index: number) => void;
}

function Picture({ figure, id, label, include, view, cursor, move }: PictureProps) {
  const range = include.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the numbers of `include` are in `range`
  const svg = useMemo(() => figure?.draw(id, include) ?? '', [figure, id, range]);
  const table = useMemo(
    () =>
      figure === undefined
        ? ''
        : renderTable({ ...figure.table, rows: figure.walk?.cells ?? figure.table.rows }).replace(
            'aria-label="table"',
            `aria-label="Data: ${label}"`,
          ),
    [figure, label],
  );
  if (figure === undefined) return <p class="nothing">{NOTHING[view]}</p>;
  const { walk } = figure;
  const data = (
    <details>
      <summary>Data</summary>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the library escapes every text of its markup */}
      <div dangerouslySetInnerHTML={{ __html: table }} />
    </details>
  );
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the library escapes every text of its markup
  const picture = <div class="picture" dangerouslySetInnerHTML={{ __html: svg }} />;
  if (walk === null || walk.cells.length === 0) {
    return (
      <>
        {picture}
        {data}
      </>
    );
  }
  const height = Number(/height="([\d.]+)"/.exec(svg)?.[1] ?? 0);
  const last = walk.cells.length - 1;
  const index = Math.min(cursor?.index ?? -1, last);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = target(event.key, index, last);
    if (to === null) return;
    event.preventDefault();
    move(to);
  };
  const onPointer = (event: PointerEvent) => {
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const place = placeUnder(walk, (event.clientX - bounds.left) / bounds.width, event.clientY - bounds.top, height);
    if (place !== index) move(place);
  };
  const box = index < 0 ? null : boxOfPlace(walk, index, height);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk through the values of the chart */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div
        class="plot"
        tabIndex={0}
        role="group"
        aria-roledescription="chart"
        aria-label={`${label}: ${walk.cells.length} places; the arrow keys walk through them`}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
      >
        {picture}
        {box === null ? null : (
          <div
            class="cursor"
            style={{
              left: `${100 * box.left}%`,
              width: `${100 * box.width}%`,
              top: `${box.top}px`,
              height: `${box.height}px`,
            }}
          />
        )}
      </div>
      <p class="readout">
        {index < 0 ? 'Point at the picture, or walk through it with the arrow keys.' : textAt(figure, index)}
      </p>
      {data}
    </>
  );
}

/** Where a key moves the cursor; `null` if it does not. */
function target(key: string, index: number, last: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowRight: index + 1,
    ArrowDown: index + 1,
    ArrowLeft: index - 1,
    ArrowUp: index - 1,
    PageDown: index + 10,
    PageUp: index - 10,
    Home: 0,
    End: last,
  };
  const to = targets[key];
  return to === undefined ? null : Math.min(Math.max(to, 0), last);
}
