/** What a key does, by its place on the board, so that other layouts work too. */
const KEYS = {
  ArrowLeft: "left",
  KeyA: "left",
  ArrowRight: "right",
  KeyD: "right",
  ArrowUp: "forward",
  KeyW: "forward",
  ArrowDown: "back",
  KeyS: "back",
  Space: "fire",
  ShiftLeft: "boost",
  ShiftRight: "boost",
} as const;

type Action = (typeof KEYS)[keyof typeof KEYS];

/** Which actions are held down. Lets go of everything when the window loses the focus; leaves typing and shortcuts alone. */
export class Keyboard {
  readonly #down = new Set<string>();
  readonly #stop = new AbortController();

  /** `mute`: the M key was pressed. */
  constructor(mute: () => void) {
    const options = { signal: this.#stop.signal };
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
        if (event.code === "KeyM" && !event.repeat) mute();
        if (!(event.code in KEYS)) return;
        event.preventDefault();
        this.#down.add(event.code);
      },
      options,
    );
    window.addEventListener(
      "keyup",
      (event) => {
        this.#down.delete(event.code);
        if (event.code === "Space" && !isTyping(event.target)) event.preventDefault();
      },
      options,
    );
    window.addEventListener("blur", () => this.#down.clear(), options);
    window.addEventListener("focusin", (event) => isTyping(event.target) && this.#down.clear(), options);
  }

  held(action: Action): boolean {
    for (const code of this.#down) if (KEYS[code as keyof typeof KEYS] === action) return true;
    return false;
  }

  destroy(): void {
    this.#stop.abort();
  }
}

/** In a field, or on a button that was reached with the keyboard. A button that was clicked does not keep the space bar. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("input, textarea, select")) return true;
  return target.matches("button:focus-visible, a:focus-visible, [role=button]:focus-visible");
}
