import type { Lane } from "../messages/lane.ts";
import type { TableEntry } from "../messages/table-entry.ts";
import { sizeOf, type WrittenMessage } from "./written-message.ts";

/** The unreliable messages of one lane that wait for one peer. */
export class UnreliableQueue {
  readonly lane: Lane;
  waitingBytes = 0;
  /** Of those that were put: gave way to newer ones, of their key or because too much waited. */
  shedMessages = 0;
  #messages: WrittenMessage[] = [];
  #taken = 0;
  /** Where in `#messages` the latest of each key is. */
  readonly #latest = new Map<TableEntry, Map<string | number, number>>();

  constructor(lane: Lane) {
    this.lane = lane;
  }

  get waitingMessages(): number {
    return this.#messages.length - this.#taken;
  }

  put(message: WrittenMessage): void {
    this.waitingBytes += sizeOf(message);
    if (message.key !== null && this.#replace(message, message.key)) return;
    this.#messages.push(message);
  }

  /** The oldest, which stays until `shift`. */
  first(): WrittenMessage | undefined {
    return this.#messages[this.#taken];
  }

  shift(): void {
    this.waitingBytes -= sizeOf(this.#messages[this.#taken] as WrittenMessage);
    this.#taken += 1;
    // Nearly always a flush takes all there is; what stays behind is moved up when half the list is gone.
    if (this.#taken === this.#messages.length) this.#reset([]);
    else if (this.#taken > 64 && this.#taken * 2 > this.#messages.length)
      this.#reset(this.#messages.slice(this.#taken));
  }

  shed(): void {
    this.shift();
    this.shedMessages += 1;
  }

  #replace(message: WrittenMessage, key: string | number): boolean {
    let places = this.#latest.get(message.entry);
    if (places === undefined) {
      places = new Map();
      this.#latest.set(message.entry, places);
    }
    const place = places.get(key);
    if (place === undefined || place < this.#taken) {
      places.set(key, this.#messages.length);
      return false;
    }
    this.waitingBytes -= sizeOf(this.#messages[place] as WrittenMessage);
    this.shedMessages += 1;
    this.#messages[place] = message;
    return true;
  }

  #reset(messages: WrittenMessage[]): void {
    this.#messages = messages;
    this.#taken = 0;
    for (const places of this.#latest.values()) places.clear();
    messages.forEach(({ entry, key }, place) => {
      if (key !== null) this.#latest.get(entry)?.set(key, place);
    });
  }
}
