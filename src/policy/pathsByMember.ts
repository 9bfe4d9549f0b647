/** For each member of a listing: all paths under which the listing has it, in order. A shared member has several. */
export function pathsByMember<T>(
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
