import { boxOfPlace, type PlannedFigure, type ProbeData, placeUnder, planView, renderTable } from 'initree/probe/show';
import { useMemo } from 'preact/hooks';
import { SIDES, type Side, type ViewName } from './state.js';
import { useSoon } from './useSoon.js';

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

/** What a side without a figure says instead, by the key of the figure. */
const ABSENT: Readonly<Record<string, string>> = {
  symmetry: 'No two rows of a weight are equal with equal gradients: every unit can learn something of its own.',
  spectrum: 'The spectra are being computed.',
  residual: 'The share of every branch is 0: each block passes its input on.',
  dead: 'No unit is dead.',
  saturated: 'No element is saturated.',
  depth: 'The signal has no trend that can be fitted.',
};

function absent(key: string): string {
  return ABSENT[key] ?? 'There is nothing to show on this side.';
}

/** All figures of a view, each with both sides on the same axes. */
export function Figures({ view, probes, names, cursor, onCursor }: Props) {
  const { left, right } = probes;
  const planned = useMemo(() => {
    const plans = { left: left ? planView(left, view) : [], right: right ? planView(right, view) : [] };
    const keys = new Set([...plans.left, ...plans.right].map(({ key }) => key));
    const find = (side: Side, key: string) => plans[side].find((figure) => figure.key === key);
    return Array.from(keys, (key) => ({ left: find('left', key), right: find('right', key) }));
  }, [left, right, view]);
  if (planned.length === 0) return <p class="nothing">{left || right ? absent(view) : 'Measuring …'}</p>;
  return (
    <>
      {planned.map((pair) => (
        <FigurePair
          key={pair.left?.key ?? pair.right?.key}
          {...{ pair, names, onCursor }}
          cursor={cursor?.key === (pair.left ?? pair.right)?.key ? cursor : null}
        />
      ))}
    </>
  );
}

function FigurePair({ pair, names, cursor, onCursor }: Omit<Props, 'probes' | 'view'> & { readonly pair: Planned }) {
  const first = pair.left ?? pair.right;
  if (first === undefined) return null;
  const { key, title } = first;
  // A caption with figures of its own stands with its side.
  const isShared = SIDES.every((side) => (pair[side] ?? first).caption === first.caption);
  const include = SIDES.flatMap((side) => pair[side]?.values ?? []);
  const move = (index: number) => {
    const text = SIDES.map((side) => `${side}: ${textAt(pair[side], index)}`).join(' · ');
    onCursor({ key, index }, text);
  };
  return (
    <figure id={`figure-${key}`} aria-labelledby={`title-${key}`}>
      <figcaption>
        <h3 id={`title-${key}`}>{title}</h3>
        {isShared ? <p>{first.caption}</p> : null}
      </figcaption>
      <div class="pair">
        {SIDES.map((side) => (
          <div key={side} class="side" data-side={side}>
            <h4>
              <span class="which">{side}</span> {names[side]}
            </h4>
            {isShared || pair[side] === undefined ? null : <p class="caption">{pair[side].caption}</p>}
            <Picture
              figure={pair[side]}
              id={`${key}-${side}`}
              label={`${title}, ${side}`}
              {...{ include, cursor, move }}
              name={key}
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
  /** The key of the figure. */
  readonly name: string;
  readonly cursor: Cursor | null;
  readonly move: (index: number) => void;
}

function Picture({ figure, id, label, include, name, cursor, move }: PictureProps) {
  const drawn = useSoon(
    () => figure && { figure, svg: figure.draw(id, include), table: tableOf(figure, label) },
    [figure, id, include.join(), label],
  );
  if (figure === undefined) return <p class="nothing">{absent(name)}</p>;
  if (!drawn) return <p class="nothing">Drawing …</p>;
  const { svg, table } = drawn;
  const { walk } = drawn.figure;
  const data = (
    <details>
      <summary>Data</summary>
      <div dangerouslySetInnerHTML={{ __html: table }} />
    </details>
  );
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
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div
        class="plot"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk through the values of the chart
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
        {index < 0 ? 'Point at the picture, or walk through it with the arrow keys.' : textAt(drawn.figure, index)}
      </p>
      {data}
    </>
  );
}

/** The data of a figure as a table: the places of the cursor where it has some. */
function tableOf({ table, walk }: PlannedFigure, label: string): string {
  const html = renderTable({ ...table, rows: walk?.cells ?? table.rows });
  return html.replace('aria-label="table"', `aria-label="Data: ${label}"`);
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
