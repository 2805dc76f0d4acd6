import { element } from "../page/element.ts";

export type NoticeKind = "plain" | "good" | "warn";

/** How long a notice stands. Unit: ms. */
const STANDS_MS = 6_000;
const MOST = 4;

/** Short lines that come and go, read out by screen readers; and below them what holds for longer. */
export class Notices {
  readonly root: HTMLElement;
  readonly #passing = element("div", { class: "passing", role: "log", "aria-live": "polite" });
  readonly #standing = element("div", { class: "standing", role: "status", "aria-live": "polite" });
  readonly #heard: string[] = [];

  constructor() {
    this.root = element("div", { class: "notices" }, this.#passing, this.#standing);
  }

  /** The last lines, oldest first. */
  get heard(): readonly string[] {
    return this.#heard;
  }

  /** `about`: a player, if it is nothing any more once that one has gone. */
  say(text: string, kind: NoticeKind = "plain", about: number | null = null): void {
    this.#heard.push(text);
    if (this.#heard.length > 100) this.#heard.shift();
    const notice = element("p", { class: `notice ${kind}`, "data-about": about }, text);
    this.#passing.append(notice);
    while (this.#passing.children.length > MOST) this.#passing.firstElementChild?.remove();
    setTimeout(() => notice.classList.add("going"), STANDS_MS - 400);
    setTimeout(() => notice.remove(), STANDS_MS);
  }

  /** Takes away what stands about a player. */
  forget(about: number): void {
    for (const notice of this.#passing.querySelectorAll(`[data-about="${about}"]`)) notice.remove();
  }

  /** Says something that holds until it is taken back by `null`. */
  hold(text: string | null): void {
    if ((this.#standing.textContent ?? "") === (text ?? "")) return;
    this.#standing.replaceChildren(...(text === null ? [] : [element("p", { class: "notice warn" }, text)]));
  }

  get held(): string | null {
    return this.#standing.textContent === "" ? null : this.#standing.textContent;
  }
}
