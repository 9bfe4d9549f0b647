/** The system refused to write the elements of a task into a file. The cause is the error of the system. */
export class RefusedWrite extends Error {
  constructor(cause: unknown) {
    super('the elements of a task could not be written', { cause });
  }
}
