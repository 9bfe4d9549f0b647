/** The least time between two messages, in milliseconds. */
const PAUSE = 300;

/** Says messages to a screen reader, at most one in 300 ms; of messages that come faster, the last one. */
export class LiveRegion {
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param say writes a message into an element with `aria-live` */
  constructor(private readonly write: (message: string) => void) {}

  say(message: string): void {
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#last + PAUSE - Date.now());
    this.#timer = setTimeout(() => {
      this.#last = Date.now();
      this.write(message);
    }, wait);
  }
}
