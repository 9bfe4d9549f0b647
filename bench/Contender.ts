/** One way to do a piece of work. A call does the work once. A call that returns a number has measured its milliseconds itself. */
export type Contender = () => unknown;
