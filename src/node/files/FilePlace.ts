/** A position of an open file. All threads of a process have the same descriptors. */
export interface FilePlace {
  /** The descriptor of the file. */
  readonly file: number;
  readonly at: number;
}
