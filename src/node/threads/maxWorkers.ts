/** The largest number of threads that a caller may ask for. The command reads it without loading the threads. */
export const MAX_WORKERS = 256;
