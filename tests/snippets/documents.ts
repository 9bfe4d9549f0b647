/** The documents whose programs and sessions the tests run. */
export const DOCUMENTS = [
  'README.md',
  'docs/policies.md',
  'docs/clusters.md',
  'docs/checkpoints.md',
  'docs/tensors.md',
  'docs/migration.md',
  'docs/references.md',
  'docs/probe.md',
];
