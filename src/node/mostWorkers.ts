/** The most threads that anybody may ask for. */
export const MOST_WORKERS = 256;
