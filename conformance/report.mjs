import { setTimeout as sleep } from 'node:timers/promises';

const patience = 20_000;

/** Runs checks one after the other and prints a TAP line for each. */
export class Report {
  #passed = 0;
  #failed = 0;

  /** Runs `checks(check)`, which calls `check(title, body)` for each of its own; a body fails by throwing. */
  async section(name, checks) {
    const check = (title, body) => this.#check(`${name}: ${title}`, body);
    try {
      await checks(check);
    } catch (error) {
      // What the section needs before it can check anything is not there.
      this.#print(`${name}: prepares`, error);
    }
  }

  /** Prints the closing line and returns the exit code: 1 also where nothing was checked. */
  close() {
    console.log(`1..${this.#passed + this.#failed}`);
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }

  async #check(title, body) {
    try {
      this.#print(title, undefined, await Promise.race([body(), tooLate()]));
    } catch (error) {
      this.#print(title, error);
    }
  }

  #print(title, error, remark) {
    if (error === undefined) this.#passed += 1;
    else this.#failed += 1;
    const number = this.#passed + this.#failed;
    console.log(`${error === undefined ? 'ok' : 'not ok'} ${number} - ${title}${remark ? ` # ${remark}` : ''}`);
    if (error !== undefined) console.log(describe(error).replace(/^/gm, '    '));
  }
}

const tooLate = async () => {
  await sleep(patience, undefined, { ref: false });
  throw new Error(`no end after ${patience / 1000} s`);
};

// What clients throw is not always an Error: graphql-ws rejects with a list of GraphQL errors or a CloseEvent.
const describe = (error) => {
  if (error instanceof Error) return error.stack ?? error.message;
  if (error?.code !== undefined) return `closed with ${error.code} ${error.reason ?? ''}`;
  return JSON.stringify(error) ?? String(error);
};
