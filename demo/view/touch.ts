import type { Area } from "./clearing.ts";

/** Where the stick and the buttons are, in CSS pixels, and what is pressed. */
export interface TouchState {
  /** A finger has been used: draw the controls. */
  readonly shown: boolean;
  readonly stick: {
    readonly x: number;
    readonly y: number;
    readonly dx: number;
    readonly dy: number;
    readonly radius: number;
    readonly active: boolean;
  };
  readonly fire: TouchButton;
  readonly boost: TouchButton;
}

interface TouchButton {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly active: boolean;
}

type Role = "stick" | "fire" | "boost";

/** Fingers on the game: a stick that appears under the left thumb, two buttons for the right. Any number of fingers. */
export class Touch {
  readonly #surface: HTMLElement;
  readonly #fingers = new Map<number, Role>();
  #shown = matchMedia("(pointer: coarse)").matches;
  #centre: { x: number; y: number } | null = null;
  #pull = { x: 0, y: 0 };
  readonly #stop = new AbortController();

  constructor(surface: HTMLElement) {
    this.#surface = surface;
    const options = { signal: this.#stop.signal };
    surface.style.touchAction = "none";
    surface.addEventListener("pointerdown", (event) => this.#down(event), options);
    surface.addEventListener("pointermove", (event) => this.#move(event), options);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      surface.addEventListener(name, (event) => this.#up(event), options);
    }
    surface.addEventListener("contextmenu", (event) => event.preventDefault(), options);
  }

  get state(): TouchState {
    const { width, height } = this.#surface.getBoundingClientRect();
    const size = Math.max(34, Math.min(58, Math.min(width, height) * 0.12));
    const roles = [...this.#fingers.values()];
    const radius = size * 1.25;
    return {
      shown: this.#shown,
      stick: {
        ...(this.#centre ?? restOf(radius, height)),
        dx: this.#pull.x,
        dy: this.#pull.y,
        radius,
        active: roles.includes("stick"),
      },
      fire: { x: width - size * 1.6, y: height - size * 1.7, radius: size, active: roles.includes("fire") },
      boost: { x: width - size * 3.7, y: height - size * 1.25, radius: size * 0.76, active: roles.includes("boost") },
    };
  }

  /** What lies under the thumbs. */
  get covered(): readonly Area[] {
    if (!this.#shown) return [];
    const { stick, fire, boost } = this.state;
    // The stick wanders with the thumb; what counts is where it rests.
    const { width, height } = this.#surface.getBoundingClientRect();
    const rest = restOf(stick.radius, height);
    const buttons = { left: boost.x - boost.radius, top: fire.y - fire.radius, right: width, bottom: height };
    return [{ left: 0, top: rest.y - stick.radius, right: rest.x + stick.radius, bottom: height }, buttons];
  }

  /** Direction and force of the stick, `null` while nobody holds it (or only just). `force` 0 to 1. */
  get pull(): { readonly heading: number; readonly force: number } | null {
    const { stick } = this.state;
    const length = Math.hypot(stick.dx, stick.dy);
    if (!stick.active || length < stick.radius * 0.18) return null;
    return { heading: Math.atan2(stick.dy, stick.dx), force: Math.min(1, length / (stick.radius * 0.85)) };
  }

  destroy(): void {
    this.#stop.abort();
  }

  #down(event: PointerEvent): void {
    if (event.pointerType === "mouse") return;
    event.preventDefault();
    this.#shown = true;
    this.#surface.setPointerCapture(event.pointerId);
    const { x, y } = this.#place(event);
    const { fire, boost } = this.state;
    const { width } = this.#surface.getBoundingClientRect();
    if (x < width / 2 && !this.#held("stick")) {
      this.#centre = { x, y };
      this.#pull = { x: 0, y: 0 };
      this.#fingers.set(event.pointerId, "stick");
    } else {
      const toBoost =
        Math.hypot(x - boost.x, y - boost.y) / boost.radius < Math.hypot(x - fire.x, y - fire.y) / fire.radius;
      this.#fingers.set(event.pointerId, toBoost ? "boost" : "fire");
    }
  }

  #move(event: PointerEvent): void {
    if (this.#fingers.get(event.pointerId) !== "stick" || this.#centre === null) return;
    const { x, y } = this.#place(event);
    const { radius } = this.state.stick;
    const dx = x - this.#centre.x;
    const dy = y - this.#centre.y;
    const cut = Math.min(1, radius / (Math.hypot(dx, dy) || 1));
    this.#pull = { x: dx * cut, y: dy * cut };
  }

  #up(event: PointerEvent): void {
    if (this.#fingers.get(event.pointerId) === "stick") {
      this.#centre = null;
      this.#pull = { x: 0, y: 0 };
    }
    this.#fingers.delete(event.pointerId);
  }

  #held(role: Role): boolean {
    return [...this.#fingers.values()].includes(role);
  }

  #place(event: PointerEvent): { x: number; y: number } {
    const box = this.#surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

/** Where the stick waits for a thumb. */
function restOf(radius: number, height: number): { x: number; y: number } {
  return { x: radius * 1.68, y: height - radius * 1.68 };
}
