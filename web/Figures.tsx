import {
  boxOfPlace,
  type PlannedFigure,
  type ProbeData,
  placeUnder,
  planView,
  renderTable,
  type Walk,
} from 'initree/probe/show';
import type { ComponentChild } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { tablesOf, textAt } from './figureText.js';
import { SIDES, type Side, type ViewName } from './state.js';
import { useSoon } from './useSoon.js';

/** Where the data cursor is: at a place of a figure. The other side shows the place with the same name. */
export interface Cursor {
  /** The key of the figure. */
  readonly key: string;
  readonly side: Side;
  readonly index: number;
}

interface Props {
  readonly view: ViewName;
  /** The key of the figure that is shown first. Default: the first of the view. */
  readonly first: string | undefined;
  /** What is shown beside the first figure. */
  readonly beside: ComponentChild;
  readonly probes: Readonly<Partial<Record<Side, ProbeData>>>;
  readonly names: Readonly<Record<Side, string>>;
  /** What is said while a side has no figures. */
  readonly nothing: string;
  readonly cursor: Cursor | null;
  readonly onCursor: (cursor: Cursor, text: string) => void;
}

type Planned = Readonly<Record<Side, PlannedFigure | undefined>>;

/** What the tables of a figure are called, in their order. */
const DATA = ['Data', 'Further data'];

/** What a side without a figure says instead, by the key of the figure. */
const ABSENT: Readonly<Record<string, string>> = {
  symmetry: 'No two rows of a weight are equal with equal gradients: every unit can learn something of its own.',
  spectrum: 'The spectra are being computed.',
  residual: 'The share of every branch is 0: each block passes its input on.',
  dead: 'No unit is dead.',
  saturated: 'No element is saturated.',
  depth: 'The network has fewer than three layers with a signal.',
};

function absent(key: string): string {
  return ABSENT[key] ?? 'There is nothing to show on this side.';
}

/** All figures of a view, each with both sides on the same axes. */
export function Figures({ view, first, beside, probes, names, nothing, cursor, onCursor }: Props) {
  const { left, right } = probes;
  const planned = useMemo(() => {
    const plans = { left: left ? planView(left, view) : [], right: right ? planView(right, view) : [] };
    const keys = new Set([...plans.left, ...plans.right].map(({ key }) => key));
    const find = (side: Side, key: string) => plans[side].find((figure) => figure.key === key);
    const inOrder = [...keys].toSorted((a, b) => Number(b === first) - Number(a === first));
    return inOrder.map((key) => ({ left: find('left', key), right: find('right', key) }));
  }, [left, right, view, first]);
  const figures = planned.map((pair) => (
    <FigurePair
      key={pair.left?.key ?? pair.right?.key}
      {...{ pair, names, onCursor }}
      instead={(side, key) => (probes[side] === undefined ? nothing : absent(key))}
      cursor={cursor?.key === (pair.left ?? pair.right)?.key ? cursor : null}
    />
  ));
  if (figures.length === 0) figures.push(<p class="nothing">{left || right ? absent(view) : nothing}</p>);
  return (
    <>
      <div class={beside === null ? '' : 'beside'}>
        {figures[0]}
        {beside}
      </div>
      {figures.slice(1)}
    </>
  );
}

function FigurePair({
  pair,
  names,
  instead,
  cursor,
  onCursor,
}: Pick<Props, 'names' | 'cursor' | 'onCursor'> & {
  readonly pair: Planned;
  /** What a side without this figure says. */
  readonly instead: (side: Side, key: string) => string;
}) {
  const first = pair.left ?? pair.right;
  if (first === undefined) return null;
  const { key, title } = first;
  // A caption with figures of its own stands with its side.
  const isShared = SIDES.every((side) => (pair[side] ?? first).caption === first.caption);
  const include = SIDES.flatMap((side) => pair[side]?.values ?? []);
  const move = (side: Side, index: number) => {
    const next = { key, side, index };
    const text = SIDES.map((each) => `${each}: ${textAt(pair[each], indexOf(pair, each, next))}`).join(' · ');
    onCursor(next, text);
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
              index={indexOf(pair, side, cursor)}
              isFollowed={cursor !== null}
              move={(index) => move(side, index)}
              {...{ include }}
              instead={instead(side, key)}
            />
          </div>
        ))}
      </div>
    </figure>
  );
}

/** The index of the cursor on a side: the place with the name of that on the other side; -1 without one. */
function indexOf(pair: Planned, side: Side, cursor: Cursor | null): number {
  if (cursor === null) return -1;
  const cells = pair[side]?.walk?.cells ?? [];
  if (side === cursor.side) return Math.min(cursor.index, cells.length - 1);
  const name = pair[cursor.side]?.walk?.cells[cursor.index]?.[0];
  return cells.findIndex(([own]) => own === name);
}

interface PictureProps {
  readonly figure: PlannedFigure | undefined;
  readonly id: string;
  /** What a screen reader calls the picture. */
  readonly label: string;
  readonly include: readonly number[];
  /** What is said if there is no figure. */
  readonly instead: string;
  /** The place of the cursor; -1 if it is elsewhere. */
  readonly index: number;
  /** Whether the cursor is at a place of this figure, on either side. */
  readonly isFollowed: boolean;
  readonly move: (index: number) => void;
}

/** The picture of a figure with a data cursor, and its data as a table. */
export function Picture({ figure, id, label, include, instead, index, isFollowed, move }: PictureProps) {
  const drawn = useSoon(
    () =>
      figure && {
        figure,
        svg: figure.draw(id, include),
        tables: tablesOf(figure)
          .map((table, i) => renderTable(table, `${DATA[i]}: ${label}`))
          .join(''),
      },
    [figure, id, include.join(), label],
  );
  // Where a panel is, the page knows; so the cursor is a mark on it.
  const plot = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    for (const [i, panel] of panelsIn(plot.current).entries()) panel.classList.toggle('current', i === index);
  }, [drawn, index]);
  if (figure === undefined) return <p class="nothing">{instead}</p>;
  if (!drawn) return <p class="nothing">Drawing …</p>;
  const { svg, tables } = drawn;
  const { walk } = drawn.figure;
  const data = (
    <details>
      <summary>Data</summary>
      <div dangerouslySetInnerHTML={{ __html: tables }} />
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
  const onKeyDown = (event: KeyboardEvent) => {
    const to = target(event.key, index, last);
    if (to === null) return;
    event.preventDefault();
    move(to);
  };
  const onPointer = (event: PointerEvent) => {
    const place = placeOf(event, walk, height);
    if (place >= 0 && place !== index) move(place);
  };
  const box = index < 0 || walk.along === 'panels' ? null : boxOfPlace(walk, index, height);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div
        ref={plot}
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
        {isFollowed ? textAt(drawn.figure, index) : 'Point at the picture, or walk through it with the arrow keys.'}
      </p>
      {data}
    </>
  );
}

function panelsIn(plot: HTMLElement | null): Element[] {
  return [...(plot?.querySelectorAll('.panels > *') ?? [])];
}

/** The place under the pointer; -1 between panels. */
function placeOf({ currentTarget, target, clientX, clientY }: PointerEvent, walk: Walk, height: number): number {
  const plot = currentTarget as HTMLElement;
  if (walk.along === 'panels') return panelsIn(plot).findIndex((panel) => panel.contains(target as Element));
  const bounds = plot.getBoundingClientRect();
  const [x, y] = [(clientX - bounds.left) / bounds.width, (clientY - bounds.top) / bounds.height];
  return placeUnder(walk, x, y * height, height);
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
