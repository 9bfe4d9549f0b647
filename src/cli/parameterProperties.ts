/** The parts of Babel's syntax tree that the plugin uses. */
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
 * A Babel plugin: `constructor(readonly body: nn.Module)` declares the property `body` before all fields, as the compiler of
 * TypeScript and esbuild do. Babel alone would create it after them. The order of properties is the order of a model's
 * children, and therefore the order of its draws.
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
  // Visiting the whole program first runs before Babel's own plugin, which replaces parameter properties class by class.
  return { visitor: { Program: (program: ProgramPath) => program.traverse({ Class: declare }) } };
}
