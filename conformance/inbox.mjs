/** Collects what a client is told, so that a check can wait for what it needs. */
export class Inbox {
  #received = [];
  #waiting = [];
  #end;

  /** Takes in an item. */
  put = (item) => {
    this.#received.push(item);
    this.#wake();
  };

  /** Says that nothing more comes, with the error if there was one. */
  end = (error) => {
    this.#end ??= { error };
    this.#wake();
  };

  /** All that came, in order. */
  get all() {
    return [...this.#received];
  }

  /** The first item that fits, also of those that came before; fails when the stream ends without one. */
  async find(fits, milliseconds = 5_000) {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const item = this.#received.find(fits);
      if (item !== undefined) return item;
      if (this.#end) throw this.#end.error ?? new Error(`the stream ended; it gave ${JSON.stringify(this.#received)}`);
      await this.#change(deadline, milliseconds);
    }
  }

  /** Waits for the end, and fails with its error. */
  async finish(milliseconds = 5_000) {
    const deadline = Date.now() + milliseconds;
    while (!this.#end) await this.#change(deadline, milliseconds);
    if (this.#end.error) throw this.#end.error;
  }

  #change(deadline, milliseconds) {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`not within ${milliseconds} ms; came: ${JSON.stringify(this.#received)}`));
      const timer = setTimeout(late, deadline - Date.now());
      this.#waiting.push(() => resolve(clearTimeout(timer)));
    });
  }

  #wake() {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
