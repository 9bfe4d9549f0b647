/** As much of Babel's syntax tree as is needed here. */
interface ClassMember {
  readonly kind?: string;
  readonly body?: unknown;
  readonly params?: readonly Parameter[];
}

interface Parameter {
  readonly type: string;
  readonly parameter?: { readonly name?: string; readonly left?: { readonly name: string } };
}

interface ClassPath {
  readonly node: { readonly body: { readonly body: ClassMember[] } };
}

interface ProgramPath {
  traverse(visitor: { Class(path: ClassPath): void }): void;
}

interface Babel {
  readonly types: {
    identifier(name: string): unknown;
    classProperty(key: unknown): ClassMember;
  };
}

/**
 * A Babel plugin: `constructor(readonly body: nn.Module)` declares the property `body` before all fields, as TypeScript's
 * own compiler and esbuild do. Babel alone would let it come into being after them, and the order of properties is the
 * order of a model's children, so of its draws.
 */
export function declareParameterProperties({ types }: Babel): object {
  const declare = ({ node }: ClassPath) => {
    const members = node.body.body;
    const builder = members.find(({ kind, body }) => kind === 'constructor' && body);
    const names = (builder?.params ?? [])
      .filter(({ type }) => type === 'TSParameterProperty')
      .flatMap(({ parameter }) => parameter?.name ?? parameter?.left?.name ?? []);
    members.unshift(...names.map((name) => types.classProperty(types.identifier(name))));
  };
  // Babel's own plugin turns parameter properties into assignments as soon as it meets a class: be there before.
  return { visitor: { Program: (program: ProgramPath) => program.traverse({ Class: declare }) } };
}
