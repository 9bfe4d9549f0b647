/** All paths of every member of a listing that names what is shared more than once, in order. */
export function pathsOfEach<T>(
  listing: Iterable<readonly [path: string, member: T, ...rest: unknown[]]>,
): Map<T, string[]> {
  const paths = new Map<T, string[]>();
  for (const [path, member] of listing) {
    const known = paths.get(member);
    if (known) known.push(path);
    else paths.set(member, [path]);
  }
  return paths;
}
