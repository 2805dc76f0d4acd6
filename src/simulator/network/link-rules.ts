import { type LinkConditions, linkConditions } from "./link-conditions.ts";

/** Which links are meant: all; those from or to a device; those between two or more, both ways. */
export type LinkChoice =
  | { readonly from?: number; readonly to?: number; readonly between?: undefined }
  | { readonly between: readonly number[]; readonly from?: undefined; readonly to?: undefined };

/** Says of each link whether it is meant. */
export function chooser({ from, to, between }: LinkChoice): (from: number, to: number) => boolean {
  if (between !== undefined) {
    const ids = new Set(between);
    return (one, other) => one !== other && ids.has(one) && ids.has(other);
  }
  return (one, other) => (from === undefined || one === from) && (to === undefined || other === to);
}

interface Rule {
  readonly isMeant: (from: number, to: number) => boolean;
  readonly changes: Partial<LinkConditions>;
}

/** What was said of links, for those that are made later: by ids, whoever has them by then. */
export class LinkRules {
  #base: LinkConditions;
  #rules: Rule[] = [];
  readonly #cutPairs = new Set<string>();
  #cuts: ((from: number, to: number) => boolean)[] = [];

  constructor(base: LinkConditions) {
    this.#base = base;
  }

  /** Throws `invalid-options`, and nothing is changed. */
  change(changes: Partial<LinkConditions>, which: LinkChoice): void {
    const complete = linkConditions(changes, this.#base);
    const isForAll = which.from === undefined && which.to === undefined && which.between === undefined;
    if (isForAll && Object.keys(changes).length === Object.keys(this.#base).length) {
      this.#base = complete;
      this.#rules = [];
    } else {
      this.#rules.push({ isMeant: chooser(which), changes });
    }
  }

  conditionsOf(from: number, to: number): LinkConditions {
    let conditions = this.#base;
    for (const { isMeant, changes } of this.#rules) if (isMeant(from, to)) conditions = { ...conditions, ...changes };
    return conditions;
  }

  cut(which: LinkChoice): void {
    if (which.from !== undefined && which.to !== undefined) this.#cutPairs.add(`${which.from}>${which.to}`);
    else this.#cuts.push(chooser(which));
  }

  isCut(from: number, to: number): boolean {
    return this.#cutPairs.has(`${from}>${to}`) || this.#cuts.some((isMeant) => isMeant(from, to));
  }

  heal(): void {
    this.#cutPairs.clear();
    this.#cuts = [];
  }
}
